"""Which pods a version has, as an expression over their names.

A ReplicaSet's pods are found by its name, which counts those that are gone as well. The API server cuts the base of a
generated name to 58 characters and adds five of an alphabet without vowels
(k8s.io/apiserver/pkg/storage/names/generate.go, k8s.io/apimachinery/pkg/util/rand/rand.go); where it cut, and for other
kinds, the pods are named one by one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from urllib.parse import quote_plus

from cockpit.metrics.template import Pattern, pattern
from cockpit.release.view import VersionView

_LONGEST_BASE = 58
_RANDOM = "[bcdfghjklmnpqrstvwxz2456789]{5}"
_LONGEST_BATCH = 1_800
"""Bytes of one batch as it is sent: a query that names its pods three times stays below 6 kB."""


def replica_set_of(version: VersionView) -> str:
    """Return the name of the version's ReplicaSet, "" where it has none."""
    kind, _, name = version.workload.partition("/")
    if kind == "Deployment" and version.hash:
        return f"{name}-{version.hash}"
    return name if kind == "ReplicaSet" else ""


def pod_patterns(version: VersionView, remembered: Iterable[str] = ()) -> tuple[Pattern, ...]:
    """Return expressions that match the version's pods between them, () where it has no pods that are known.

    `remembered` are pods of the version that are gone, which still count within the window.
    """
    if named_by_replica_set(version):
        return (Pattern(pattern(f"{replica_set_of(version)}-") + _RANDOM),)
    return tuple(_batches(sorted({pod.name for pod in version.pods or ()}.union(remembered))))


def named_by_replica_set(version: VersionView) -> bool:
    """Say whether the names of the version's pods are its ReplicaSet's, a dash and five characters, uncut."""
    base = f"{replica_set_of(version)}-"
    return 1 < len(base) <= _LONGEST_BASE and all(pod.name.startswith(base) for pod in version.pods or ())


def _batches(names: Sequence[str]) -> Iterable[Pattern]:
    """Yield alternations of names, none longer than a query may be; what all names begin with is written once."""
    common = os.path.commonprefix(names)  # noqa: RUF071  # names are no paths: characters are what counts
    batch: list[str] = []
    room = _LONGEST_BATCH - _sent(common)
    for name in names:
        rest = pattern(name[len(common) :])
        if batch and room < _sent(rest) + 3:
            yield _alternation(common, batch)
            batch, room = [], _LONGEST_BATCH - _sent(common)
        batch.append(rest)
        room -= _sent(rest) + 3
    if batch:
        yield _alternation(common, batch)


def _alternation(common: str, rests: Sequence[str]) -> Pattern:
    return Pattern(f"{pattern(common)}(?:{'|'.join(rests)})" if len(rests) > 1 else pattern(common) + rests[0])


def _sent(text: str) -> int:
    # A backslash doubles inside of quotes before it is encoded.
    return len(quote_plus(text.replace("\\", "\\\\"), errors="replace"))
