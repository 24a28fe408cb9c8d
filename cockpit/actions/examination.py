"""What was found out about a plan before it runs: dry runs, rights, health checks, owners of fields."""

from __future__ import annotations

from enum import StrEnum

from cockpit.actions.change import FieldChange
from cockpit.actions.guards import Guard
from cockpit.actions.value import Value


class Answer(StrEnum):
    """How a question to the API server stands."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"
    LATER = "later"
    """Can only be told when an earlier change is done: "checked when reached"."""
    UNKNOWN = "unknown"
    """No answer, or one that says neither: a webhook that refuses dry runs, a review that failed."""


class Right(Value, frozen=True):
    """One right, as an access review asks for it; `subresource` is "" for the object itself."""

    verb: str
    group: str
    resource: str
    namespace: str
    subresource: str = ""
    name: str = ""

    @property
    def words(self) -> str:
        """The right as a sentence names it: "patch services"."""
        resource = f"{self.resource}/{self.subresource}" if self.subresource else self.resource
        return f"{self.verb} {resource}"


class ChangeFindings(Value, frozen=True):
    """What was found out about one change."""

    right: Right
    allowed: Answer = Answer.ASKED
    dry_run: Answer = Answer.ASKED
    message: str = ""
    """What the API server said, where it did not say yes."""
    template_diff: tuple[FieldChange, ...] = ()
    """How a whole template that is put in place differs from the one before; values of environments are masked."""


class CheckFindings(Value, frozen=True):
    """What one health check came to: NO is an application that fails, UNKNOWN a pod that could not be asked."""

    pod: str
    answer: Answer = Answer.ASKED
    message: str = ""


class Examination(Value, frozen=True):
    """What is known so far. `guards` are findings beyond the plan's own: owners of fields, changes, refusals."""

    changes: tuple[ChangeFindings, ...] = ()
    checks: tuple[CheckFindings, ...] = ()
    guards: tuple[Guard, ...] = ()
    complete: bool = False


class Consent(Value, frozen=True):
    """What the operator gave with the order to run: a reason, the typed name, guards to override."""

    reason: str = ""
    typed_name: str = ""
    overridden: frozenset[str] = frozenset()
    """Ids of guards."""
