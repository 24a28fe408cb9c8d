"""OpenAPI v3: which paths there are, and what objects look like, as `kubectl explain` and `kubectl apply` ask for it.

One document a group and version (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3). That a write
takes `fieldValidation` is what makes kubectl leave validation to the server. Nothing is said of strategic merge:
kubectl then goes by the types that it brings itself.
"""

from __future__ import annotations

from hashlib import sha256

import msgspec

from cockpit.training.api.catalogue import Catalogue
from cockpit.training.api.kinds import ApiKind
from cockpit.training.http_api import openapi_v2
from cockpit.training.http_api.schemas import META, fingerprint, schemas_of
from cockpit.training.objects import Json

_INFO = {"title": "Kubernetes", "version": "v1.36.0"}
_WRITES = ("dryRun", "fieldManager", "fieldValidation")
_LISTS = ("continue", "fieldSelector", "labelSelector", "limit", "resourceVersion", "timeoutSeconds", "watch")


def document(kinds: Catalogue, path: str) -> Json | None:
    """Answer /openapi/v2, /openapi/v3 and the document of one group and version; None where it is not served."""
    if path == "/openapi/v2":
        return openapi_v2.document(kinds)
    if path == "/openapi/v3":
        roots: dict[str, list[ApiKind]] = {}
        for kind in kinds.served:
            roots.setdefault(_root(kind), []).append(kind)
        links = {root: f"/openapi/v3/{root}?hash={_hash(served)}" for root, served in sorted(roots.items())}
        return {"paths": {root: {"serverRelativeURL": link} for root, link in links.items()}}
    if not path.startswith("/openapi/v3/"):
        return None
    served = [kind for kind in kinds.served if _root(kind) == path.removeprefix("/openapi/v3/")]
    if not served:
        return None
    paths: Json = {}
    schemas: Json = {}
    for kind in served:
        paths[_collection_path(kind)] = _collection(kind)
        paths[_collection_path(kind) + "/{name}"] = _object(kind)
        schemas |= {META: schemas_of("ObjectMeta", "")[META]} if kind.custom is not None else {}
        schemas |= _custom(kind, kind.custom.schema) if kind.custom is not None else _built_in(kind)
    return {"openapi": "3.0.0", "info": _INFO, "paths": paths, "components": {"schemas": schemas}}


def _hash(served: list[ApiKind]) -> str:
    """Return what changes when the document does: clients keep one as long as it stays the same."""
    custom = [kind.custom.schema for kind in served if kind.custom is not None]
    names = [f"{kind.plural} {kind.kind} {kind.namespaced}" for kind in served]
    return sha256(fingerprint() + msgspec.json.encode([names, custom])).hexdigest().upper()


def _root(kind: ApiKind) -> str:
    return f"apis/{kind.api_version}" if kind.group else f"api/{kind.version}"


def _collection_path(kind: ApiKind) -> str:
    namespace = "namespaces/{namespace}/" if kind.namespaced else ""
    return f"/{_root(kind)}/{namespace}{kind.plural}"


def _about(kind: ApiKind) -> Json:
    return {"group": kind.group, "version": kind.version, "kind": kind.kind}


def _operation(kind: ApiKind, action: str, parameters: tuple[str, ...] = ()) -> Json:
    listed = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in parameters]
    answer = {"200": {"description": "OK"}}
    about = {"x-kubernetes-action": action, "x-kubernetes-group-version-kind": _about(kind)}
    return {"parameters": listed, "responses": answer, **about}


def _collection(kind: ApiKind) -> Json:
    return {
        "get": _operation(kind, "list", _LISTS),
        "post": _operation(kind, "post", _WRITES),
        "delete": _operation(kind, "deletecollection", _LISTS),
    }


def _object(kind: ApiKind) -> Json:
    return {
        "get": _operation(kind, "get"),
        "put": _operation(kind, "put", _WRITES),
        "patch": _operation(kind, "patch", (*_WRITES, "force")),
        "delete": _operation(kind, "delete", ("dryRun", "gracePeriodSeconds", "propagationPolicy")),
    }


def _built_in(kind: ApiKind) -> Json:
    package = f"io.k8s.api.{kind.group.partition('.')[0] or 'core'}.{kind.version}."
    name = kind.kind
    tables = (f"{name}@{kind.api_version}", f"{name}@{kind.group}", name)
    found: Json = next(filter(None, (schemas_of(table, package) for table in tables)), {})
    if package + name in found:
        found[package + name]["x-kubernetes-group-version-kind"] = [_about(kind)]
    return found


def _custom(kind: ApiKind, schema: Json) -> Json:
    properties = {**(schema.get("properties") or {}), "metadata": {"allOf": [{"$ref": f"#/components/schemas/{META}"}]}}
    package = ".".join(reversed(kind.group.split(".")))
    about = {"x-kubernetes-group-version-kind": [_about(kind)]}
    return {f"{package}.{kind.version}.{kind.kind}": {**schema, "properties": properties, **about}}
