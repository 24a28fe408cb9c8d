"""Whether a plan still fits what is seen: the fields that it was decided on, looked up in the picture. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.diff import path_words, value_text
from cockpit.actions.plan import Plan
from cockpit.release.inventory import Inventory
from cockpit.release.subject import Subject
from cockpit.resources.json_values import ABSENT, Json, Path, at
from cockpit.resources.meta import KubernetesObject


def outdated(plan: Plan, subject: Subject | None) -> str:
    """Return what changed since the plan was drawn, as far as it is seen; "" where all is as it was."""
    if subject is None:
        return "The release is not in the picture any more."
    for change in plan.changes:
        if not change.depends and (said := _difference(change, subject.inventory)):
            return f"The cluster changed under this plan: {said} Press a to draw it again."
    return ""


def _difference(change: Change, inventory: Inventory) -> str:
    objects = _objects(change.object.kind, inventory)
    if change.kind is ChangeKind.CREATE or objects is None:
        return ""
    found = objects.get(change.object.name)
    if found is None or (change.object.uid and found.metadata.uid != change.object.uid):
        return f"{change.object.short} is gone."
    seen: Json = msgspec.to_builtins(found)
    for path, before in _relied_on(change):
        if _is_seen(seen, path) and _plain(at(seen, path)) != _plain(before):
            now, was = _text(path, at(seen, path)), _text(path, before)
            return f"{path_words(path)} of {change.object.short} is {now} now, and was {was}."
    return ""


def _text(path: Path, value: Json) -> str:
    return "not there" if value is ABSENT else value_text(path, value)


def _objects(kind: str, inventory: Inventory) -> Mapping[str, KubernetesObject] | None:
    """Return the objects of a kind by name, None where it is not part of the picture."""
    kept: Mapping[str, Mapping[str, KubernetesObject]] = {
        "Service": inventory.services,
        "Deployment": inventory.deployments,
        "StatefulSet": inventory.stateful_sets,
        "DaemonSet": inventory.daemon_sets,
    }
    return None if f"{kind.lower()}s" in inventory.unreadable else kept.get(kind)


def _relied_on(change: Change) -> Iterator[tuple[Path, Json]]:
    yield from ((field.path, field.before) for field in change.fields)
    yield from ((given.path, given.value) for given in change.given)


def _is_seen(seen: Json, path: Path) -> bool:
    """Say whether the slice of an object keeps what stands at `path`: maps are kept whole, structs are not."""
    return (
        path[:2] in {("spec", "selector"), ("spec", "paused"), ("spec", "replicas")}
        and at(seen, path[:2]) is not ABSENT
    )


def _plain(value: Json) -> Json:
    """Return a value with what the API leaves out or writes out as it likes taken for the same."""
    return None if value is ABSENT or value is False or value == {} else value
