"""Invented objects as a real API server serves them: 5,000 pods of about 4.8 kB in 100 releases over 10 namespaces."""

from __future__ import annotations

from dataclasses import dataclass

NAMESPACES = 10
RELEASES = 100
PODS_A_RELEASE = 50
CREATED = "2026-11-21T09:00:00Z"
HASH = "5d4f8c7b9d"

JsonObject = dict[str, object]


@dataclass(frozen=True, slots=True)
class CannedRelease:
    """One release: a Deployment, its ReplicaSet and pods, a Service and its EndpointSlice."""

    number: int

    @property
    def name(self) -> str:
        """Name of the Deployment and of the Service."""
        return f"shop-{self.number:03d}"

    @property
    def namespace(self) -> str:
        """Namespace of all its objects."""
        return f"team-{self.number % NAMESPACES}"

    def uid(self, kind: int, place: int = 0) -> str:
        """Return a uid that is stable from run to run."""
        return f"{kind:08x}-0000-4000-8000-{self.number * 1000 + place:012x}"

    def labels(self) -> dict[str, str]:
        """Return the labels that the Service selects."""
        return {"app.kubernetes.io/name": self.name, "app.kubernetes.io/part-of": "shop", "tier": "web"}


def releases() -> tuple[CannedRelease, ...]:
    """Return all releases."""
    return tuple(CannedRelease(number) for number in range(RELEASES))


def _meta(release: CannedRelease, name: str, kind: int, place: int = 0, **more: object) -> JsonObject:
    return {
        "name": name,
        "namespace": release.namespace,
        "uid": release.uid(kind, place),
        "resourceVersion": str(100_000 + release.number * 100 + place),
        "creationTimestamp": CREATED,
        "labels": release.labels(),
        **more,
    }


def _template(release: CannedRelease) -> JsonObject:
    return {
        "metadata": {"labels": {**release.labels(), "pod-template-hash": HASH}},
        "spec": {"containers": [{"name": "app", "image": f"registry.example/{release.name}:1.25.3"}]},
    }


def _owner(kind: str, name: str, uid: str) -> list[JsonObject]:
    owner = {"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid}
    return [{**owner, "controller": True, "blockOwnerDeletion": True}]


def deployment(release: CannedRelease) -> JsonObject:
    """Return the Deployment."""
    annotations = {"deployment.kubernetes.io/revision": "1"}
    counts = dict.fromkeys(("replicas", "updatedReplicas", "readyReplicas", "availableReplicas"), PODS_A_RELEASE)
    return {
        "metadata": _meta(release, release.name, 1, generation=1, annotations=annotations),
        "spec": {
            "replicas": PODS_A_RELEASE,
            "selector": {"matchLabels": release.labels()},
            "template": _template(release),
            "strategy": {"type": "RollingUpdate"},
        },
        "status": {"observedGeneration": 1, **counts},
    }


def replica_set(release: CannedRelease) -> JsonObject:
    """Return the only ReplicaSet."""
    metadata = _meta(
        release,
        f"{release.name}-{HASH}",
        2,
        annotations={"deployment.kubernetes.io/revision": "1"},
        ownerReferences=_owner("Deployment", release.name, release.uid(1)),
    )
    metadata["labels"] = {**release.labels(), "pod-template-hash": HASH}
    return {
        "metadata": metadata,
        "spec": {
            "replicas": PODS_A_RELEASE,
            "selector": {"matchLabels": {**release.labels(), "pod-template-hash": HASH}},
            "template": _template(release),
        },
        "status": dict.fromkeys(("replicas", "readyReplicas", "availableReplicas"), PODS_A_RELEASE),
    }


def service(release: CannedRelease) -> JsonObject:
    """Return the Service."""
    return {
        "metadata": _meta(release, release.name, 3),
        "spec": {
            "type": "ClusterIP",
            "clusterIP": f"10.96.{release.number}.1",
            "clusterIPs": [f"10.96.{release.number}.1"],
            "selector": release.labels(),
            "ports": [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": 8080}],
        },
    }


def endpoint_slice(release: CannedRelease) -> JsonObject:
    """Return the Service's only EndpointSlice."""
    metadata = _meta(
        release, f"{release.name}-x2x7q", 4, ownerReferences=_owner("Service", release.name, release.uid(3))
    )
    metadata["labels"] = {**release.labels(), "kubernetes.io/service-name": release.name}
    return {
        "metadata": metadata,
        "addressType": "IPv4",
        "ports": [{"name": "http", "protocol": "TCP", "port": 8080}],
        "endpoints": [_endpoint(release, place) for place in range(PODS_A_RELEASE)],
    }


def _endpoint(release: CannedRelease, place: int) -> JsonObject:
    reference = {"kind": "Pod", "namespace": release.namespace, "name": pod_name(release, place)}
    return {
        "addresses": [pod_address(release, place)],
        "conditions": {"ready": True, "serving": True, "terminating": False},
        "nodeName": f"node-{place}",
        "targetRef": {**reference, "uid": release.uid(5, place)},
    }


def pod_name(release: CannedRelease, place: int) -> str:
    """Return the name of one pod."""
    return f"{release.name}-{HASH}-{place:05d}"


def pod_address(release: CannedRelease, place: int) -> str:
    """Return the address of one pod."""
    return f"10.244.{release.number}.{place + 2}"
