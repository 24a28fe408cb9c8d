"""OpenAPI v3, as little as makes `kubectl apply` leave validation to the server (it looks for `fieldValidation`)."""

from __future__ import annotations

from cockpit.training.api.kinds import SERVED, ApiKind
from cockpit.training.objects import Json

_INFO = {"title": "Kubernetes", "version": "v1.36.0"}
_PARAMETERS = [
    {"name": name, "in": "query", "schema": {"type": "string"}}
    for name in ("dryRun", "fieldManager", "fieldValidation")
]


def document(path: str) -> Json | None:
    """Answer /openapi/v3 and the document of one group and version; None where it is not served."""
    if path == "/openapi/v3":
        roots = sorted({_root(kind) for kind in SERVED})
        return {"paths": {root: {"serverRelativeURL": f"/openapi/v3/{root}?hash=1"} for root in roots}}
    if not path.startswith("/openapi/v3/"):
        return None
    served = [kind for kind in SERVED if _root(kind) == path.removeprefix("/openapi/v3/")]
    if not served:
        return None
    paths = {_object_path(kind): _operations(kind) for kind in served}
    return {"openapi": "3.0.0", "info": _INFO, "paths": paths, "components": {"schemas": {}}}


def _root(kind: ApiKind) -> str:
    return f"apis/{kind.api_version}" if kind.group else f"api/{kind.version}"


def _object_path(kind: ApiKind) -> str:
    namespace = "namespaces/{namespace}/" if kind.namespaced else ""
    return f"/{_root(kind)}/{namespace}{kind.plural}/{{name}}"


def _operations(kind: ApiKind) -> Json:
    about = {"group": kind.group, "version": kind.version, "kind": kind.kind}
    operation = {"parameters": _PARAMETERS, "responses": {}, "x-kubernetes-group-version-kind": about}
    return {verb: {**operation, "x-kubernetes-action": verb} for verb in ("get", "put", "patch", "delete")}
