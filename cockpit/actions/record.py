"""An act as the journal remembers it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from cockpit.actions.change import Change
from cockpit.actions.plan import Plan
from cockpit.actions.value import Value


class Done(StrEnum):
    """How one change of an act ended."""

    NOT_SENT = "not-sent"
    SENT = "sent"
    """Sent, and nobody knows yet what came of it."""
    DONE = "done"
    REFUSED = "refused"
    """The server said no, or never got it: nothing happened."""


class ChangeRecord(Value, frozen=True):
    """One change, how it ended, and what takes it back (told from the server's answer)."""

    change: Change
    done: Done = Done.NOT_SENT
    message: str = ""
    answered_at: datetime | None = None
    resource_version: str = ""
    inverse: Change | None = None


class ActRecord(Value, frozen=True):
    """One act. `ended` is False where the cockpit that ran it never said so; `running` whether it still lives."""

    id: str
    at: datetime
    who: str
    context: str
    server: str
    """Address of the API server, without path and user."""
    plan: Plan
    changes: tuple[ChangeRecord, ...]
    ended: bool
    running: bool = False
    message: str = ""
    """How it ended, in a sentence."""
    undone_by: str = ""
    """Id of the act that took it back, or finished it."""

    @property
    def half_done(self) -> bool:
        """Whether something was done, or may have been, and something was not."""
        return any(entry.done in {Done.DONE, Done.SENT} for entry in self.changes) and not all(
            entry.done is Done.DONE for entry in self.changes
        )
