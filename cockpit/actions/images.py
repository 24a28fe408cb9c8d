"""New image: per container, the registry and repository kept where only a tag is typed.

Grammar of references: https://pkg.go.dev/github.com/distribution/reference (a colon before the last slash belongs to a
port).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.conditions import AnyCondition, RolledOut
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.fields import CHANGE_CAUSE, CONTAINERS, annotation_fields, pause_given, template_given
from cockpit.actions.pausing import is_paused
from cockpit.actions.replacing import replaces_all, replacing_words
from cockpit.actions.targets import ref_of, workload_for
from cockpit.actions.wording import listed, with_reason
from cockpit.errors import CockpitError, UsageError
from cockpit.release.workloads import Workload
from cockpit.resources.workloads import Container

_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\Z")
_DIGEST = re.compile(r"[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,}\Z")
_IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@\[\]-]{0,511}\Z")


def set_image(task: Task) -> Draft:
    """Return what gives containers of a template other images.

    Raises:
        UsageError: no image is asked for, or for no container that there is.
        CockpitError: the images are what they are already.
    """
    workload = workload_for(task.subject, task.request)
    images = {
        position: image
        for position, image in wanted_images(workload.containers, task.request.images).items()
        if image != workload.containers[position].image
    }
    if not images:
        raise CockpitError(f"{workload.ref} has {listed(task.request.images)} already.")
    named = [f"{workload.containers[position].name}={image}" for position, image in images.items()]
    paused = is_paused(workload)
    return Draft(
        title=f"Set {listed(named)} on {workload.ref}",
        why=_why(workload, paused=paused),
        changes=(_change(task, workload, images, named),),
        expects=() if paused or not replaces_all(workload) else _rolled_out(workload, images),
        effects=tuple(
            f"{workload.containers[position].name}: {workload.containers[position].image} → {image}"
            for position, image in images.items()
        ),
    )


def _why(workload: Workload, *, paused: bool) -> str:
    if paused:
        return "The template changes; it rolls out when the Deployment is resumed."
    if not replaces_all(workload):
        return f"The template changes: {replacing_words(workload)}."
    return "The template changes, and rolls out at once."


def _change(task: Task, workload: Workload, images: Mapping[int, str], named: Sequence[str]) -> Change:
    cause = with_reason(f"cockpit set-image {' '.join(named)}", task.request.reason)
    return Change(
        kind=ChangeKind.PATCH,
        object=ref_of(workload.kind, workload.metadata),
        summary=f"set {listed(named)} on {workload.ref}",
        fields=(
            *(
                FieldChange((*CONTAINERS, str(position), "image"), workload.containers[position].image, image)
                for position, image in images.items()
            ),
            *annotation_fields(workload.metadata.annotations, {CHANGE_CAUSE: cause}),
        ),
        given=(*pause_given(workload), *template_given(workload, but=images.keys())),
    )


def _rolled_out(workload: Workload, images: Mapping[int, str]) -> tuple[AnyCondition, ...]:
    names = tuple(images.get(position, entry.image) for position, entry in enumerate(workload.containers))
    return (RolledOut(workload.ref, names),)


def wanted_images(containers: Sequence[Container], asked: Sequence[str]) -> dict[int, str]:
    """Return the image that each container shall have, by its position; others are left out.

    Raises:
        UsageError: nothing is asked for, a container is not there or meant twice, or an image is none.
    """
    names = [container.name for container in containers]
    if not asked:
        raise UsageError(f"Say which image: IMAGE, TAG or CONTAINER=IMAGE; the containers are {listed(names)}.")
    found: dict[int, str] = {}
    for text in asked:
        name, named, image = text.rpartition("=")
        if not named and len(names) != 1:
            raise UsageError(f"Several containers could get {text!r}: say CONTAINER=IMAGE with {listed(names, 'or')}.")
        if named and name not in names:
            raise UsageError(f"There is no container {name!r}; there is {listed(names)}.")
        position = names.index(name) if named else 0
        if position in found:
            raise UsageError(f"Container {names[position]} is given two images.")
        found[position] = new_image(containers[position].image, image)
    return found


def new_image(image: str, typed: str) -> str:
    """Return what `typed` means for a container with `image`: TAG, :TAG, @DIGEST and DIGEST keep the repository.

    Raises:
        UsageError: it is no image, or could be read as a tag and as an image.
    """
    kept = repository(image)
    if typed.startswith(":") and _TAG.match(typed[1:]):
        return kept + typed
    if _DIGEST.match(typed.removeprefix("@")):
        return f"{kept}@{typed.removeprefix('@')}"
    if _TAG.match(typed) and typed == kept.rpartition("/")[2]:
        raise UsageError(f"{typed!r} could be a tag and an image: say {typed}:TAG, or :{typed}.")
    if _TAG.match(typed):
        return f"{kept}:{typed}"
    if _IMAGE.match(typed) and typed.partition("@")[0].rpartition("/")[2].count(":") < 2:
        return typed
    raise UsageError(f"{typed!r} is no image: say a tag, or REPOSITORY:TAG.")


def repository(image: str) -> str:
    """Return an image reference without its tag and digest."""
    name = image.partition("@")[0]
    path, slash, last = name.rpartition("/")
    return path + slash + last.partition(":")[0]
