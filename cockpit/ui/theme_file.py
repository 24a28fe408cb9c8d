"""A theme as a YAML file: strict keys, valid colours, or one sentence that names file and key."""

from __future__ import annotations

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
        Color.parse(value)
    except ColorParseError as error:
        raise UsageError(f"Theme file {path}: {key} is no colour: {value!r}; theme ignored.") from error


def _colours(theme: ThemeFile) -> Iterator[tuple[str, str]]:
    yield from ((f"colours.{key}", value) for key, value in msgspec.structs.asdict(theme.colours).items())
    yield from ((f"states.{key}", value) for key, value in msgspec.structs.asdict(theme.states).items())
    yield from ((f"versions[{index}]", value) for index, value in enumerate(theme.versions))


def _theme(theme: ThemeFile) -> Theme:
    colours = theme.colours
    return Theme(
        name=theme.name,
        dark=theme.dark,
        primary=colours.accent,
        secondary=colours.heading,
        accent=colours.accent,
        foreground=colours.foreground,
        background=colours.background,
        surface=colours.surface,
        panel=colours.panel,
        warning=colours.warning,
        error=colours.error,
        success=colours.success,
        variables=dict(variables_of(theme)),
    )


def variables_of(theme: ThemeFile) -> Mapping[str, str]:
    """Return the variables that Textual's own themes do not have."""
    colours = theme.colours
    # Rich, which paints the lines, knows fewer ways to write a colour than CSS.
    own = {"muted": colours.muted, "heading": colours.heading, "selection": colours.selection}
    own |= {f"state-{key}": value for key, value in msgspec.structs.asdict(theme.states).items()}
    own |= {ink.value: value for ink, value in zip(VERSION_INKS, theme.versions, strict=True)}
    return {key: Color.parse(value).hex6.lower() for key, value in own.items()} | {
        "block-cursor-foreground": colours.foreground,
        "block-cursor-background": colours.selection,
        "block-cursor-text-style": "bold",
        "scrollbar": colours.panel,
        "scrollbar-background": colours.background,
        "scrollbar-corner-color": colours.background,
    }
