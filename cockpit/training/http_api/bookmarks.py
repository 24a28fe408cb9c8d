"""What a bookmark's object holds beside its version: the fields that Go writes even where they are empty."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.training.api.kinds import DEPLOYMENT, POD, REPLICA_SET, SERVICE, ApiKind
from cockpit.training.objects import Json

_TEMPLATE: Json = {"metadata": {}, "spec": {"containers": None}}
_EMPTY: dict[ApiKind, Json] = {
    POD: {"spec": {"containers": None}, "status": {}},
    SERVICE: {"spec": {}, "status": {"loadBalancer": {}}},
    DEPLOYMENT: {"spec": {"selector": None, "template": _TEMPLATE, "strategy": {}}, "status": {}},
    REPLICA_SET: {"spec": {"selector": None, "template": _TEMPLATE}, "status": {"replicas": 0}},
}


def bookmark_object(kind: ApiKind, revision: int, annotations: Mapping[str, str] | None) -> Json:
    """Return an object of a kind that only says how far a watcher has come."""
    metadata: Json = {"resourceVersion": str(revision)}
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata, **_EMPTY.get(kind, {})}
