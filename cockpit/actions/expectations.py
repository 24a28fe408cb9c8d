"""What has to be seen after changes that no act explains: taken back, or brought back from an earlier state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import structs

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.conditions import (
    AnyCondition,
    EndpointsOnly,
    EndpointsReady,
    Paused,
    PodsReady,
    Replicas,
    RevisionNewest,
    RolledOut,
    ServiceExists,
)
from cockpit.actions.fields import CONTAINERS, PAUSED, REPLICAS, SELECTOR
from cockpit.actions.patch import under_template
from cockpit.actions.pending import newest
from cockpit.actions.replacing import replaces_all
from cockpit.actions.targets import Version, in_service, ready_endpoints, versions_of
from cockpit.release.labels import matches, template_selector
from cockpit.release.subject import Subject
from cockpit.release.workloads import Workload
from cockpit.resources.services import Service


def expected_after(subject: Subject, changes: Sequence[Change]) -> tuple[AnyCondition, ...]:
    """Return what will be seen when the changes are done; a later change of one field replaces an earlier one."""
    found: dict[tuple[str, str], AnyCondition] = {}
    for change in changes:
        for what, condition in _expected(subject, change):
            found[change.object.short, what] = condition
    for workload in subject.workloads:
        template = found.get((workload.ref, "template"))
        if isinstance(template, RolledOut) and _ends_paused(subject, workload, changes):
            # Nothing rolls out, but the controller numbers the revision anew that the template is taken from.
            del found[workload.ref, "template"]
            if any(change.template_from is not None for change in changes if change.object.short == workload.ref):
                found[workload.ref, "template"] = RevisionNewest(workload.ref, template.images)
    return tuple(found.values())


def _expected(subject: Subject, change: Change) -> Iterator[tuple[str, AnyCondition]]:
    if change.object.kind == "Service":
        condition = _of_service(subject, change)
        if condition is not None:
            yield "service", condition
        return
    workload = next((entry for entry in subject.workloads if entry.ref == change.object.short), None)
    if workload is None or change.kind is not ChangeKind.PATCH:
        return
    paused = _after(change, PAUSED)
    if paused is not None:
        yield "paused", Paused(workload.ref, paused=paused is True)
    replicas = _after(change, REPLICAS)
    if isinstance(replicas, int) and len(in_service(subject, workload)) < 2:
        yield "replicas", Replicas(workload.ref, replicas)
    if _touches_template(change) and replaces_all(workload):
        yield "template", _rolled_out(subject, workload, change)


def _after(change: Change, path: tuple[str, ...]) -> object:
    """Return what a field will hold, None where the change leaves it alone."""
    return next((field.after for field in change.fields if field.path == path), None)


def _touches_template(change: Change) -> bool:
    return change.template_from is not None or any(under_template(field.path) for field in change.fields)


def _rolled_out(subject: Subject, workload: Workload, change: Change) -> RolledOut:
    images = images_after(workload, change)
    same = images == tuple(container.image for container in workload.containers)
    current = newest(subject, workload) if same else None
    return RolledOut(workload.ref, images, instead_of=current.hash if current is not None else None)


def _ends_paused(subject: Subject, workload: Workload, changes: Sequence[Change]) -> bool:
    """Say whether a workload is paused when all changes are done."""
    written = [
        field.after
        for change in changes
        if change.object.short == workload.ref
        for field in change.fields
        if field.path == PAUSED
    ]
    return written[-1] is True if written else any(entry.view.paused for entry in in_service(subject, workload))


def images_after(workload: Workload, change: Change) -> tuple[str, ...]:
    """Return the images of a workload's containers when a change of it is done."""
    after = {field.path: field.after for field in change.fields}
    paths = [(*CONTAINERS, str(position), "image") for position in range(len(workload.containers))]
    return tuple(
        str(after.get(path, container.image)) for path, container in zip(paths, workload.containers, strict=True)
    )


def _of_service(subject: Subject, change: Change) -> AnyCondition | None:
    name = change.object.name
    if change.kind is not ChangeKind.PATCH:
        return ServiceExists(name, exists=change.kind is ChangeKind.CREATE)
    selector = selector_after(subject, change)
    if selector is None:
        return None
    taken = taken_by(subject, selector)
    if len(taken) == 1:
        return EndpointsOnly(name, taken[0].workload.ref, taken[0].revision.hash)
    ready = sum(entry.ready for entry in taken)
    return EndpointsReady(name, ready) if ready else None


def selector_after(subject: Subject, change: Change) -> Mapping[str, str] | None:
    """Return the selector that a change of a Service leaves, None where it does not touch it."""
    touched = [field for field in change.fields if field.path[: len(SELECTOR)] == SELECTOR]
    service = subject.inventory.services.get(change.object.name)
    if not touched or service is None:
        return None
    selector: dict[str, str] = dict(service.spec.selector)
    for field in touched:
        if len(field.path) == len(SELECTOR):
            selector = dict(field.after) if isinstance(field.after, Mapping) else {}
        elif isinstance(field.after, str):
            selector[field.path[-1]] = field.after
        else:
            selector.pop(field.path[-1], None)
    return selector


def taken_by(subject: Subject, selector: Mapping[str, str]) -> list[Version]:
    """Return the versions in service whose pods a selector takes."""
    wanted = template_selector(selector)
    return [
        entry for entry in versions_of(subject) if entry.revision.in_service and matches(wanted, entry.revision.labels)
    ]


def held(subject: Subject, changes: Sequence[Change]) -> tuple[Change, ...]:
    """Return the changes, each of which but the last waits until no Service is short of what it has now."""
    last = len(changes) - 1
    return tuple(
        change if position == last or change.hold is not None else structs.replace(change, hold=_hold(subject, change))
        for position, change in enumerate(changes)
    )


def _hold(subject: Subject, change: Change) -> AnyCondition | None:
    replicas = _after(change, REPLICAS)
    workload = next((entry for entry in subject.workloads if entry.ref == change.object.short), None)
    if workload is not None and isinstance(replicas, int) and replicas > workload.desired:
        served = in_service(subject, workload)
        return PodsReady(workload.ref, served[0].revision.hash, replicas) if len(served) == 1 else None
    selector = selector_after(subject, change) if change.object.kind == "Service" else None
    if selector is None:
        return None
    return service_follows(subject, subject.inventory.services[change.object.name], selector)


def service_follows(subject: Subject, service: Service, selector: Mapping[str, str]) -> AnyCondition | None:
    """Return the condition by which a Service is seen to follow another selector without being short of endpoints.

    More than it has now where more are ready, so that the endpoints of before do not pass for those of after; None
    where no ready pod is selected.
    """
    taken = taken_by(subject, selector)
    ready = sum(entry.ready for entry in taken)
    now = ready_endpoints(subject, service)
    if not ready or not taken:
        return None
    name = service.metadata.name
    if len(taken) == 1:
        return EndpointsOnly(name, taken[0].workload.ref, taken[0].revision.hash)
    return EndpointsReady(name, min(ready, now + 1))
