from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from textual.color import Color
from textual.theme import Theme

from cockpit.errors import UsageError
from cockpit.release.view import State
from cockpit.ui.ink import VERSION_INKS
from cockpit.ui.paint import ink_styles
from cockpit.ui.theme_file import read_theme
from cockpit.ui.themes import DEFAULT_THEME, FALLBACK_VARIABLES, load_themes, own_folder, theme_paths

OWN = load_themes([own_folder()]).by_name
READABLE = 4.5
"""Contrast of normal text that WCAG 2.1 asks for at level AA (success criterion 1.4.3)."""
TEXT_VARIABLES = (
    *(f"state-{state.value}" for state in State),
    *(ink.value for ink in VERSION_INKS),
    "muted",
    "heading",
)


def _luminance(colour: Color) -> float:
    parts = [channel / 255 for channel in colour.rgb]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: Color, other: Color) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_the_guideline_does() -> None:
    assert round(_contrast(Color.parse("#000"), Color.parse("#fff")), 1) == 21
    assert round(_contrast(Color.parse("#777"), Color.parse("#fff")), 2) == 4.48


def test_a_light_and_a_dark_theme_come_with_the_cockpit() -> None:
    assert {theme.dark for theme in OWN.values()} == {True, False}
    assert DEFAULT_THEME in OWN


@pytest.mark.parametrize("surface", ["background", "surface", "panel", "selection"])
@pytest.mark.parametrize("theme", OWN.values(), ids=lambda theme: theme.name)
def test_every_text_of_every_theme_can_be_read_on_every_surface(theme: Theme, surface: str) -> None:
    behind = Color.parse(getattr(theme, surface, None) or theme.variables[surface])
    inks = {name: theme.variables[name] for name in TEXT_VARIABLES}
    inks |= {name: getattr(theme, name) for name in ("foreground", "accent", "warning", "error", "success")}
    poor = {name: round(_contrast(Color.parse(colour), behind), 2) for name, colour in inks.items()}
    assert {name: contrast for name, contrast in poor.items() if contrast < READABLE} == {}


@pytest.mark.parametrize("theme", OWN.values(), ids=lambda theme: theme.name)
def test_versions_and_states_differ_in_colour_within_a_theme(theme: Theme) -> None:
    assert len({theme.variables[ink.value] for ink in VERSION_INKS}) == len(VERSION_INKS)


def _written(folder: Path, old: str, new: str) -> Path:
    text = (own_folder() / "cockpit-dark.yaml").read_text(encoding="utf-8")
    path = folder / "mine.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('muted: "#95a2b3"', 'muted: "mud"', "colours.muted"),
        ("  muted:", "  mutted:", "mutted"),
        ('  steady: "#6fcf8f"\n', "", "steady"),
        ("dark: true", "dark: perhaps", "dark"),
        ('"#5cb8ff", ', "", "versions"),
        ("name:", "name: [", "YAML"),
        ("name: cockpit-dark", 'name: "[@click=app.quit]x[/]"', "name"),
        ("name: cockpit-dark", 'name: ""', "name"),
        ('muted: "#95a2b3"', 'muted: "ansi_red"', "colours.muted"),
        ('foreground: "#d6dde6"', 'foreground: "#d6dde680"', "colours.foreground"),
        ('accent: "#7fb4ff"', 'accent: "transparent"', "colours.accent"),
    ],
)
def test_a_bad_theme_file_is_one_sentence_that_names_file_and_key(
    tmp_path: Path, old: str, new: str, named: str
) -> None:
    with pytest.raises(UsageError) as told:
        read_theme(_written(tmp_path, old, new))
    assert named in str(told.value)
    assert "mine.yaml" in str(told.value)


@pytest.mark.parametrize("colour", ["rebeccapurple", "hsl(200, 50%, 60%)", "rgb(1,2,3)", "#abc"])
@pytest.mark.parametrize("key", ["foreground", "accent", "warning", "error", "muted"])
def test_a_colour_written_in_any_way_of_css_can_be_painted(tmp_path: Path, key: str, colour: str) -> None:
    known = yaml.safe_load((own_folder() / "cockpit-dark.yaml").read_text(encoding="utf-8"))
    known["colours"][key] = colour
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(known), encoding="utf-8")
    theme = read_theme(tmp_path / "mine.yaml")
    assert ink_styles({**FALLBACK_VARIABLES, **theme.to_color_system().generate(), **theme.variables})


def test_a_file_that_is_no_mapping_or_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- 1", encoding="utf-8")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    assert len(load_themes([tmp_path]).problems) == 2


def test_a_bad_theme_leaves_the_others_usable(tmp_path: Path) -> None:
    _written(tmp_path, 'muted: "#95a2b3"', 'muted: "mud"')
    themes = load_themes([own_folder(), tmp_path])
    assert set(themes.by_name) == set(OWN)
    assert len(themes.problems) == 1


def test_the_users_theme_takes_the_place_of_one_of_the_same_name(tmp_path: Path) -> None:
    _written(tmp_path, 'muted: "#95a2b3"', 'muted: "#ffffff"')
    assert load_themes([own_folder(), tmp_path]).by_name[DEFAULT_THEME].variables["muted"] == "#ffffff"


def test_themes_are_found_inside_a_wheels_package_and_beside_a_checkouts(tmp_path: Path) -> None:
    package = tmp_path / "cockpit"
    assert own_folder(package) == tmp_path / "themes"
    (package / "themes").mkdir(parents=True)
    assert own_folder(package) == package / "themes"


def test_a_folder_that_is_not_there_has_no_themes(tmp_path: Path) -> None:
    assert theme_paths(tmp_path / "none") == ()
