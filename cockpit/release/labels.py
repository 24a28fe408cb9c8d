"""Labels: matching them, and telling identity from version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cockpit.resources.meta import LabelSelector

HASH_KEYS = frozenset({"pod-template-hash", "rollouts-pod-template-hash", "controller-revision-hash"})
"""Version keys whose value is made by a controller and means nothing to a person."""

ORDERED_VERSION_KEYS = (
    "version",
    "app.kubernetes.io/version",
    "color",
    "colour",
    "slot",
    "track",
    "release-track",
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "controller-revision-hash",
)
"""Labels that tell versions apart, the most specific first."""

VERSION_KEYS = frozenset(ORDERED_VERSION_KEYS)

_REVISION_KINDS = {
    "pod-template-hash": "replicasets",
    "rollouts-pod-template-hash": "replicasets",
    "controller-revision-hash": "controllerrevisions",
}

_POD_KEYS = frozenset({"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index"})
"""Labels that the StatefulSet controller puts on single pods; no template carries them."""

Identity = frozenset[tuple[str, str]]


def matches(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    """Say whether every pair of an equality selector stands in `labels`; an empty selector matches nothing."""
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def unknown_hash_keys(unreadable: frozenset[str]) -> frozenset[str]:
    """Return the hash keys whose revisions are of a kind (plural) that cannot be read."""
    return frozenset(key for key, kind in _REVISION_KINDS.items() if kind in unreadable)


def template_selector(selector: Mapping[str, str]) -> dict[str, str]:
    """Return the part of a Service selector that a pod template can satisfy."""
    return {key: value for key, value in selector.items() if key not in _POD_KEYS}


def without(selector: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Return the selector without `keys`."""
    dropped = frozenset(keys)
    return {key: value for key, value in selector.items() if key not in dropped}


def identity_of(selector: LabelSelector, version_keys: frozenset[str]) -> Identity:
    """Return what a workload's selector says apart from versions: workloads with one identity may be one release."""
    pairs = {(key, value) for key, value in selector.match_labels.items() if key not in version_keys}
    for requirement in selector.match_expressions:
        if requirement.key not in version_keys:
            pairs.add((requirement.key, f"{requirement.operator} {' '.join(sorted(requirement.values))}"))
    return frozenset(pairs)
