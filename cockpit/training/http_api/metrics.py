"""metrics.k8s.io/v1beta1: what `kubectl top` asks for (k8s.io/metrics, pkg/apis/metrics/v1beta1)."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.training.api.failures import method_not_allowed, not_found, resource_missing
from cockpit.training.api.kinds import NODE, NODE_METRICS, POD, POD_METRICS, ApiKind
from cockpit.training.api.rules import Asked
from cockpit.training.api.selectors import all_hold, parse_field_selector, parse_label_selector
from cockpit.training.cluster import Cluster
from cockpit.training.controllers.usage import WINDOW, Used
from cockpit.training.http_api.access import User, check
from cockpit.training.objects import Json, labels_of, name_of, namespace_of, timestamp

PREFIX = "/apis/metrics.k8s.io/v1beta1/"


class MetricsHandler:
    """Answers requests for metrics."""

    def __init__(self, cluster: Cluster) -> None:
        self._store = cluster.store
        self._usage = cluster.usage
        self._clock = cluster.clock

    def answer(self, user: User, method: str, path: str, query: Mapping[str, str]) -> Json:
        """Answer one request.

        Raises:
            ApiError: 403, 404 or 405.
        """
        kind, namespace, name = _target(path)
        if method not in ("GET", "HEAD") or query.get("watch") in ("true", "1"):
            raise method_not_allowed()
        check(user, kind, Asked("get" if name else "list", kind.group, kind.plural, namespace, "", name))
        about = NODE if kind is NODE_METRICS else POD
        if name:
            obj = self._store.get(about, namespace, name)
            found = self._of(kind, obj) if obj else None
            if found is None:
                raise not_found(kind, f"{namespace}/{name}" if namespace else name)
            return {"kind": kind.kind, "apiVersion": kind.api_version, **found}
        labels = parse_label_selector(query.get("labelSelector", ""))
        fields = parse_field_selector(about, query.get("fieldSelector", ""))
        objects = self._store.items(about, namespace)
        items = [self._of(kind, obj) for obj in objects if all_hold(labels, labels_of(obj)) and fields(obj)]
        head = {"kind": f"{kind.kind}List", "apiVersion": kind.api_version, "metadata": {}}
        return {**head, "items": [item for item in items if item is not None]}

    def _of(self, kind: ApiKind, obj: Json) -> Json | None:
        metadata: Json = {"name": name_of(obj), "creationTimestamp": timestamp(self._clock.now)}
        if namespace := namespace_of(obj):
            metadata["namespace"] = namespace
        if labels_of(obj):
            metadata["labels"] = labels_of(obj)
        when = {"timestamp": timestamp(self._usage.measured_at), "window": f"{WINDOW:.0f}s"}
        if kind is NODE_METRICS:
            pods = [pod for pod in self._store.items(POD) if pod["spec"].get("nodeName") == name_of(obj)]
            return {"metadata": metadata, **when, "usage": _written(self._usage.of_node(pods))}
        used = self._usage.of_pod(obj)
        if used is None:
            return None
        containers = [{"name": name, "usage": _written(amount)} for name, amount in used.items()]
        return {"metadata": metadata, **when, "containers": containers}


def _written(used: Used) -> Json:
    return {"cpu": f"{round(used.cpu * 1e6)}n", "memory": f"{round(used.memory * 1024)}Ki"}


def _target(path: str) -> tuple[ApiKind, str, str]:
    """Return kind, namespace and name that a path under `PREFIX` is about."""
    parts = path.removeprefix(PREFIX).split("/")
    namespace = ""
    if parts[0] == "namespaces" and len(parts) > 2:
        namespace, parts = parts[1], parts[2:]
    kind = {"pods": POD_METRICS, "nodes": NODE_METRICS}.get(parts[0])
    name = parts[1] if len(parts) > 1 else ""
    if kind is None or len(parts) > 2 or (namespace and kind is NODE_METRICS):
        raise resource_missing()
    if name and kind is POD_METRICS and not namespace:
        raise resource_missing()
    return kind, namespace, name
