"""What has happened since a plan was told to run: steps, endpoints that moved, and how it ended."""

from __future__ import annotations

from cockpit.runner.progress import EndpointMove, Progress, Result, Step, StepState
from cockpit.ui.ink import Ink, Line, Span, fit_line, span, width_of
from cockpit.ui.marks import Places, named
from cockpit.ui.panels.paragraphs import paragraph, section
from cockpit.ui.runs import RESULT_WORDS

_STEPS = {
    StepState.WAITING: ("·", Ink.MUTED, "not yet"),
    StepState.SENDING: ("→", Ink.PROGRESSING, "sending"),
    StepState.HOLDING: ("↻", Ink.PROGRESSING, "done, waiting"),
    StepState.DONE: ("✔", Ink.STEADY, "done"),
    StepState.CHANGED: ("⊘", Ink.ERROR, "changed"),
    StepState.REFUSED: ("✖", Ink.ERROR, "refused"),
    StepState.UNKNOWN: ("?", Ink.WARNING, "no answer"),
    StepState.NOT_SENT: ("–", Ink.MUTED, "not sent"),
}
_RESULTS = {
    Result.RUNNING: ("↻", Ink.PROGRESSING),
    Result.HELD: ("✔", Ink.STEADY),
    Result.NOT_SEEN: ("▲", Ink.WARNING),
    Result.CHANGED: ("⊘", Ink.ERROR),
    Result.FAILED: ("✖", Ink.ERROR),
    Result.STOPPED: ("■", Ink.WARNING),
}
_TIME = 9
_STATE = 13
_NAME = 24


def run_lines(progress: Progress | None, places: Places, width: int) -> list[Line]:
    """Return everything that has happened, in the order in which it did."""
    if progress is None:
        return [*section("RUN"), (Span("  → ", Ink.PROGRESSING, bold=True), Span("starting"))]
    lines = section("RUN", "milliseconds since the start")
    for number, step in enumerate(progress.steps, 1):
        lines += _step(number, step, width)
    lines += _outcome(progress, width)
    lines += _moves(progress.moves, places, width)
    for warning in progress.warnings:
        lines += paragraph(warning, width, "▲", Ink.WARNING, 2)
    return lines


def _step(number: int, step: Step, width: int) -> list[Line]:
    shape, ink, word = _STEPS[step.state]
    time = "" if step.milliseconds is None else f"{step.milliseconds} ms"
    lead: Line = (
        Span(f"  {shape} ", ink, bold=True),
        *fit_line((Span(word, ink),), _STATE),
        *fit_line((Span(time, Ink.MUTED),), _TIME, "right"),
        Span(f"  {number}  "),
    )
    indent = 4 + _STATE + _TIME + 5
    texts = paragraph(step.summary, width, indent=indent)
    first: Line = (*lead, *texts[0][1:]) if texts else lead
    said = paragraph(step.message, width, indent=indent, words=Ink.MUTED) if step.message else []
    return [first, *texts[1:], *said]


def _outcome(progress: Progress, width: int) -> list[Line]:
    shape, ink = _RESULTS[progress.result]
    if progress.result is Result.RUNNING:
        waits = f"waiting: {progress.waiting_for}" if progress.waiting_for else ""
        return paragraph(waits, width, shape, ink, 2) if waits else []
    agreed = progress.agreed_milliseconds
    after = f"; the picture agreed {agreed} ms after the last answer" if agreed is not None else ""
    lines = [(), *paragraph(f"{RESULT_WORDS[progress.result]}{after}.", width, shape, ink, 2)]
    if progress.result is Result.NOT_SEEN and progress.waiting_for:
        lines += paragraph(f"not seen: {progress.waiting_for}", width, indent=4)
    return lines + (paragraph(progress.message, width, indent=4) if progress.message else [])


def _moves(moves: tuple[EndpointMove, ...], places: Places, width: int) -> list[Line]:
    if not moves:
        return []
    lines = section("ENDPOINTS", "milliseconds since the last answer")
    names = min(_NAME, max(width_of(named(move.version, places)) for move in moves))
    return [*lines, *(_move(move, names, places, width) for move in moves)]


def _move(move: EndpointMove, names: int, places: Places, width: int) -> Line:
    shape, ink, word = ("+", Ink.STEADY, "joined") if move.joined else ("−", Ink.WARNING, "left  ")
    line: Line = (
        *fit_line((Span(f"+{move.milliseconds} ms", Ink.MUTED),), _TIME + 2, "right"),
        Span(f"  {shape} {word} ", ink, bold=True),
        *fit_line((span(move.address),), min(24, max(18, len(move.address)))),
        Span("  "),
        *fit_line(named(move.version, places), names),
        Span("  "),
        span(move.service, Ink.MUTED),
    )
    return fit_line(line, width)
