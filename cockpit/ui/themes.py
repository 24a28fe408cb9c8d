"""Finds themes: those that come with the cockpit, in a wheel as in a checkout, and the user's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from textual.theme import Theme

from cockpit.errors import UsageError
from cockpit.release.view import State
from cockpit.ui.ink import VERSION_INKS
from cockpit.ui.theme_file import read_theme

_PACKAGE = Path(__file__).resolve().parent.parent
DEFAULT_THEME = "cockpit-dark"

FALLBACK_VARIABLES = {
    "muted": "#95a2b3",
    "heading": "#a9b8cc",
    "selection": "#26354a",
    **{f"state-{state.value}": "#d6dde6" for state in State},
    **{ink.value: "#d6dde6" for ink in VERSION_INKS},
}
"""Colours for where no theme gives any: readable, and the shapes still tell all apart."""


@dataclass(frozen=True, slots=True)
class Themes:
    """Themes by name, and a sentence for each file that holds none."""

    by_name: dict[str, Theme]
    problems: tuple[str, ...]


def own_folder(package: Path = _PACKAGE) -> Path:
    """Return the folder of the themes that come with the cockpit, whose package is the folder `package`.

    A wheel carries them inside the package; in a checkout they lie at its root, beside the package.
    """
    carried = package / "themes"
    return carried if carried.is_dir() else package.parent / "themes"


def user_folder() -> Path:
    """Return the folder of the user's own themes; it need not exist."""
    return Path.home() / ".config" / "cockpit" / "themes"


def load_themes(folders: Iterable[Path]) -> Themes:
    """Return the themes in `folders`; a later folder's theme replaces an earlier one of the same name."""
    by_name: dict[str, Theme] = {}
    problems: list[str] = []
    for path in (path for folder in folders for path in theme_paths(folder)):
        try:
            theme = read_theme(path)
        except UsageError as error:
            problems.append(str(error))
        else:
            by_name[theme.name] = theme
    return Themes(by_name, tuple(problems))


def theme_paths(folder: Path) -> tuple[Path, ...]:
    """Return the theme files in `folder`, by name; none where there is no such folder."""
    return tuple(sorted((*folder.glob("*.yaml"), *folder.glob("*.yml"))))
