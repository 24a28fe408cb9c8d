"""Whether an order to run a plan may be followed: what the operator gave, and the picture of this moment."""

from __future__ import annotations

from cockpit.actions.consent import arisen, objections
from cockpit.actions.examination import Consent, Examination
from cockpit.actions.plan import Plan
from cockpit.actions.request import Circumstances
from cockpit.errors import ChangedError, CockpitError
from cockpit.release.subject import Subject


def check(
    plan: Plan, examination: Examination, consent: Consent, subject: Subject | None, circumstances: Circumstances
) -> None:
    """Let a plan pass. `subject` is its release as it is now, None where it is not seen.

    Raises:
        ChangedError: what is seen now stands against the plan, as it did not when it was made.
        CockpitError: the consent does not suffice.
    """
    if reasons := objections(plan, examination, consent):
        raise CockpitError(" ".join(reasons))
    if subject is not None and (found := arisen(plan, subject, circumstances, consent)):
        raise ChangedError(
            f"The picture changed since the plan was made: {' '.join(found)} Nothing was sent: make the plan again."
        )
