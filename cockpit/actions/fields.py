"""Fields that several acts change, told so that the patch works on the object as it is.

A map that is empty is absent in the API's JSON: its first key is added with the map, and its last one taken with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cockpit.actions.change import FieldChange, Given
from cockpit.release.workloads import Workload
from cockpit.resources.json_values import ABSENT, Json, Path
from cockpit.resources.services import Service
from cockpit.resources.workloads import Deployment

SELECTOR: Path = ("spec", "selector")
PAUSED: Path = ("spec", "paused")
REPLICAS: Path = ("spec", "replicas")
CONTAINERS: Path = ("spec", "template", "spec", "containers")
ANNOTATIONS: Path = ("metadata", "annotations")
CHANGE_CAUSE = "kubernetes.io/change-cause"
PINNED = "cockpit.dev/pinned"
"""Annotation of a Service that the cockpit pinned: hash, who, when and why."""


def map_fields(path: Path, held: Mapping[str, str], wanted: Mapping[str, Json]) -> tuple[FieldChange, ...]:
    """Return the changes that give keys of a map new values, ABSENT for none; keys that hold theirs are left out."""
    changed = {key: value for key, value in wanted.items() if held.get(key, ABSENT) != value}
    left = {key: value for key, value in {**held, **changed}.items() if value is not ABSENT}
    if not changed:
        return ()
    if not held:
        return (FieldChange(path, ABSENT, left),)
    if not left:
        return (FieldChange(path, dict(held), ABSENT),)
    return tuple(FieldChange((*path, key), held.get(key, ABSENT), value) for key, value in changed.items())


def annotation_fields(held: Mapping[str, str], wanted: Mapping[str, Json]) -> tuple[FieldChange, ...]:
    """Return the changes of an object's annotations."""
    return map_fields(ANNOTATIONS, held, wanted)


def template_given(workload: Workload, but: Collection[int] = ()) -> tuple[Given, ...]:
    """Return names and images of the template's containers, which a decision about the template was made on.

    `but` are the positions whose image is changed itself.
    """
    found: list[Given] = []
    for position, container in enumerate(workload.containers):
        found.append(Given((*CONTAINERS, str(position), "name"), container.name))
        if position not in but:
            found.append(Given((*CONTAINERS, str(position), "image"), container.image))
    return tuple(found)


def pause_given(workload: Workload) -> tuple[Given, ...]:
    """Return whether a Deployment is paused, on which it hangs whether a new template rolls out at once."""
    if not isinstance(workload.source, Deployment):
        return ()
    return (Given(PAUSED, True if workload.source.spec.paused else ABSENT),)


def selector_given(service: Service) -> tuple[Given, ...]:
    """Return the whole selector that a decision was made on."""
    return (Given(SELECTOR, dict(service.spec.selector)),)
