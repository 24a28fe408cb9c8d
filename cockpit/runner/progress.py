"""How far the run of a plan has come."""

from __future__ import annotations

from enum import StrEnum

from cockpit.actions.plan import Plan
from cockpit.actions.value import Value


class StepState(StrEnum):
    """How one change of a running plan stands."""

    WAITING = "waiting"
    SENDING = "sending"
    HOLDING = "holding"
    """Done, and the picture does not show yet what the next change needs."""
    DONE = "done"
    CHANGED = "changed"
    """Refused, because the object is not any more as the plan found it."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """Sent without an answer; reading back has not told yet either."""
    NOT_SENT = "not-sent"


class Step(Value, frozen=True):
    """One change of a running plan. `milliseconds` are those from the start of the run to the answer."""

    summary: str
    state: StepState = StepState.WAITING
    message: str = ""
    milliseconds: int | None = None


class EndpointMove(Value, frozen=True):
    """An endpoint that joined or left a Service; milliseconds since the last write before it was answered."""

    service: str
    address: str
    pod: str
    version: str
    joined: bool
    milliseconds: int


class Result(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    HELD = "held"
    """Everything was done, and the picture agrees."""
    NOT_SEEN = "not-seen"
    """Everything was done, and the picture does not agree yet."""
    CHANGED = "changed"
    """The cluster changed under the plan; what was sent after that is nothing."""
    FAILED = "failed"
    STOPPED = "stopped"
    """The operator asked to stop before the next change."""


class Progress(Value, frozen=True):
    """A run at one moment."""

    plan: Plan
    steps: tuple[Step, ...]
    result: Result = Result.RUNNING
    message: str = ""
    """What happened and what to do now; "" while all goes well."""
    waiting_for: str = ""
    """What has to be seen next, and how much of it is: "2 of 3 endpoints of shop are green"."""
    moves: tuple[EndpointMove, ...] = ()
    agreed_milliseconds: int | None = None
    """From the last answer to the moment when the picture showed what the plan expects."""
    warnings: tuple[str, ...] = ()
    """What did not succeed beside the changes, e.g. leaving an Event."""
    act_id: str = ""
    way_back: Plan | None = None
    """After a run that ended half-way: what takes back what was done."""
    way_on: Plan | None = None
    """After a run that ended half-way: what is left to do."""

    @property
    def only_watches(self) -> bool:
        """Whether every change was done and only the result is waited for: another act need not wait for that."""
        return self.result is Result.RUNNING and all(step.state is StepState.DONE for step in self.steps)
