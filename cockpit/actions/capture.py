"""The traffic of a release as it is now, where it has held long enough to come back to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from cockpit.actions.targets import own_services, ready_endpoints, ref_of
from cockpit.actions.traffic_state import FieldValue, TrafficState
from cockpit.actions.weighing import metadata_of
from cockpit.release.splits import traffic_of
from cockpit.release.subject import Subject
from cockpit.release.view import State
from cockpit.resources.json_values import Json, Path
from cockpit.resources.references import ObjectRef
from cockpit.routing.objects import Objects
from cockpit.routing.rules import Rule
from cockpit.routing.system import Held
from cockpit.routing.systems import weight_identities, written_weights

HELD = timedelta(seconds=60)
"""So long a release has to be steady before its traffic counts as good."""


def traffic_state(subject: Subject, now: datetime) -> TrafficState | None:
    """Return selectors, replicas and weights, None where they did not hold steady with ready endpoints for a minute.

    Replicas that an autoscaler moves are its own business and left out.
    """
    view = subject.view
    if view.state is not State.STEADY or view.since is None or now - view.since < HELD:
        return None
    services = own_services(subject)
    if not any(ready_endpoints(subject, service) for service in services):
        return None
    return TrafficState(
        seen_at=now,
        selectors={entry.metadata.name: dict(entry.spec.selector) for entry in services if entry.spec.selector},
        replicas={
            entry.ref: entry.desired
            for entry in subject.workloads
            if entry.kind != "DaemonSet" and entry.ref not in autoscaled(subject)
        },
        weights=_fields(subject, written_weights),
        weighed_by=_fields(subject, weight_identities),
        words=_words(subject),
    )


def autoscaled(subject: Subject) -> frozenset[str]:
    """Return the workloads, KIND/NAME, that an autoscaler scales."""
    targets = (entry.spec.scale_target_ref for entry in subject.inventory.autoscalers.values())
    return frozenset(f"{target.kind}/{target.name}" for target in targets)


def _fields(
    subject: Subject, told: Callable[[Objects, Rule], tuple[Held, ...]]
) -> tuple[tuple[ObjectRef, FieldValue], ...]:
    """Return fields of the objects that hold the weights of the release's rules, each once."""
    objects = subject.inventory.routes()
    found: dict[tuple[ObjectRef, Path], FieldValue] = {}
    for rule in subject.membership.rules:
        metadata = metadata_of(subject, rule)
        if metadata is not None:
            ref = ref_of(rule.kind, metadata)
            found |= {(ref, path): FieldValue(path, value) for path, value in told(objects, rule)}
    return tuple((ref, value) for (ref, _), value in found.items())


def weights_now(subject: Subject) -> dict[ObjectRef, dict[Path, Json]]:
    """Return, by object, the weights of the release's rules and what tells these rules apart."""
    found: dict[ObjectRef, dict[Path, Json]] = {}
    for told in (written_weights, weight_identities):
        for ref, value in _fields(subject, told):
            found.setdefault(ref, {})[value.path] = value.value
    return found


def _words(subject: Subject) -> str:
    shares = traffic_of(subject.view.splits, subject.view.routes or ())
    return ", ".join(f"{name} {share:.0%}" for name, share in shares.items() if share > 0)


def same_object(one: ObjectRef, other: ObjectRef) -> bool:
    """Say whether two references mean one object, by its name."""
    return (one.kind, one.namespace, one.name) == (other.kind, other.namespace, other.name)
