"""The traffic of a release as it is now, where it has held long enough to come back to it."""

from __future__ import annotations

from datetime import datetime, timedelta

from cockpit.actions.targets import own_services, ready_endpoints, ref_of
from cockpit.actions.traffic_state import FieldValue, TrafficState
from cockpit.release.splits import traffic_of
from cockpit.release.subject import Subject
from cockpit.release.view import State
from cockpit.resources.ingress import Ingress
from cockpit.resources.references import ObjectRef
from cockpit.routing.weights import written_weights

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
        weights=tuple(
            (ref_of("Ingress", ingress.metadata), FieldValue(path, value))
            for ingress in ingresses_of(subject)
            for path, value in written_weights(ingress)
        ),
        words=_words(subject),
    )


def autoscaled(subject: Subject) -> frozenset[str]:
    """Return the workloads, KIND/NAME, that an autoscaler scales."""
    targets = (entry.spec.scale_target_ref for entry in subject.inventory.autoscalers.values())
    return frozenset(f"{target.kind}/{target.name}" for target in targets)


def ingresses_of(subject: Subject) -> tuple[Ingress, ...]:
    """Return the Ingresses that lead to the release, by name."""
    rules = (rule for rule in subject.membership.rules if rule.kind == "Ingress")
    names = sorted({name for rule in rules for name in rule.objects})
    return tuple(subject.inventory.ingresses[name] for name in names if name in subject.inventory.ingresses)


def _words(subject: Subject) -> str:
    shares = traffic_of(subject.view.splits, subject.view.routes or ())
    return ", ".join(f"{name} {share:.0%}" for name, share in shares.items() if share > 0)


def same_object(one: ObjectRef, other: ObjectRef) -> bool:
    """Say whether two references mean one object, by its name."""
    return (one.kind, one.namespace, one.name) == (other.kind, other.namespace, other.name)
