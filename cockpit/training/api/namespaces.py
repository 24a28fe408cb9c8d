"""Namespaces: what may be created in them, and how they end.

A namespace that is deleted stays, as Terminating, until its content is gone and its spec names no finalizer any more.
Source: k8s.io/kubernetes, pkg/registry/core/namespace/storage/storage.go, and the NamespaceLifecycle admission plug-in.
"""

from __future__ import annotations

from cockpit.training.api.failures import bad_request, forbidden, not_found
from cockpit.training.api.kinds import NAMESPACE, ApiKind
from cockpit.training.api.store import Store
from cockpit.training.objects import Json, is_deleting, name_of

KUBERNETES = "kubernetes"
"""The finalizer of the namespace controller."""


def check_open(store: Store, kind: ApiKind, namespace: str, body: Json) -> None:
    """Let pass a new object that its namespace can take.

    Raises:
        ApiError: 400 (it names another one), 404 (there is none), 403 (it is being deleted).
    """
    if not kind.namespaced:
        return
    metadata = body.get("metadata") or {}
    if metadata.get("namespace", namespace) != namespace:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
    home = store.get(NAMESPACE, "", namespace)
    if home is None:
        raise not_found(NAMESPACE, namespace)
    if is_deleting(home):
        why = f"unable to create new content in namespace {namespace} because it is being terminated"
        error = forbidden(kind, str(metadata.get("name", "")), why)
        causes = [{"reason": "NamespaceTerminating", "message": f"namespace {namespace} is being terminated",
                   "field": "metadata.namespace"}]  # fmt: skip
        error.details = {**(error.details or {}), "causes": causes}
        raise error


def finalized(current: Json, body: Json) -> Json:
    """Return a namespace with the finalizers that the body of its `finalize` subresource leaves it.

    Raises:
        ApiError: 400, the body names another one.
    """
    if (body.get("metadata") or {}).get("name", name_of(current)) != name_of(current):
        raise bad_request("the name of the object does not match the name on the URL")
    left = (body.get("spec") or {}).get("finalizers") or []
    rest = {field: value for field, value in current["spec"].items() if field != "finalizers"}
    return {**current, "spec": {**rest, **({"finalizers": left} if left else {})}}


def is_finished(namespace: Json) -> bool:
    """Tell whether nothing holds a namespace any more."""
    held = namespace["spec"].get("finalizers") or namespace["metadata"].get("finalizers")
    return is_deleting(namespace) and not held
