"""Paths of the API: which kind, namespace, object and subresource a request is about."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.training.api.catalogue import Catalogue
from cockpit.training.api.failures import PathMissingError, resource_missing
from cockpit.training.api.kinds import NAMESPACE, ApiKind, kept_as, subresources_of

_BUILT_IN = Catalogue()
_SUBRESOURCES = frozenset({"status", "scale", "eviction", "finalize"})  # a proxy has paths of its own: http_api.proxy


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is about; `name` is "" for a collection, `namespace` "" for the whole cluster."""

    served: ApiKind
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @property
    def kind(self) -> ApiKind:
        """The kind as which the objects are kept."""
        return kept_as(self.served)


def target_of(path: str, kinds: Catalogue = _BUILT_IN) -> Target:
    """Return what a path under /api/v1 or /apis/GROUP/VERSION is about.

    Raises:
        ApiError: 404, nothing is served there.
    """
    parts = [part for part in path.split("/") if part]
    group, version, rest = ("", parts[1], parts[2:]) if parts[0] == "api" else (parts[1], parts[2], parts[3:])
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in ("status", "finalize"):
        namespace, rest = rest[1], rest[2:]
    kind = kinds.at(group, version, rest[0])
    if kind is None and not any((one.group, one.version) == (group, version) for one in kinds.served):
        raise PathMissingError
    if kind is None or len(rest) > 3 or (namespace and not kind.namespaced):
        raise resource_missing()
    name, subresource = (*rest[1:], "", "")[:2]
    if subresource and not _serves(kind, subresource):
        raise resource_missing()
    if name and kind.namespaced and not namespace:
        raise resource_missing()
    return Target(kind, namespace, name, subresource)


def access_namespace(target: Target) -> str:
    """Return the namespace that rights are asked for; for a Namespace object it is its own name."""
    return target.name if target.kind is NAMESPACE else target.namespace


def _serves(kind: ApiKind, subresource: str) -> bool:
    return subresource in _SUBRESOURCES and subresource in subresources_of(kind)
