"""The lines under the header: what keeps the picture from being whole, each with its remedy."""

from __future__ import annotations

from cockpit.live.picture import ConnectionState, Picture, SourceState
from cockpit.ui.ink import Ink, Line, Span, fit_line, span
from cockpit.ui.panels.states import SOURCE_SHAPES

_TOLD = (SourceState.FORBIDDEN, SourceState.FAILED, SourceState.STALE)


def notice_lines(picture: Picture, width: int, rows: int) -> tuple[Line, ...]:
    """Return at most `rows` lines; what does not fit is counted at the end of the last one."""
    notices = _notices(picture)
    shown = list(notices[:rows])
    hidden = len(notices) - len(shown)
    if shown and hidden:
        more = Span(f"  +{hidden} more: v ", Ink.WARNING, bold=True)
        shown[-1] = (*fit_line(shown[-1], max(0, width - len(more.text))), more)
    return tuple(fit_line(line, width) for line in shown)


def _notices(picture: Picture) -> tuple[Line, ...]:
    lines: list[Line] = []
    if picture.connection_message:
        connecting = picture.connection in {ConnectionState.CONNECTING, ConnectionState.LIVE}
        ink = Ink.WARNING if connecting else Ink.ERROR
        lines.append((Span(" ▲ " if connecting else " ✖ ", ink, bold=True), span(picture.connection_message)))
    whole_is_stale = picture.connection is not ConnectionState.LIVE
    for source in picture.sources:
        # While the server does not answer, every kind is stale, and one line says so already.
        if source.state not in _TOLD or (whole_is_stale and source.state is SourceState.STALE):
            continue
        shape, ink = SOURCE_SHAPES[source.state]
        said = f": {source.message}" if source.message else ""
        title = span(f"{source.kind} {source.state.value}", ink, bold=True)
        lines.append((Span(f" {shape} ", ink, bold=True), title, span(said)))
    lines.extend((Span(" ▲ ", Ink.WARNING, bold=True), span(warning)) for warning in picture.warnings)
    return tuple(lines)
