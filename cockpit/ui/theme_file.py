"""A theme as a YAML file: strict keys, valid colours, or one sentence that names file and key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import yaml
from textual.color import Color, ColorParseError
from textual.theme import Theme

from cockpit.errors import UsageError
from cockpit.ui.ink import VERSION_INKS


class Colours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Colours of surfaces and of plain text."""

    background: str
    surface: str
    panel: str
    foreground: str
    muted: str
    heading: str
    accent: str
    selection: str
    warning: str
    error: str
    success: str


class StateColours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One colour a state of a release."""

    steady: str
    progressing: str
    paused: str
    degraded: str
    stuck: str
    outage: str
    unknown: str


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class ThemeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a theme file holds. `versions` are six colours; colours are written as CSS writes them."""

    name: str
    dark: bool
    colours: Colours
    states: StateColours
    versions: tuple[str, ...]


# libyaml's loader is as safe as the one in Python, and ten times as fast.
_LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_theme(path: Path) -> Theme:
    """Return the theme in the file at `path`.

    Raises:
        UsageError: the file cannot be read, is no YAML, lacks a key, has an unknown one, or a colour is none.
    """
    try:
        # The loader is one of the two safe ones.
        content = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506
        theme = msgspec.convert(content, ThemeFile)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"Theme file {path} cannot be read: {error}; theme ignored.") from error
    except yaml.YAMLError as error:
        raise UsageError(f"Theme file {path} is not YAML ({_place(error)}); theme ignored.") from error
    except msgspec.ValidationError as error:
        raise UsageError(f"Theme file {path}: {error}; correct it, theme ignored.") from error
    if not _NAME.fullmatch(theme.name):
        raise UsageError(
            f"Theme file {path}: name may have up to 40 letters, digits, dots, dashes and underscores; theme ignored."
        )
    for key, value in _colours(theme):
        _check(path, key, value)
    if len(theme.versions) != len(VERSION_INKS):
        wanted = len(VERSION_INKS)
        raise UsageError(f"Theme file {path}: `versions` needs {wanted} colours; theme ignored.")
    return _theme(theme)


def _place(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}" if mark is not None else "it cannot be parsed"


def _check(path: Path, key: str, value: str) -> None:
    try:
        colour = Color.parse(value)
    except ColorParseError as error:
        raise UsageError(f"Theme file {path}: {key} is no colour: {value!r}; theme ignored.") from error
    # A terminal has no layers to shine through, and its own palette is not known here.
    if colour.a != 1 or colour.ansi is not None:
        raise UsageError(
            f"Theme file {path}: {key} must be an opaque colour such as #rrggbb, not {value!r}; theme ignored."
        )


def _hex(value: str) -> str:
    """Return a colour as Rich, which paints the lines, can read it: it knows fewer ways to write one than CSS."""
    return Color.parse(value).hex6.lower()


def _colours(theme: ThemeFile) -> Iterator[tuple[str, str]]:
    yield from ((f"colours.{key}", value) for key, value in msgspec.structs.asdict(theme.colours).items())
    yield from ((f"states.{key}", value) for key, value in msgspec.structs.asdict(theme.states).items())
    yield from ((f"versions[{index}]", value) for index, value in enumerate(theme.versions))


def _theme(theme: ThemeFile) -> Theme:
    colours = theme.colours
    return Theme(
        name=theme.name,
        dark=theme.dark,
        primary=_hex(colours.accent),
        secondary=_hex(colours.heading),
        accent=_hex(colours.accent),
        foreground=_hex(colours.foreground),
        background=_hex(colours.background),
        surface=_hex(colours.surface),
        panel=_hex(colours.panel),
        warning=_hex(colours.warning),
        error=_hex(colours.error),
        success=_hex(colours.success),
        variables=dict(variables_of(theme)),
    )


def variables_of(theme: ThemeFile) -> Mapping[str, str]:
    """Return the variables that Textual's own themes do not have."""
    colours = theme.colours
    own = {"muted": colours.muted, "heading": colours.heading, "selection": colours.selection}
    own |= {f"state-{key}": value for key, value in msgspec.structs.asdict(theme.states).items()}
    own |= {ink.value: value for ink, value in zip(VERSION_INKS, theme.versions, strict=True)}
    return {key: _hex(value) for key, value in own.items()} | {
        "block-cursor-foreground": _hex(colours.foreground),
        "block-cursor-background": _hex(colours.selection),
        "block-cursor-text-style": "bold",
        "scrollbar": _hex(colours.panel),
        "scrollbar-background": _hex(colours.background),
        "scrollbar-corner-color": _hex(colours.background),
    }
