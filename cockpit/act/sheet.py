"""A plan with everything that is shown of it, before it is text or data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cockpit.actions.change import Change
from cockpit.actions.consent import objections
from cockpit.actions.examination import ChangeFindings, CheckFindings, Consent, Examination
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.kubectl import kubectl_lines
from cockpit.actions.patch import inverse_of, right_of
from cockpit.actions.plan import Plan
from cockpit.release.view import ReleaseView


@dataclass(frozen=True, slots=True)
class Sheet:
    """A plan, what was found out about it, and what still speaks against running it."""

    plan: Plan
    examination: Examination
    objections: tuple[str, ...]
    kubectl: tuple[str, ...]
    view: ReleaseView
    """The release as it was when the plan was made."""

    @property
    def guards(self) -> tuple[Guard, ...]:
        """The plan's guards, then those of the examination."""
        return (*self.plan.guards, *self.examination.guards)

    @property
    def changed(self) -> Guard | None:
        """The finding that the cluster is not any more as the plan found it."""
        found = (guard for guard in self.guards if guard.id is GuardId.CHANGED and guard.outcome is Outcome.BLOCK)
        return next(found, None)

    def entries(self) -> Iterator[tuple[Change, ChangeFindings]]:
        """Yield each change with what was found out about it."""
        for position, change in enumerate(self.plan.changes):
            known = position < len(self.examination.changes)
            yield change, self.examination.changes[position] if known else ChangeFindings(right_of(change))

    def checks(self) -> Iterator[tuple[str, CheckFindings]]:
        """Yield what each health check came to, with the path that was asked for."""
        paths = {check.pod: check.path for check in self.plan.pod_checks}
        yield from ((paths.get(found.pod, ""), found) for found in self.examination.checks)


def sheet_of(
    plan: Plan, examination: Examination, consent: Consent, view: ReleaseView, *, context: str, kubeconfig: str
) -> Sheet:
    """Return the sheet of a plan; `context` and `kubeconfig` appear in its kubectl lines."""
    lines = kubectl_lines(plan, context, kubeconfig)
    return Sheet(plan, examination, objections(plan, examination, consent), lines, view)


def way_back(change: Change) -> str:
    """Return what takes a change back, in a few words; "" where nothing does."""
    inverse = inverse_of(change, None)
    return inverse.summary if inverse else ""
