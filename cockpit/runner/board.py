"""The progress of a run while it is made: what happens is noted here, and every change of it is told."""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec

from cockpit.actions.plan import Plan
from cockpit.runner.progress import EndpointMove, Progress, Result, Step, StepState

_MOST_MOVES = 500

_logger = logging.getLogger(__name__)


class Board:
    """Holds the latest progress of one run, and tells a listener of each."""

    def __init__(self, plan: Plan, act_id: str, listener: Callable[[Progress], None]) -> None:
        steps = tuple(Step(change.summary) for change in plan.changes)
        self.progress = Progress(plan, steps, act_id=act_id)
        self._listener = listener

    def tell(self) -> None:
        """Tell the progress as it is."""
        try:
            self._listener(self.progress)
        except Exception as error:  # a screen's fault must not stop a plan half-way
            _logger.debug("a progress could not be shown", exc_info=error)

    def step(self, index: int, state: StepState, message: str = "", milliseconds: int | None = None) -> None:
        """Note how one change stands."""
        known = self.progress.steps[index]
        ms = known.milliseconds if milliseconds is None else milliseconds
        step = Step(known.summary, state, message, ms)
        self._note(msgspec.structs.replace(self.progress, steps=_with(self.progress.steps, index, step)))

    def waiting_for(self, words: str) -> None:
        """Note what has to be seen next."""
        self._note(msgspec.structs.replace(self.progress, waiting_for=words))

    def moved(self, moves: tuple[EndpointMove, ...]) -> None:
        """Note endpoints that joined or left."""
        self._note(msgspec.structs.replace(self.progress, moves=(*self.progress.moves, *moves)[-_MOST_MOVES:]))

    def warn(self, sentence: str) -> None:
        """Note what did not succeed beside the changes."""
        self._note(msgspec.structs.replace(self.progress, warnings=(*self.progress.warnings, sentence)))

    def agreed(self, milliseconds: int) -> None:
        """Note that the picture shows what the plan expects."""
        self._note(msgspec.structs.replace(self.progress, agreed_milliseconds=milliseconds, waiting_for=""))

    def end(self, result: Result, message: str, way_back: Plan | None, way_on: Plan | None) -> None:
        """Note how the run ended; changes that still wait were not sent."""
        steps = tuple(
            Step(step.summary, StepState.NOT_SENT) if step.state is StepState.WAITING else step
            for step in self.progress.steps
        )
        self._note(
            msgspec.structs.replace(
                self.progress, steps=steps, result=result, message=message, way_back=way_back, way_on=way_on
            )
        )

    def _note(self, progress: Progress) -> None:
        if progress != self.progress:
            self.progress = progress
            self.tell()


def _with(steps: tuple[Step, ...], index: int, step: Step) -> tuple[Step, ...]:
    return (*steps[:index], step, *steps[index + 1 :])
