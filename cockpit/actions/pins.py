"""Pins: Services that select one revision by the hash that its controller made, and the doors of isolated canaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.drafts import Task
from cockpit.actions.expectations import service_follows
from cockpit.actions.fields import PINNED, SELECTOR, annotation_fields, selector_given
from cockpit.actions.manifests import manifest_of
from cockpit.actions.pending import is_pending
from cockpit.actions.targets import own_services, ref_of
from cockpit.errors import CockpitError
from cockpit.release.labels import HASH_KEYS, without
from cockpit.release.revisions import Revision
from cockpit.release.subject import Subject
from cockpit.release.workloads import Workload
from cockpit.resources.json_values import ABSENT
from cockpit.resources.kinds import SERVICE
from cockpit.resources.services import Service

CANARY_OF = "cockpit.dev/canary-of"
"""Label of a Service that the cockpit made for an isolated canary: the name of the Service it was made beside."""

_KEYS = {
    "Deployment": "pod-template-hash",
    "StatefulSet": "controller-revision-hash",
    "DaemonSet": "controller-revision-hash",
}


@dataclass(frozen=True, slots=True)
class Pin:
    """One hash in one Service's selector; `revision` is None where no revision has it."""

    service: Service
    key: str
    value: str
    revision: Revision | None


def hash_label(revision: Revision) -> tuple[str, str] | None:
    """Return the label that only the pods of this revision carry, None where its kind makes none."""
    key = _KEYS.get(revision.workload.kind, "")
    value = revision.labels.get(key)
    return (key, value) if value else None


def is_ours(service: Service) -> bool:
    """Say whether the cockpit made the Service for an isolated canary."""
    return CANARY_OF in service.metadata.labels


def canary_services(subject: Subject) -> tuple[Service, ...]:
    """Return the Services that the cockpit made for isolated canaries of this release."""
    names = {*subject.membership.services, *subject.membership.umbrellas}
    return tuple(
        entry
        for name, entry in sorted(subject.inventory.services.items())
        if is_ours(entry) and (name in names or entry.metadata.labels[CANARY_OF] in names)
    )


def pins_of(subject: Subject) -> tuple[Pin, ...]:
    """Return the pins of the release's own Services, those of our canaries apart."""
    return tuple(
        Pin(service, key, value, _revision(subject, key, value))
        for service in own_services(subject)
        if not is_ours(service)
        for key, value in service.spec.selector.items()
        if key in HASH_KEYS
    )


def _revision(subject: Subject, key: str, value: str) -> Revision | None:
    return next((entry for entry in subject.history if entry.labels.get(key) == value), None)


def taken_away(subject: Subject, workload: Workload) -> tuple[Pin, ...]:
    """Return the pins whose pods the workload's rollout would take away when it goes on.

    A template that was never rolled out takes those of the newest revision away too.
    """
    all_go = is_pending(subject, workload)
    return tuple(
        pin
        for pin in pins_of(subject)
        if pin.revision is not None
        and pin.revision.workload.ref == workload.ref
        and (all_go or not pin.revision.current)
    )


def unpin(subject: Subject, pin: Pin) -> Change:
    """Return the change that takes a hash out of a selector; what comes next waits until no endpoint is missing.

    Raises:
        CockpitError: the selector would be empty, and an empty selector freezes the endpoints.
    """
    service = pin.service
    name = service.metadata.name
    if set(service.spec.selector) <= HASH_KEYS:
        raise CockpitError(
            f"Service/{name} selects by the hash {pin.value} alone and would select nothing without it: "
            "give its selector another label of the pods first."
        )
    return Change(
        kind=ChangeKind.PATCH,
        object=ref_of("Service", service.metadata),
        summary=f"take the pin to {pin.value} out of Service/{name}",
        fields=(
            FieldChange((*SELECTOR, pin.key), pin.value, ABSENT),
            *annotation_fields(service.metadata.annotations, {PINNED: ABSENT}),
        ),
        given=selector_given(service),
        hold=service_follows(subject, service, without(service.spec.selector, HASH_KEYS)),
    )


def delete_canary(task: Task, service: Service) -> Change:
    """Return the change that deletes the Service of an isolated canary; its manifest keeps the node port.

    Raises:
        CockpitError: the Service could not be read whole, so that nothing could bring it back.
    """
    ref = ref_of("Service", service.metadata)
    raw = task.fresh(ref)
    if raw is None or not isinstance(raw.value, Mapping):
        raise CockpitError(f"Service/{ref.name} could not be read, so deleting it could not be taken back: try again.")
    what = f"delete Service/{ref.name} of the isolated canary"
    return Change(ChangeKind.DELETE, ref, what, manifest=manifest_of(SERVICE, raw))
