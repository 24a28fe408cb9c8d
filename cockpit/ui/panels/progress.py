"""How far a controller has come that releases step by step: one line of TRAFFIC."""

from __future__ import annotations

from datetime import datetime

from cockpit.routing.progress import Progress
from cockpit.ui.durations import duration
from cockpit.ui.ink import Ink, Line, Span, span


def progress_line(progress: Progress, now: datetime | None) -> Line:
    """Return step, weight, what it waits for and for how long still, how it is judged, and what its tool is told."""
    parts: list[Line] = [(span(progress.phase or "?", bold=True),)]
    if progress.step is not None:
        parts.append((Span(f"step {progress.step}/{progress.steps}"),))
    if progress.weight is not None:
        parts.append((Span(f"weight {progress.weight:g}%"),))
    if progress.waits:
        parts.append((span(f"{progress.waits}{_countdown(progress, now)}", Ink.PAUSED),))
    if progress.analysis:
        parts.append((span(progress.analysis),))
    if progress.commands:
        parts.append((span(f"{progress.commands[0].what}: {progress.commands[0].line}", Ink.MUTED),))
    gap = Span(" · ", Ink.MUTED)
    return tuple(entry for index, part in enumerate(parts) for entry in ((gap, *part) if index else part))


def _countdown(progress: Progress, now: datetime | None) -> str:
    if progress.paused_since is None or now is None:
        return ""
    waited = (now - progress.paused_since).total_seconds()
    if progress.pause_seconds is None:
        return f" for {duration(waited)}"
    return f", {duration(progress.pause_seconds - waited)} left"
