"""The state of every watch: which kinds are live, stale or forbidden, and why."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.live.picture import SourceView
from cockpit.release.metrics_view import MetricsSourceView
from cockpit.ui.durations import age
from cockpit.ui.ink import BLANK, Ink, Line, Span, fit_line, span
from cockpit.ui.panels.states import METRICS_SHAPES, SOURCE_SHAPES, connection_words
from cockpit.ui.scene import Scene
from cockpit.ui.text import wrap

_KIND_WIDTH = 26
_STATE_WIDTH = 14
_HEARD_WIDTH = 8


def watch_lines(scene: Scene, width: int, notices: Sequence[str] = ()) -> tuple[Line, ...]:
    """Return the connection, `notices` of the start, one row a kind, and every warning."""
    picture = scene.picture
    lines: list[Line] = [(span(picture.context, bold=True), Span("  "), *connection_words(picture, scene.now))]
    lines += [(span(text),) for text in wrap(picture.connection_message, width, 3)]
    lines += [(span(text, Ink.MUTED),) for notice in notices for text in wrap(notice, width, 3)]
    lines += [BLANK, _titles()]
    for source in picture.sources:
        lines += _source_lines(source, scene, width)
    lines += _metrics_lines(picture.metrics_source, scene, width)
    for warning in picture.warnings:
        lines += [(Span("▲ ", Ink.WARNING, bold=True), span(text)) for text in wrap(warning, width - 2, 3)]
    return tuple(lines)


def _source_lines(source: SourceView, scene: Scene, width: int) -> list[Line]:
    shape, ink = SOURCE_SHAPES[source.state]
    heard = age(source.observed_at, scene.now) if source.observed_at else "never"
    said = wrap(source.message, max(10, width - _KIND_WIDTH - _STATE_WIDTH - _HEARD_WIDTH), 3) or ("",)
    first = _cells((span(source.kind),), (Span(f"{shape} {source.state.value}", ink),), (Span(heard, Ink.MUTED),))
    return [(*(first if index == 0 else _cells((), (), ())), span(text, Ink.MUTED)) for index, text in enumerate(said)]


def _metrics_lines(source: MetricsSourceView, scene: Scene, width: int) -> list[Line]:
    """Return how the source of metrics stands: its name, and in the column of words what is amiss."""
    shape, ink = METRICS_SHAPES[source.state]
    heard = age(source.answered_at, scene.now) if source.answered_at else "never"
    room = max(10, width - _KIND_WIDTH - _STATE_WIDTH - _HEARD_WIDTH)
    said = wrap(" ".join(filter(None, (source.name, source.message))), room, 4) or ("none was found or named",)
    first = _cells((Span("metrics"),), (Span(f"{shape} {source.state.value}", ink),), (Span(heard, Ink.MUTED),))
    return [(*(first if index == 0 else _cells((), (), ())), span(text, Ink.MUTED)) for index, text in enumerate(said)]


def _titles() -> Line:
    return _cells((Span("KIND", Ink.MUTED),), (Span("STATE", Ink.MUTED),), (Span("HEARD", Ink.MUTED),))


def _cells(kind: Line, state: Line, heard: Line) -> Line:
    return (*fit_line(kind, _KIND_WIDTH), *fit_line(state, _STATE_WIDTH), *fit_line(heard, _HEARD_WIDTH))
