"""Switch: one Service's selector, in place, to another version. Cluster IP and node port stay.

Only version keys change; the whole selector is the precondition, for it is atomic to those who apply it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.checks import offered_check, pod_checks
from cockpit.actions.conditions import EndpointsOnly
from cockpit.actions.doors import door, split_words
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.fields import PINNED, SELECTOR, annotation_fields, selector_given
from cockpit.actions.pins import hash_label
from cockpit.actions.targets import Version, behind, ref_of, service_for, version_named, versions_of
from cockpit.actions.wording import counted, listed
from cockpit.errors import CockpitError, UsageError
from cockpit.release.labels import HASH_KEYS, ORDERED_VERSION_KEYS, matches
from cockpit.release.subject import Subject
from cockpit.release.view import Shares
from cockpit.resources.json_values import ABSENT
from cockpit.resources.services import Service


def switch(task: Task) -> Draft:
    """Return what gives a Service to another version.

    Raises:
        UsageError: the version is not there, or several could be meant.
        CockpitError: the Service leads there already, or no label tells the version apart.
    """
    service = service_for(task.subject, task.request)
    return switch_draft(task, service, _target(task, service))


def _target(task: Task, service: Service) -> Version:
    if task.request.version:
        return version_named(task.subject, task.request.version)
    versions = versions_of(task.subject)
    now = {entry.name for entry in behind(task.subject, service)}
    others = [entry for entry in versions if entry.name not in now] if len(now) == 1 else list(versions)
    if len(others) == 1:
        return others[0]
    names = listed((entry.name for entry in others), "or") or "no other version"
    raise UsageError(f"Say which version Service/{service.metadata.name} shall lead to: {names}.")


def switch_draft(task: Task, service: Service, target: Version, why: str = "") -> Draft:
    """Return the draft that switches a Service to a version.

    Raises:
        CockpitError: as `switch`.
    """
    name = service.metadata.name
    before = listed(entry.name for entry in behind(task.subject, service)) or "nothing"
    ready = counted(target.view.counts.ready, "ready pod")
    return Draft(
        title=f"Switch Service/{name} from {before} to {target.name}",
        why=why or "New connections go to the other version at once; the old pods stay, to switch back.",
        changes=(switch_change(task.subject, service, target),),
        expects=(EndpointsOnly(name, target.workload.ref, target.revision.hash),),
        effects=(f"{door(service)}: {split_words(_split(task.subject, name))} → {target.name} 100% ({ready})",),
        pod_checks=pod_checks(task, target),
        offered_check=offered_check(target),
    )


def switch_change(subject: Subject, service: Service, target: Version) -> Change:
    """Return the write that switches a Service.

    Raises:
        CockpitError: as `switch`.
    """
    name = service.metadata.name
    selector = service.spec.selector
    wanted = _wanted(subject, service, target)
    fields = tuple(
        FieldChange((*SELECTOR, key), selector.get(key, ABSENT), value)
        for key, value in wanted.items()
        if selector.get(key) != value
    )
    missing = [
        f"{key}={value}" for key, value in {**selector, **wanted}.items() if target.revision.labels.get(key) != value
    ]
    if missing:
        raise CockpitError(
            f"Service/{name} selects {listed(missing)} too, which pods of {target.name} do not carry: "
            "give them the label, or name another Service."
        )
    if not fields:
        raise CockpitError(f"Service/{name} leads to {target.name} already.")
    words = listed(f"{field.path[-1]}={field.after}" for field in fields)
    return Change(
        kind=ChangeKind.PATCH,
        object=ref_of("Service", service.metadata),
        summary=f"select {words} in Service/{name}",
        fields=(*fields, *_unmarked(service, fields)),
        given=selector_given(service),
    )


def _unmarked(service: Service, fields: Sequence[FieldChange]) -> tuple[FieldChange, ...]:
    """Return what takes the note of a pin away that holds no more."""
    moved = any(field.path[-1] in HASH_KEYS for field in fields)
    return annotation_fields(service.metadata.annotations, {PINNED: ABSENT}) if moved else ()


def _wanted(subject: Subject, service: Service, target: Version) -> dict[str, str]:
    """Return the version keys that the selector shall have, with the values of the target's pods."""
    selector, labels = service.spec.selector, target.revision.labels
    if not selector:
        raise CockpitError(f"Service/{service.metadata.name} has no selector: somebody else gives it endpoints.")
    keys = [key for key in selector if key in subject.version_keys or key in HASH_KEYS]
    lacking = [key for key in keys if key not in labels]
    if lacking:
        raise CockpitError(
            f"Service/{service.metadata.name} tells versions apart by {listed(lacking)}, "
            f"which pods of {target.name} do not carry."
        )
    return {key: labels[key] for key in keys} or _first_key(subject, service, target)


def _first_key(subject: Subject, service: Service, target: Version) -> dict[str, str]:
    """Return the most specific version key that every workload carries with a value of its own."""
    if not matches(service.spec.selector, target.revision.labels):
        return {}
    current = [entry for entry in subject.versions if entry.current]
    for key in _ordered(subject.version_keys):
        values = [entry.labels.get(key, "") for entry in current]
        if len(values) > 1 and all(values) and len(set(values)) == len(values) and target.revision.current:
            return {key: target.revision.labels[key]}
    if hash_label(target.revision) is None or [entry.name for entry in behind(subject, service)] == [target.name]:
        return {}
    raise CockpitError(
        f"Only their hash tells the versions behind Service/{service.metadata.name} apart: isolate does that."
    )


def _ordered(keys: frozenset[str]) -> list[str]:
    known = [key for key in ORDERED_VERSION_KEYS if key in keys and key not in HASH_KEYS]
    return [*sorted(keys - frozenset(ORDERED_VERSION_KEYS)), *known]


def _split(subject: Subject, service: str) -> Shares | None:
    found = (entry.split for entry in subject.view.services or () if entry.name == service)
    return next(found, None)


def chosen_keys(subject: Subject, selector: Mapping[str, str]) -> frozenset[str]:
    """Return the version keys of a selector that a person chose, hashes apart."""
    return (subject.version_keys - HASH_KEYS) & frozenset(selector)
