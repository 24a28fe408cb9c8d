"""What takes an act back, and what finishes one that ended half-way."""

from __future__ import annotations

from msgspec import structs

from cockpit.actions.acts import Act
from cockpit.actions.aftermath import aftermath
from cockpit.actions.capture import autoscaled
from cockpit.actions.change import Change
from cockpit.actions.drafts import Draft, plan_of
from cockpit.actions.expectations import expected_after, held
from cockpit.actions.fields import REPLICAS
from cockpit.actions.holds import holds, words
from cockpit.actions.plan import Plan
from cockpit.actions.rebasing import rebased
from cockpit.actions.record import ActRecord, ChangeRecord, Done
from cockpit.actions.request import Circumstances
from cockpit.actions.wording import counted, rfc3339
from cockpit.errors import CockpitError
from cockpit.release.subject import Subject


def undo_plan(record: ActRecord, subject: Subject, circumstances: Circumstances) -> Plan:
    """Return the plan that takes back what an act did, the last change first.

    Raises:
        CockpitError: nothing was done, it was taken back already, something cannot be taken back, or nobody knows
            what came of a change.
    """
    _check(record)
    done = [entry for entry in record.changes if entry.done is Done.DONE]
    if not done:
        raise CockpitError(f"Nothing was done by {record.plan.title!r}: there is nothing to take back.")
    inverses = rebased(subject, [_inverse(entry) for entry in reversed(done)])
    moved = {change.object.short: why for change in inverses if (why := _scaled_since(subject, change))}
    changes = held(subject, [change for change in inverses if not _scaled_since(subject, change)])
    if not changes:
        raise CockpitError(f"{' '.join(moved.values())} Scale it instead.")
    draft = Draft(
        title=f"Take back: {record.plan.title}",
        why=f"It was done by {record.who} at {rfc3339(record.at)}; {counted(len(done), 'change')} of it "
        f"{'is' if len(done) == 1 else 'are'} taken back, the last one first.",
        changes=changes,
        expects=expected_after(subject, changes),
        effects=(*aftermath(subject, changes), *moved.values()),
    )
    return plan_of(subject, Act.UNDO, draft, circumstances, undoes=record.id)


def _scaled_since(subject: Subject, change: Change) -> str:
    """Return why a change of replicas alone is not taken back: somebody else scales the workload, or did since.

    The API server would refuse it after the traffic has moved, and the way back would end half-way.
    """
    workload = next((entry for entry in subject.workloads if entry.ref == change.object.short), None)
    if workload is None or [field.path for field in change.fields] != [REPLICAS]:
        return ""
    if workload.ref in autoscaled(subject):
        return f"{workload.ref} keeps its {counted(workload.desired, 'pod')}: an autoscaler sets their number."
    if workload.desired != change.fields[0].before:
        return f"{workload.ref} keeps its {counted(workload.desired, 'pod')}: somebody scaled it since."
    return ""


def finish_plan(record: ActRecord, subject: Subject, circumstances: Circumstances) -> Plan:
    """Return the plan that does what an act left undone, in its order.

    Raises:
        CockpitError: everything was done, it was taken back or finished already, nobody knows what came of a change,
            or what the next change has to wait for is not seen.
    """
    _check(record)
    left = [entry.change for entry in record.changes if entry.done is not Done.DONE]
    if not left:
        raise CockpitError(f"Everything of {record.plan.title!r} was done: there is nothing to finish.")
    _wait_is_over(record, subject)
    first, *others = left
    changes = rebased(subject, (structs.replace(first, depends=False), *others))
    draft = Draft(
        title=f"Finish: {record.plan.title}",
        why=f"{counted(len(record.changes) - len(left), 'change')} of {len(record.changes)} "
        f"{'was' if len(record.changes) - len(left) == 1 else 'were'} done at {rfc3339(record.at)}; the rest follows.",
        changes=changes,
        expects=record.plan.expects,
        effects=record.plan.effects,
    )
    return plan_of(subject, Act.FINISH, draft, circumstances, record.plan.reason, undoes=record.id)


def _check(record: ActRecord) -> None:
    if record.running:
        raise CockpitError(f"{record.plan.title!r} still runs: wait until it ends.")
    if record.undone_by:
        raise CockpitError(f"{record.plan.title!r} was taken back or finished already.")
    unknown = next((entry for entry in record.changes if entry.done is Done.SENT), None)
    if unknown is not None:
        raise CockpitError(
            f"Nobody knows whether {unknown.change.summary!r} was done: look at {unknown.change.object.short}, "
            "and act on what you see."
        )


def _inverse(entry: ChangeRecord) -> Change:
    """Return what takes one change back.

    Raises:
        CockpitError: nothing does.
    """
    if entry.change.final:
        raise CockpitError(f"{entry.change.summary!r} cannot be taken back: {entry.change.final}.")
    if entry.inverse is None:
        raise CockpitError(f"{entry.change.summary!r} cannot be taken back: what was there before is not known.")
    return entry.inverse


def _wait_is_over(record: ActRecord, subject: Subject) -> None:
    """Refuse to go on before what the last change waited for is seen: going on would cost a Service its endpoints."""
    done = [entry.change.hold for entry in record.changes if entry.done is Done.DONE]
    hold = done[-1] if done else None
    if hold is not None and holds(hold, subject.view) is not True:
        raise CockpitError(f"What is left has to wait: {words(hold, subject.view)}. Try again when it is so, or undo.")
