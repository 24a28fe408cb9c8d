"""The objects that traffic systems read, by kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

from cockpit.resources.meta import KubernetesObject

_Slice = TypeVar("_Slice", bound=KubernetesObject)

ByType = Mapping[type[KubernetesObject], Mapping[str, KubernetesObject]]


class Objects:
    """Objects of one namespace (and of the cluster, for kinds that have none), by the type of their slice and by name.

    `unknown` are types whose objects cannot be read: what they would say is not known.
    """

    def __init__(
        self, namespace: str, by_type: ByType, unknown: frozenset[type[KubernetesObject]] = frozenset()
    ) -> None:
        self.namespace = namespace
        self.unknown = unknown
        self._by_type = by_type

    def of(self, slice_type: type[_Slice]) -> Mapping[str, _Slice]:
        """Return the objects of one kind by name."""
        return cast(Mapping[str, _Slice], self._by_type.get(slice_type, {}))

    def ordered(self, slice_type: type[_Slice]) -> Iterable[_Slice]:
        """Return the objects of one kind in the order of their names."""
        return (entry for _, entry in sorted(self.of(slice_type).items()))


def objects_of(namespace: str, objects: Iterable[KubernetesObject]) -> Objects:
    """Index loose objects."""
    by_type: dict[type[KubernetesObject], dict[str, KubernetesObject]] = {}
    for entry in objects:
        by_type.setdefault(type(entry), {})[entry.metadata.name] = entry
    return Objects(namespace, by_type)
