"""What is said while a plan runs: one line a step, one an endpoint that joins or leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cockpit.resources.inert import inert
from cockpit.runner.progress import EndpointMove, Progress, Step, StepState

_TOLD = {
    StepState.HOLDING: "✔",
    StepState.DONE: "✔",
    StepState.CHANGED: "✖",
    StepState.REFUSED: "✖",
    StepState.UNKNOWN: "▲",
}


class Report:
    """Listens to a run, and writes what is new. `latest` is how far it has come, None before it began."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self.latest: Progress | None = None

    def __call__(self, progress: Progress) -> None:
        """Write what was not written yet."""
        for line in new_lines(self.latest, progress):
            self._write(line)
        self.latest = progress


def new_lines(before: Progress | None, now: Progress) -> Iterator[str]:
    """Yield a line for each thing that happened since `before`, inert."""
    known = before.steps if before else ()
    for position, step in enumerate(now.steps):
        told = _mark(known[position]) if position < len(known) else ""
        if _mark(step) not in {"", told}:
            yield inert(_step(step, position + 1, len(now.steps)))
    seen = frozenset(before.moves) if before else frozenset()
    yield from (inert(_move(move)) for move in now.moves if move not in seen)
    if now.waiting_for and (before is None or now.waiting_for != before.waiting_for):
        yield inert(f"  waiting: {now.waiting_for}")
    yield from (inert(f"▲ {warning}") for warning in now.warnings[len(before.warnings) if before else 0 :])


def _mark(step: Step) -> str:
    """Return how a step is marked, "" while there is nothing to tell; one that holds is done already."""
    return _TOLD.get(step.state, "")


def _step(step: Step, number: int, count: int) -> str:
    took = f" ({step.milliseconds} ms)" if step.milliseconds is not None else ""
    said = f": {step.message}" if step.message else ""
    return f"{_mark(step)} {number}/{count} {step.summary}{took}{said}"


def _move(move: EndpointMove) -> str:
    what = "joined" if move.joined else "left"
    return f"  +{move.milliseconds} ms: {move.address} ({move.version}, {move.pod}) {what} {move.service}"
