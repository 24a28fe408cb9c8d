"""Names of versions: what a person calls them, told from their own labels and images."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cockpit.release.images import image_tag
from cockpit.release.labels import HASH_KEYS, ORDERED_VERSION_KEYS, VERSION_KEYS
from cockpit.release.revisions import Revision

_HASH_CHARACTERS = 5


def version_names(
    versions: Sequence[Revision], history: Sequence[Revision], version_keys: frozenset[str]
) -> tuple[str, ...]:
    """Return a name for each version, unique among them.

    A name comes from the most specific version key that varies, else the image tag of the container that differs, else
    the workload. `history` is every known revision of the workloads. A label that a workload selects its pods by is the
    workload's own for ever; for the rest, what varies is judged by history rather than by the versions of the moment,
    so that a name does not change when another version comes or goes.
    """
    workloads = {revision.workload.ref for revision in history}
    compared = history if len(workloads) == 1 else [revision for revision in history if revision.current]
    names = [
        _by_label(version, compared, version_keys)
        or _by_image(version, compared, alone=len(workloads) == 1)
        or version.workload.metadata.name
        for version in versions
    ]
    return _apart(names, versions)


def _by_label(version: Revision, compared: Sequence[Revision], version_keys: frozenset[str]) -> str:
    own = [key for key in _name_keys(version_keys) if version.labels.get(key)]
    for key in own:
        if len({entry.labels.get(key) for entry in compared} - {None}) > 1:
            return version.labels[key]
    fixed = [key for key in own if key in version.workload.selector.match_labels]
    return version.labels[fixed[0]] if fixed else ""


def _name_keys(version_keys: frozenset[str]) -> list[str]:
    """Return the keys whose values a person reads: what settings add first, then the known ones."""
    added = sorted(version_keys - VERSION_KEYS)
    return [*added, *(key for key in ORDERED_VERSION_KEYS if key not in HASH_KEYS)]


def _by_image(version: Revision, compared: Sequence[Revision], *, alone: bool) -> str:
    for container in version.containers:
        tags = {
            image_tag(other.image)
            for revision in compared
            for other in revision.containers
            if other.name == container.name
        }
        if len(tags) > 1:
            return image_tag(container.image)
    if alone or len({_first_tag(revision) for revision in compared}) > 1:
        return _first_tag(version)
    return ""


def _first_tag(revision: Revision) -> str:
    return image_tag(revision.containers[0].image) if revision.containers else ""


def _apart(names: Sequence[str], versions: Sequence[Revision]) -> tuple[str, ...]:
    """Give names that collide five characters of their hash, and the revision's own name where that is not enough."""
    once = [
        f"{name}@{version.hash[:_HASH_CHARACTERS]}" if shared > 1 and version.hash else name
        for name, version, shared in zip(names, versions, _counts(names), strict=True)
    ]
    return tuple(
        f"{name}@{version.name or version.workload.ref}" if shared > 1 else name
        for name, version, shared in zip(once, versions, _counts(once), strict=True)
    )


def _counts(names: Sequence[str]) -> list[int]:
    numbers = Counter(names)
    return [numbers[name] for name in names]
