"""The lines in an open release about its acts: one that runs behind the screen, or one that was left half done."""

from __future__ import annotations

from cockpit.actions.record import ActRecord, Done
from cockpit.runner.progress import Progress
from cockpit.ui.ink import Ink, Line, Span, ends, span
from cockpit.ui.runs import done_words

_SHOWS = Span("  r shows it ", Ink.ACCENT)
_KEYS = Span("f finishes it, u takes it back ", Ink.ACCENT)


def act_lines(running: Progress | None, half_done: ActRecord | None, width: int) -> tuple[Line, ...]:
    """Return a line for a plan that runs, or else for an act that ended half-way; none where there is neither."""
    if running is not None:
        far = Span(f"  {done_words(running)}")
        waits = f"  {running.waiting_for}" if running.waiting_for else ""
        word = "watched" if running.only_watches else "running"
        lead = Span(f" ↻ {word}: ", Ink.PROGRESSING, bold=True)
        return (ends((lead, span(running.plan.title), far, span(waits, Ink.MUTED)), (_SHOWS,), width),)
    if half_done is None:
        return ()
    done = sum(entry.done is Done.DONE for entry in half_done.changes)
    lead = Span(" ⊘ half done: ", Ink.WARNING, bold=True)
    far = Span(f"  {done} of {len(half_done.changes)} done  ")
    return (ends((lead, span(half_done.plan.title)), (far, _KEYS), width),)
