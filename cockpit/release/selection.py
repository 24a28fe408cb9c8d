"""Which workloads a Service stands for: those that its selector matches, and those it could be switched to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cockpit.release.labels import HASH_KEYS, Identity, identity_of, template_selector, without
from cockpit.release.workloads import Workload
from cockpit.resources.services import Service


@dataclass(frozen=True, slots=True)
class Selection:
    """The workloads of one Service, as indices into the workloads of its namespace.

    `matched` are those whose pods the selector takes; `siblings` are switch targets; `dangling` says that the selector
    names a hash that no revision has; `partial` that it takes single pods of a workload, and is nobody's front door.
    """

    matched: frozenset[int]
    siblings: frozenset[int] = frozenset()
    umbrella: bool = False
    dangling: bool = False
    partial: bool = False

    @property
    def covered(self) -> frozenset[int]:
        """Every workload that the Service stands for."""
        return self.matched | self.siblings


class LabelIndex:
    """Finds the workloads that carry a set of labels without looking at every one of them.

    A workload carries the labels of its template, and the hash of each of its revisions.
    """

    def __init__(self, workloads: Sequence[Workload], hashes: Mapping[int, frozenset[tuple[str, str]]]) -> None:
        self._by_pair: dict[tuple[str, str], set[int]] = {}
        for position, entry in enumerate(workloads):
            for pair in (*entry.template_labels.items(), *hashes.get(position, frozenset())):
                self._by_pair.setdefault(pair, set()).add(position)

    def matching(self, selector: Mapping[str, str]) -> frozenset[int]:
        """Return the workloads that carry every pair; none for an empty selector."""
        if not selector:
            return frozenset()
        found = [self._by_pair.get(pair, set()) for pair in selector.items()]
        return frozenset(set.intersection(*found))


def identities_of(workloads: Sequence[Workload], version_keys: frozenset[str]) -> tuple[Identity, ...]:
    """Return each workload's identity; one that has nothing but version keys is like no other."""
    return tuple(identity_of(entry.selector, version_keys) or frozenset({("", entry.ref)}) for entry in workloads)


def select(
    service: Service,
    workloads: Sequence[Workload],
    identities: Sequence[Identity],
    index: LabelIndex,
    version_keys: frozenset[str],
    unknown_hashes: frozenset[str] = frozenset(),
) -> Selection:
    """Return what a Service stands for; ExternalName and an empty selector stand for nothing.

    `unknown_hashes` are hash keys whose revisions cannot be read: whether such a pin dangles is not known.
    """
    if service.spec.type == "ExternalName":
        return Selection(frozenset())
    selector = template_selector(service.spec.selector)
    matched = index.matching(selector)
    rest = without(selector, version_keys)
    named_keys = frozenset(selector) & version_keys - HASH_KEYS
    anchors = matched or index.matching(rest)
    pinned = not matched and not HASH_KEYS.isdisjoint(selector)
    dangling = pinned and unknown_hashes.isdisjoint(selector)
    partial = len(selector) < len(service.spec.selector)
    if len({identities[position] for position in anchors}) > 1:
        return Selection(matched, umbrella=bool(matched), dangling=dangling)
    if pinned and not named_keys:
        return Selection(matched, anchors, dangling=dangling)
    siblings = _siblings(matched, anchors, rest, named_keys, workloads, identities)
    return Selection(matched, siblings, dangling=dangling, partial=partial)


def _siblings(
    matched: frozenset[int],
    anchors: frozenset[int],
    rest: Mapping[str, str],
    named_keys: frozenset[str],
    workloads: Sequence[Workload],
    identities: Sequence[Identity],
) -> frozenset[int]:
    if not rest or not named_keys:
        return frozenset()
    wanted = {identities[position] for position in anchors}
    return frozenset(
        position
        for position, entry in enumerate(workloads)
        if position not in matched and identities[position] in wanted and named_keys <= entry.template_labels.keys()
    )
