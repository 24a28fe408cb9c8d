"""What the tests of the embedded cluster share: small clusters, stepped by hand, and short ways to read them."""

from __future__ import annotations

from cockpit.training.api.kinds import DEPLOYMENT, ENDPOINT_SLICE, EVENT, POD, REPLICA_SET, ApiKind
from cockpit.training.api.patches import MERGE_PATCH, STRATEGIC_PATCH, patch_of
from cockpit.training.cluster import Cluster
from cockpit.training.controllers.behaviour import ImageRule
from cockpit.training.objects import Json, condition_of, is_deleting, labels_of, name_of

NOON = 1_795_000_000.0  # seconds since the epoch; which day it is does not matter
SPACE = "shop"


def quiet_cluster(seed: int = 1, image_rules: tuple[ImageRule, ...] = ()) -> Cluster:
    """Return a cluster with nothing but the namespace `shop`."""
    cluster = Cluster(seed, NOON, image_rules)
    cluster.ensure_namespace(SPACE)
    return cluster


def deployment(name: str = "web", image: str = "app:1", replicas: int = 4, **spec: object) -> Json:
    """Return a Deployment's manifest; further fields go into its spec."""
    labels = {"app": name}
    container = {"name": "app", "image": image, "ports": [{"containerPort": 80}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    body = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template, **spec}
    return {"metadata": {"name": name}, "spec": body}


def service(name: str = "web", **spec: object) -> Json:
    """Return a Service's manifest that selects the pods of `deployment(name)`."""
    body = {"selector": {"app": name}, "ports": [{"port": 80}], **spec}
    return {"metadata": {"name": name}, "spec": body}


def roll_out(cluster: Cluster, replicas: int, **spec: object) -> Json:
    """Create a Deployment and wait until it is complete."""
    manifest = deployment(replicas=replicas)
    manifest["spec"] |= spec
    created = cluster.registry.create(DEPLOYMENT, SPACE, manifest)
    cluster.clock.step(30)
    return created


def set_image(cluster: Cluster, image: str, name: str = "web") -> None:
    """Do what `kubectl set image` does."""
    body = {"spec": {"template": {"spec": {"containers": [{"name": "app", "image": image}]}}}}
    change(cluster, DEPLOYMENT, name, body)


def change(cluster: Cluster, kind: ApiKind, name: str, body: Json, form: str = STRATEGIC_PATCH) -> Json:
    """Patch an object of the namespace `shop`."""
    return cluster.registry.patch(kind, SPACE, name, patch_of(form, body))


def merge(cluster: Cluster, kind: ApiKind, name: str, body: Json) -> Json:
    """Patch an object by a merge patch."""
    return change(cluster, kind, name, body, MERGE_PATCH)


def get(cluster: Cluster, name: str = "web", kind: ApiKind = DEPLOYMENT) -> Json:
    """Return an object of the namespace `shop`."""
    return cluster.registry.get(kind, SPACE, name)


def sizes(cluster: Cluster) -> dict[str, int]:
    """Return the replicas asked for, by image, of all ReplicaSets that ask for some."""
    found = cluster.store.items(REPLICA_SET, SPACE)
    return {image_of(rs): rs["spec"]["replicas"] for rs in found if rs["spec"]["replicas"]}


def image_of(workload: Json) -> str:
    """Return the image of the first container of a workload's template."""
    return str(workload["spec"]["template"]["spec"]["containers"][0]["image"])


def progressing(cluster: Cluster, name: str = "web") -> str:
    """Return the reason of the Progressing condition."""
    return str((condition_of(get(cluster, name), "Progressing") or {}).get("reason", ""))


def messages(cluster: Cluster, reason: str) -> list[str]:
    """Return the messages of all events with a reason, oldest first."""
    found = [event for event in cluster.store.items(EVENT, SPACE) if event["reason"] == reason]
    return [event["message"] for event in sorted(found, key=lambda event: int(event["metadata"]["resourceVersion"]))]


def endpoints(cluster: Cluster, of: str = "web") -> list[Json]:
    """Return all endpoints of a Service."""
    slices = cluster.store.items(ENDPOINT_SLICE, SPACE)
    mine = (one for one in slices if labels_of(one)["kubernetes.io/service-name"] == of)
    return [endpoint for one in mine for endpoint in one["endpoints"] or ()]


def pods(cluster: Cluster, image: str = "") -> list[Json]:
    """Return the pods that are not being deleted, of one image or of all."""
    found = [pod for pod in cluster.store.items(POD, SPACE) if not is_deleting(pod)]
    return [pod for pod in found if not image or pod["spec"]["containers"][0]["image"] == image]


def names(objects: list[Json]) -> list[str]:
    """Return the names of objects."""
    return [name_of(obj) for obj in objects]
