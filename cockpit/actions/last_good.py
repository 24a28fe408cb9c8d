"""Last good: selectors, weights and replicas as they were when the release last held steady, in an order that serves.

Pods come first and are waited for, then selectors and weights move the traffic, and pods go last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cockpit.actions.acts import Act
from cockpit.actions.aftermath import aftermath
from cockpit.actions.capture import same_object, traffic_state, weights_now
from cockpit.actions.change import Change, ChangeKind, FieldChange, Given
from cockpit.actions.doors import door
from cockpit.actions.drafts import Draft, plan_of
from cockpit.actions.expectations import expected_after, held
from cockpit.actions.fields import PINNED, SELECTOR, annotation_fields, map_fields, selector_given
from cockpit.actions.plan import Plan
from cockpit.actions.request import Circumstances
from cockpit.actions.scaling import SCALABLE, scale_change
from cockpit.actions.targets import own_services, ref_of
from cockpit.actions.traffic_state import TrafficState
from cockpit.actions.wording import listed, rfc3339
from cockpit.errors import CockpitError
from cockpit.release.labels import HASH_KEYS, without
from cockpit.release.subject import Subject
from cockpit.resources.json_values import ABSENT, Json, Path
from cockpit.resources.references import ObjectRef
from cockpit.resources.services import Service

__all__ = ["last_good_plan", "traffic_state"]


def last_good_plan(state: TrafficState, subject: Subject, circumstances: Circumstances) -> Plan:
    """Return the plan that brings the traffic back to a state that held.

    Raises:
        CockpitError: the traffic is as it was.
    """
    more, fewer = _replicas(state, subject)
    selectors = [_selector_change(entry, _wanted(entry, state, subject)) for entry in _changed(state, subject)]
    changes = held(subject, [*more, *selectors, *_weights(state, subject), *fewer])
    if not changes:
        raise CockpitError(f"The traffic of {subject.view.name} is already as it was at {rfc3339(state.seen_at)}.")
    draft = Draft(
        title=f"Back to the last good traffic of {subject.view.name}" + (f": {state.words}" if state.words else ""),
        why=f"So it was at {rfc3339(state.seen_at)}, and held steady. Pods come first, then traffic moves.",
        changes=changes,
        expects=expected_after(subject, changes),
        effects=(*aftermath(subject, changes), *_left_out(state, subject)),
    )
    return plan_of(subject, Act.LAST_GOOD, draft, circumstances)


def _replicas(state: TrafficState, subject: Subject) -> tuple[list[Change], list[Change]]:
    """Return what scales up, and what scales down."""
    more: list[Change] = []
    fewer: list[Change] = []
    for workload in subject.workloads:
        wanted = state.replicas.get(workload.ref)
        if wanted is None or workload.kind not in SCALABLE or wanted == workload.desired:
            continue
        (more if wanted > workload.desired else fewer).append(scale_change(workload, wanted))
    return more, fewer


def _changed(state: TrafficState, subject: Subject) -> Iterator[Service]:
    for service in own_services(subject):
        wanted = _wanted(service, state, subject)
        if wanted and wanted != service.spec.selector:
            yield service


def _wanted(service: Service, state: TrafficState, subject: Subject) -> Mapping[str, str]:
    """Return the selector of the state, without a hash whose pods are gone; {} where the state does not say."""
    selector = state.selectors.get(service.metadata.name, {})
    return without(selector, [key for key, value in selector.items() if _is_gone(key, value, subject)])


def _is_gone(key: str, value: str, subject: Subject) -> bool:
    if key not in HASH_KEYS:
        return False
    return not any(entry.labels.get(key) == value and (entry.desired or entry.pods) for entry in subject.history)


def _selector_change(service: Service, wanted: Mapping[str, str]) -> Change:
    dropped = {key: ABSENT for key in service.spec.selector if key not in wanted}
    words = listed(f"{key}={value}" for key, value in wanted.items())
    return Change(
        kind=ChangeKind.PATCH,
        object=ref_of("Service", service.metadata),
        summary=f"select {words} in Service/{service.metadata.name} again",
        fields=(
            *map_fields(SELECTOR, service.spec.selector, {**dropped, **wanted}),
            *(annotation_fields(service.metadata.annotations, {PINNED: ABSENT}) if dropped.keys() & HASH_KEYS else ()),
        ),
        given=selector_given(service),
    )


def _weights(state: TrafficState, subject: Subject) -> Iterator[Change]:
    now = weights_now(subject)
    for ref in dict.fromkeys(ref for ref, _ in state.weights):
        found = next((entry for entry in now if same_object(entry, ref)), None)
        if found is None or _weighs_otherwise(state, ref, now[found]):
            continue
        held = now[found]
        wanted = {value.path: value.value for other, value in state.weights if other == ref and value.path in held}
        fields = tuple(FieldChange(path, held[path], value) for path, value in wanted.items() if held[path] != value)
        if fields:
            said = ", ".join("no weight" if field.after is ABSENT else f"weight {field.after}" for field in fields)
            given = {value.path: value.value for other, value in state.weighed_by if other == ref}
            yield Change(
                kind=ChangeKind.PATCH,
                object=found,
                summary=f"{said} in {found.short} again",
                fields=fields,
                given=tuple(Given(path, value) for path, value in given.items()),
            )


def _weighs_otherwise(state: TrafficState, ref: ObjectRef, now: Mapping[Path, Json]) -> bool:
    """Say whether the rules of an object are not those any more that its weights were those of."""
    relied_on = (value for other, value in state.weighed_by if other == ref)
    return any(now.get(value.path, value.value) != value.value for value in relied_on)


def _left_out(state: TrafficState, subject: Subject) -> Iterator[str]:
    services = {entry.metadata.name: entry for entry in own_services(subject)}
    for name, selector in state.selectors.items():
        if name not in services:
            yield f"Service {name} is not there any more, and is not made again"
            continue
        for key, value in selector.items():
            if _is_gone(key, value, subject):
                yield f"{door(services[name])} is not pinned to {value} again: its pods are gone"
