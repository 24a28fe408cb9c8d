"""The lines under the header: what keeps the picture from being whole, each with its remedy."""

from __future__ import annotations

from typing import NamedTuple

from cockpit.live.picture import ONLY_REFINES, ConnectionState, Picture, SourceState
from cockpit.ui.ink import Ink, Line, Span, fit_line, span
from cockpit.ui.panels.states import SOURCE_SHAPES
from cockpit.ui.text import wrap

_INDENT = 3
_TOLD = (SourceState.FORBIDDEN, SourceState.FAILED, SourceState.STALE)


class _Notice(NamedTuple):
    """One notice: `title` is the start of `text`, and bold."""

    shape: str
    ink: Ink
    title: str
    text: str


def notice_lines(picture: Picture, width: int, rows: int) -> tuple[Line, ...]:
    """Return at most `rows` lines, long notices wrapped; notices that do not fit are counted at the end."""
    notices = _notices(picture)
    lines: list[Line] = []
    for index, notice in enumerate(notices):
        # Every notice gets a row before any gets a second one.
        after = len(notices) - index - 1
        room = rows - len(lines)
        if room <= 0:
            return _counted(lines, after + 1, width)
        lines += _wrapped(notice, width, max(1, room - after))
    return tuple(lines)


def _counted(lines: list[Line], hidden: int, width: int) -> tuple[Line, ...]:
    more = Span(f"  +{hidden} more: v ", Ink.WARNING, bold=True)
    return (*lines[:-1], (*fit_line(lines[-1], max(0, width - len(more.text))), more)) if lines else ()


def _wrapped(notice: _Notice, width: int, rows: int) -> list[Line]:
    lines = wrap(notice.text, width - _INDENT - 1, rows)
    title = (Span(notice.title, notice.ink, bold=True),) if notice.title else ()
    leads = [(Span(f" {notice.shape} ", notice.ink, bold=True),), *[(Span(" " * _INDENT),)] * (len(lines) - 1)]
    wrapped: list[Line] = [(*lead, span(text)) for lead, text in zip(leads, lines, strict=True)]
    # The title is the start of the text, so that both are wrapped together.
    if title and lines and lines[0].startswith(notice.title):
        wrapped[0] = (*leads[0], *title, span(lines[0].removeprefix(notice.title)))
    return wrapped


def _notices(picture: Picture) -> tuple[_Notice, ...]:
    notices: list[_Notice] = []
    if picture.connection_message:
        connecting = picture.connection in {ConnectionState.CONNECTING, ConnectionState.LIVE}
        shape, ink = ("▲", Ink.WARNING) if connecting else ("✖", Ink.ERROR)
        notices.append(_Notice(shape, ink, "", picture.connection_message))
    whole_is_stale = picture.connection is not ConnectionState.LIVE
    for source in picture.sources:
        # While the server does not answer, every kind is stale, and one line says so already.
        if source.state not in _TOLD or (whole_is_stale and source.state is SourceState.STALE):
            continue
        if source.kind in ONLY_REFINES and source.state is SourceState.FORBIDDEN:
            continue
        title = f"{source.kind} {source.state.value}"
        said = f": {source.message}" if source.message else ""
        notices.append(_Notice(*SOURCE_SHAPES[source.state], title, title + said))
    notices.extend(_Notice("▲", Ink.WARNING, "", warning) for warning in picture.warnings)
    return tuple(notices)
