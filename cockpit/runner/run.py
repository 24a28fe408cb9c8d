"""Runs one plan: change by change, each journalled before and after, then watches until the result holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cockpit.actions.conditions import Condition
from cockpit.actions.plan import Plan
from cockpit.actions.record import ActRecord, Done
from cockpit.errors import CockpitError
from cockpit.fault import fault_name
from cockpit.live.feed import Feed
from cockpit.resources.json_values import ABSENT
from cockpit.resources.raw import RawObject
from cockpit.runner.board import Board
from cockpit.runner.cluster import Cluster
from cockpit.runner.examine import Templates
from cockpit.runner.journal import JournalError
from cockpit.runner.progress import Progress, Result, StepState
from cockpit.runner.script import Script
from cockpit.runner.sight import Sight
from cockpit.runner.steps import Sleep, Taken, take

_ARRIVING = "the change to show in the picture"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run stands on. `ways` makes the plans that lead back and on from an act that ended half-way."""

    cluster: Cluster
    feed: Feed
    monotonic: Callable[[], float]
    sleep: Sleep
    ways: Callable[[ActRecord], tuple[Plan | None, Plan | None]]
    leave_events: Callable[[ActRecord], asyncio.Task[tuple[str, ...]]]
    """Begins to leave an Event on each changed object; the task says what did not succeed."""


class Run:
    """One run of one plan."""

    def __init__(self, around: Surroundings, plan: Plan, script: Script, board: Board, templates: Templates) -> None:
        self._around = around
        self.plan = plan
        self._script = script
        self._board = board
        self._templates = templates
        self._stopping = False
        self._began = around.monotonic()
        self._sight = Sight(around.feed, plan, around.monotonic, board.moved)
        self.answers: dict[int, RawObject | None] = {}
        """What the server answered to each change that was done."""

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        return self._board.progress

    def stop(self) -> None:
        """Send nothing more, and wait for nothing more."""
        self._stopping = True
        self._sight.wake()

    def warn(self, sentence: str) -> None:
        """Tell of something beside the changes, also after the end."""
        self._board.warn(sentence)

    async def go(self) -> Progress:
        """Run the plan, whose first lines are in the journal; what goes wrong is told by the result."""
        try:
            await self._end(*await self._ended())
        finally:
            self._sight.close()
            self._script.close()
        return self._board.progress

    async def _ended(self) -> tuple[Result, str]:
        try:
            return await self._all_changes()
        except CockpitError as error:
            return Result.FAILED, str(error)
        except Exception as error:  # noqa: BLE001  # whatever it is, the screen must say how far the plan came
            said = f"The cockpit has a fault ({fault_name(error)}) and sends nothing more. Please report it."
            return Result.FAILED, said

    async def _all_changes(self) -> tuple[Result, str]:
        self._board.tell()
        for index, change in enumerate(self.plan.changes):
            if self._stopping:
                return await self._stopped(index)
            taken = await self._one_change(index)
            if taken.ends is not None:
                return taken.ends, taken.message
            last = index + 1 == len(self.plan.changes)
            if change.hold is not None and not last:
                self._board.step(index, StepState.HOLDING, taken.message)
                if not await self._seen((change.hold,), change.hold_seconds):
                    return self._not_held(index, change.hold_seconds)
                self._board.step(index, StepState.DONE, taken.message)
        return await self._result()

    async def _stopped(self, index: int) -> tuple[Result, str]:
        if index == 0:
            # The journal said that it would be sent.
            taken = Taken(Done.REFUSED, StepState.NOT_SENT, "It was stopped before it was sent.")
            await self._script.answered(0, taken)
        return Result.STOPPED, f"Stopped before the {'next' if index else 'first'} change, as you asked."

    async def _one_change(self, index: int) -> Taken:
        change = self.plan.changes[index]
        template = self._templates[change.template_from] if change.template_from is not None else ABSENT
        await self._script.sending(index)
        self._board.step(index, StepState.SENDING)
        taken = await take(self._around.cluster, change, template, self._around.sleep)
        if taken.done is Done.DONE:
            self._sight.answered(change, taken.answer)
            self.answers[index] = taken.answer
        self._board.step(index, taken.state, taken.message, self._milliseconds())
        await self._script.answered(index, taken)
        return taken

    def _not_held(self, index: int, seconds: float) -> tuple[Result, str]:
        seen = self._board.progress.waiting_for
        if self._stopping:
            self._board.step(index, StepState.DONE)
            return Result.STOPPED, f"Stopped before the next change, as you asked; {seen}."
        self._board.step(index, StepState.DONE, "What the next change needs was not seen.")
        return Result.FAILED, f"Within {seconds:g} s it was not seen that the next change may follow: {seen}."

    async def _result(self) -> tuple[Result, str]:
        seconds = self.plan.expects_seconds
        if await self._seen(self.plan.expects, seconds):
            self._board.agreed(self._sight.milliseconds())
            return Result.HELD, ""
        seen = self._board.progress.waiting_for
        if self._stopping:
            return Result.NOT_SEEN, f"Everything was done; it was watched no longer before this was seen: {seen}."
        return Result.NOT_SEEN, f"Everything was done, but within {seconds:g} s it was not seen: {seen}."

    async def _seen(self, conditions: Sequence[Condition], seconds: float) -> bool:
        """Wait until conditions hold; say meanwhile how much of them does."""

        def reached() -> bool:
            if self._sight.all_hold(conditions):
                return True
            self._board.waiting_for(self._sight.words(conditions) or _ARRIVING)
            return self._stopping

        return await self._sight.until(reached, seconds) and self._sight.all_hold(conditions)

    async def _end(self, result: Result, message: str) -> None:
        record = self._script.record
        events = self._around.leave_events(record)
        whole = self._counted(result, message, record)
        try:
            await self._script.end(whole or f"Done, and seen {self._board.progress.agreed_milliseconds} ms later.")
        except JournalError as error:
            self._board.warn(str(error))
        for warning in await events:
            self._board.warn(warning)
        ways = self._around.ways(self._script.record) if record.half_done else (None, None)
        self._board.end(result, whole, *ways)

    def _counted(self, result: Result, message: str, record: ActRecord) -> str:
        """Say how much was done, where it was not everything."""
        done = sum(entry.done is Done.DONE for entry in record.changes)
        if result in {Result.HELD, Result.NOT_SEEN}:
            return message
        if any(entry.done is Done.SENT for entry in record.changes):
            return f"{message} {done} of {len(record.changes)} changes were done, and of one nobody knows."
        if done == 0:
            return f"{message} Nothing was changed." if "othing was" not in message else message
        return f"{message} {done} of {len(record.changes)} changes were done."

    def _milliseconds(self) -> int:
        return round((self._around.monotonic() - self._began) * 1000)
