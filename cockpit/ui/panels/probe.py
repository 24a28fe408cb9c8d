"""PROBE: who answers whom the operator asks, a dot an answer, the newest at the right."""

from __future__ import annotations

import math

from cockpit.metrics.probe.tally import Seen, Summary
from cockpit.metrics.probe.versions import Known
from cockpit.metrics.probe.words import asked_words, latency_words, share_words, status_words
from cockpit.ui.ink import BLANK, Ink, Line, Span, ends, fit_line, span, width_of
from cockpit.ui.lane import Lane, Write
from cockpit.ui.marks import Places, mark_of, named
from cockpit.ui.text import cut

_FAILED = Span("✖", Ink.ERROR, bold=True)
_WRITE = Span("│", Ink.ACCENT, bold=True)
_BARS = "▁▂▃▄▅▆▇█"
_TITLE_WIDTH = 12
_LEAST_TARGET = 24
_LAST_WIDTH = 36
_PAST = "past weights and routes: no observed split"
_PAST_SHORT = "past routes"


def probe_lines(lane: Lane | None, places: Places, width: int, *, tall: bool) -> tuple[Line, ...]:
    """Return no line where nothing is probed, two where rows are short, else four: latencies and shares as well."""
    if lane is None:
        return ()
    room = width - _TITLE_WIDTH - 3
    dots = _dots(lane, places, room)
    if not tall:
        return (_short_head(lane, places, width), _row(_PAST_SHORT if lane.through_api else "answers", dots, width))
    latencies = _row("latency", _latencies(lane, room), width)
    return (_head(lane, width), _row("answers", dots, width), latencies, _counts(lane, places, width))


def _head(lane: Lane, width: int) -> Line:
    state = f"{lane.rate:g}/s" if lane.running else "stopped"
    seen = _last(lane)
    right: Line = (span(state, Ink.MUTED), Span(" "))
    if seen is not None:
        mark = _FAILED if seen.reply.failed else Span("✔", Ink.STEADY)
        words = f" {cut(status_words(seen), _LAST_WIDTH)} in {latency_words(seen.latency)}   "
        right = (mark, span(words), *right)
    return ends(_title(lane), right, width)


def _last(lane: Lane) -> Seen | None:
    return next((entry for entry in reversed(lane.trail) if isinstance(entry, Seen)), None)


def _last_failed(lane: Lane) -> bool:
    seen = _last(lane)
    return seen is not None and seen.reply.failed


def _title(lane: Lane) -> Line:
    return (Span(" PROBE", Ink.HEADING, bold=True), Span("  "), span(lane.target), Span("  "))


def _short_head(lane: Lane, places: Places, width: int) -> Line:
    """Return title and counts; the target gives way, and what is known of latencies and shares before the counts.

    While requests fail, the reason stands where latencies and shares do else.
    """
    state = "" if lane.running else "stopped, "
    shares = _figures(lane, places)
    counts = span(state + asked_words(lane.summary))
    latency = f", p99 {latency_words(lane.summary.p99)}" if lane.summary.answered else ""
    why: Line = (span(f": {cut(lane.summary.problem, _LAST_WIDTH)}", Ink.ERROR),) if _last_failed(lane) else ()
    bare = span(f"{state}{lane.summary.asked} asked, {lane.summary.failed} failed")
    usual: tuple[Line, ...] = ((counts, Span(latency), *shares), (counts, *shares), (counts,), (bare,))
    choices = ((counts, *why), (bare, *why), *usual) if why else usual
    right = next((line for line in choices if width_of(line) + 3 + _LEAST_TARGET <= width), choices[-1])
    return ends(_title(lane), (Span("  "), *right, Span(" ")), width)


def _counts(lane: Lane, places: Places, width: int) -> Line:
    counted = lane.known.counted(lane.summary.versions)
    total = sum(counted.values())
    shares = [
        part
        for name, count in counted.items()
        for part in (*named(name, places), span(f" {share_words(count, total)}  "))
    ]
    said = (span(f"{_asked(lane.summary)}  "), *shares)
    if not lane.through_api:
        return _row("", said, width)
    past = (Span(_PAST, Ink.MUTED), Span(" "))
    if _TITLE_WIDTH + 1 + width_of((*said, *past)) > width:
        return _row(_PAST_SHORT, said, width)
    return ends(_row("", said, width - width_of(past)), past, width)


def _asked(summary: Summary) -> str:
    if not summary.answered:
        return asked_words(summary)
    return f"{asked_words(summary)}, p50 {latency_words(summary.p50)}, p99 {latency_words(summary.p99)}"


def _figures(lane: Lane, places: Places) -> Line:
    counted = lane.known.counted(lane.summary.versions)
    total = sum(counted.values())
    spans = [Span(", ")] if counted else []
    for name, count in counted.items():
        mark = mark_of(name, places)
        spans += [Span(f"{mark.shape}{share_words(count, total)} ", mark.ink)]
    return tuple(spans)


def _row(title: str, line: Line, width: int) -> Line:
    return fit_line((*fit_line((Span(" "), Span(title, Ink.MUTED)), _TITLE_WIDTH + 1), *line), width)


def _dots(lane: Lane, places: Places, room: int) -> Line:
    """Return a mark an answer: that of its version, so that shape and colour tell it, or a cross for a failure."""
    newest = lane.trail[-room:] if room > 0 else ()
    dots = [_dot(entry, lane.known, places) for entry in newest]
    return (Span(" " * (room - len(dots))), *dots)


def _dot(entry: Seen | Write, known: Known, places: Places) -> Span:
    if isinstance(entry, Write):
        return _WRITE
    if entry.reply.failed:
        return _FAILED
    mark = mark_of(known.named(entry.reply.version), places)
    return Span(mark.shape, mark.ink)


def _latencies(lane: Lane, room: int) -> Line:
    """Return a bar an answer, all on the scale of the slowest that is shown; where nothing answered there is none."""
    newest = lane.trail[-room:] if room > 0 else ()
    answered = [entry.latency for entry in newest if isinstance(entry, Seen) and entry.reply.status is not None]
    if not answered:
        return BLANK
    slowest = max(answered)
    bars = "".join(_bar(entry, slowest) for entry in newest)
    return (Span(" " * (room - len(bars))), Span(bars, Ink.MUTED))


def _bar(entry: Seen | Write, slowest: float) -> str:
    if isinstance(entry, Write) or entry.reply.status is None:
        return " "
    return _BARS[max(0, math.ceil(entry.latency / slowest * len(_BARS)) - 1)] if slowest > 0 else _BARS[0]
