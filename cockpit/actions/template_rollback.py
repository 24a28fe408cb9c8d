"""Rollback to an earlier template of one workload: a ReplicaSet's or a ControllerRevision's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from msgspec import structs

from cockpit.actions.capacity import patience
from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.conditions import AnyCondition, EndpointsOnly, Paused, PodsGone, RolledOut
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.fields import CHANGE_CAUSE, CONTAINERS, PAUSED, annotation_fields, pause_given, template_given
from cockpit.actions.pausing import images_of, is_paused
from cockpit.actions.pending import is_pending, newest
from cockpit.actions.pins import Pin, canary_services, delete_canary, hash_label, pins_of, taken_away, unpin
from cockpit.actions.replacing import replaces_all, replacing_words
from cockpit.actions.targets import in_service, ref_of, workload_for
from cockpit.actions.wording import listed, with_reason
from cockpit.errors import CockpitError
from cockpit.release.revisions import Revision
from cockpit.release.subject import Subject
from cockpit.release.workloads import Workload
from cockpit.resources.json_values import ABSENT
from cockpit.resources.references import ObjectRef
from cockpit.resources.workloads import Container

_NEVER_ROLLED_OUT = "the template that is replaced was never rolled out, so no revision holds it"


def template_rollback(task: Task) -> Draft:
    """Return what puts an earlier template in place, and lets it roll out.

    Raises:
        UsageError: several workloads could be meant.
        CockpitError: there is no such revision, or it is the template of now.
    """
    workload = workload_for(task.subject, task.request, fits=lambda entry: len(in_service(task.subject, entry)) > 1)
    history = [entry for entry in task.subject.history if entry.workload.ref == workload.ref]
    pending = is_pending(task.subject, workload)
    target = _target(task, workload, history, pending=pending)
    changes = _changes(task, workload, target, pending=pending)
    expects: list[AnyCondition] = [RolledOut(workload.ref, target.images)] if replaces_all(workload) else []
    if is_paused(workload):
        expects.append(Paused(workload.ref, paused=False))
    kept, _ = _pins(task.subject, workload, target)
    expects += [EndpointsOnly(pin.service.metadata.name, workload.ref, target.hash) for pin in kept]
    return Draft(
        title=f"Rollback {workload.ref} to revision {target.number}",
        why="The template goes back first and the rollout is resumed after it, so that no more new pods come."
        if is_paused(workload)
        else "The earlier template rolls out again, pod by pod.",
        changes=changes,
        expects=tuple(expects),
        effects=tuple(_effects(workload, target)),
    )


def _target(task: Task, workload: Workload, history: Sequence[Revision], *, pending: bool) -> Revision:
    known = [entry for entry in history if entry.name and entry.number is not None and entry.containers]
    wanted = task.request.revision
    numbers = listed(str(entry.number) for entry in known) or "none"
    if wanted is not None:
        found = next((entry for entry in known if entry.number == wanted), None)
        if found is None:
            raise CockpitError(f"{workload.ref} has no revision {wanted} any more; it has {numbers}.")
        if found.current and not pending:
            raise CockpitError(f"{workload.ref} has the template of revision {wanted} already.")
        return found
    earlier = [entry for entry in known if pending or not entry.current]
    if not earlier:
        raise CockpitError(f"{workload.ref} has no earlier revision to go back to: set the image instead.")
    serving = {entry.revision.name: entry.ready for entry in in_service(task.subject, workload)}
    return max(earlier, key=lambda entry: (serving.get(entry.name, 0), entry.number or 0))


def _changes(task: Task, workload: Workload, target: Revision, *, pending: bool) -> tuple[Change, ...]:
    """Return the writes in the order that keeps every Service served.

    Pins to the target stay until the canary's pods are gone; pins to what the rollout takes away go before it.
    """
    subject = task.subject
    kept, leaving = _pins(subject, workload, target)
    doors = [entry for entry in canary_services(subject) if _is_door_of(entry.spec.selector, workload, subject)]
    current = newest(subject, workload)
    going = current if current is not None and current.pods and current.name != target.name else None
    gone = PodsGone(workload.ref, going.hash) if going is not None else None
    template = _template_change(task, workload, target, None if pending else current)
    last = [_resume(workload, target)] if is_paused(workload) else []
    steps = [template, *last]
    if kept and gone is not None:
        steps[-1] = structs.replace(steps[-1], hold=gone, hold_seconds=patience(workload))
    return (
        *(delete_canary(task, entry) for entry in doors),
        *(unpin(subject, pin) for pin in leaving),
        *steps,
        *(structs.replace(unpin(subject, pin), hold=None) for pin in kept),
    )


def _pins(subject: Subject, workload: Workload, target: Revision) -> tuple[list[Pin], list[Pin]]:
    label = hash_label(target)
    kept = [pin for pin in taken_away(subject, workload) if (pin.key, pin.value) == label]
    others = [
        pin
        for pin in pins_of(subject)
        if pin.revision is not None
        and pin.revision.workload.ref == workload.ref
        and (pin.key, pin.value) != label
        and (not pin.revision.current or pin.service.metadata.name == subject.membership.front_door)
    ]
    return kept, others


def _is_door_of(selector: Mapping[str, str], workload: Workload, subject: Subject) -> bool:
    mine = [entry for entry in subject.history if entry.workload.ref == workload.ref]
    return any(label is not None and selector.get(label[0]) == label[1] for label in map(hash_label, mine))


def _template_change(task: Task, workload: Workload, target: Revision, current: Revision | None) -> Change:
    was = _ref(task.subject, workload, current) if current is not None and current.name else None
    cause = target.change_cause or with_reason(f"cockpit rollback to revision {target.number}", task.request.reason)
    return Change(
        kind=ChangeKind.PATCH,
        object=ref_of(workload.kind, workload.metadata),
        summary=f"put the template of revision {target.number} into {workload.ref}",
        fields=(
            *_image_fields(workload.containers, target.containers),
            *annotation_fields(workload.metadata.annotations, {CHANGE_CAUSE: cause}),
        ),
        given=(
            *pause_given(workload),
            *template_given(workload, but=_changed(workload.containers, target.containers)),
        ),
        template_from=_ref(task.subject, workload, target),
        template_was=was,
        final="" if was is not None else _NEVER_ROLLED_OUT,
    )


def _ref(subject: Subject, workload: Workload, revision: Revision) -> ObjectRef:
    kind = "ReplicaSet" if workload.kind == "Deployment" else "ControllerRevision"
    held = subject.inventory.replica_sets if kind == "ReplicaSet" else subject.inventory.controller_revisions
    found = held.get(revision.name)
    uid = found.metadata.uid if found is not None else ""
    return ObjectRef(kind, workload.metadata.namespace, revision.name, uid)


def _changed(held: Sequence[Container], wanted: Sequence[Container]) -> frozenset[int]:
    pairs = enumerate(zip(held, wanted, strict=False))
    return frozenset(position for position, (one, other) in pairs if one.image != other.image)


def _image_fields(held: Sequence[Container], wanted: Sequence[Container]) -> Iterator[FieldChange]:
    for position in sorted(_changed(held, wanted)):
        path = (*CONTAINERS, str(position), "image")
        yield FieldChange(path, held[position].image, wanted[position].image)


def _resume(workload: Workload, target: Revision) -> Change:
    """Return the resume that comes after the template, and only on that template."""
    return Change(
        kind=ChangeKind.PATCH,
        object=ref_of(workload.kind, workload.metadata),
        summary=f"resume {workload.ref}",
        fields=(FieldChange(PAUSED, before=True, after=ABSENT),),
        given=template_given(replace(workload, containers=target.containers)),
        depends=True,
    )


def _effects(workload: Workload, target: Revision) -> Iterator[str]:
    yield f"{workload.ref}: {listed(images_of(workload))} → {listed(target.images)}"
    if target.change_cause:
        yield f"revision {target.number}: {target.change_cause}"
    if not replaces_all(workload):
        yield replacing_words(workload)
    if workload.kind == "StatefulSet":
        yield "a pod that never becomes ready has to be deleted by hand before a StatefulSet goes back"
    yield "ConfigMaps and Secrets are not part of a template: they stay as they are now"
