"""What the journal is told of one act while it runs, and what it remembers of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cockpit.actions.patch import inverse_of
from cockpit.actions.plan import Plan
from cockpit.actions.record import ActRecord, Done
from cockpit.runner.journal import Journal
from cockpit.runner.journal_lines import Answered, Begun, Ended, How, Line, Sending
from cockpit.runner.journal_records import records_of
from cockpit.runner.locks import ActLock
from cockpit.runner.steps import Taken


@dataclass(frozen=True, slots=True)
class Where:
    """Who acts, and on which cluster; `server` is an address without path or user."""

    who: str
    context: str
    server: str


class Script:
    """Writes one act into the journal. What could not be written is still remembered here."""

    def __init__(self, journal: Journal, act_id: str, plan: Plan, where: Where, now: Callable[[], datetime]) -> None:
        self._journal = journal
        self._id = act_id
        self._plan = plan
        self._now = now
        self._lock: ActLock | None = None
        self._lines: list[Line] = [
            Begun(
                id=act_id,
                at=now(),
                who=where.who,
                context=where.context,
                server=where.server,
                pid=os.getpid(),
                plan=plan,
            )
        ]

    @property
    def record(self) -> ActRecord:
        """The act as far as it has come."""
        return records_of(self._lines)[0]

    async def begin(self) -> None:
        """Write the plan, and that its first change is about to be sent.

        Raises:
            JournalError: nothing may be sent.
        """
        sending = [self._sending(0)] if self._plan.changes else []
        self._lock = await self._journal.begin(self._lines[0], *sending)
        self._lines += sending

    async def sending(self, index: int) -> None:
        """Write that a change is about to be sent; that of the first is written by `begin`.

        Raises:
            JournalError: it must not be sent.
        """
        if index > 0:
            line = self._sending(index)
            await self._journal.append(line)
            self._lines.append(line)

    async def answered(self, index: int, taken: Taken) -> None:
        """Write what came of a change.

        Raises:
            JournalError: the journal does not know of it.
        """
        change, answer = self._plan.changes[index], taken.answer
        line = Answered(
            id=self._id,
            at=self._now(),
            change=index,
            done=taken.done,
            message=taken.message,
            resource_version=answer.text("metadata", "resourceVersion") if answer else "",
            inverse=inverse_of(change, answer) if taken.done is Done.DONE else None,
        )
        self._lines.append(line)
        await self._journal.append(line)

    async def end(self, message: str) -> None:
        """Write that nothing more will be sent.

        Raises:
            JournalError: the journal does not know of it.
        """
        done = [entry.done for entry in self.record.changes]
        if all(entry is Done.DONE for entry in done):
            how = How.DONE
        else:
            how = How.HALF_WAY if {Done.DONE, Done.SENT} & set(done) else How.NOTHING
        line = Ended(id=self._id, at=self._now(), how=how, message=message)
        self._lines.append(line)
        await self._journal.append(line)

    def close(self) -> None:
        """Let others see that the act does not run any more."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()

    def _sending(self, index: int) -> Sending:
        return Sending(id=self._id, at=self._now(), change=index)
