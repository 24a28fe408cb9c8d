"""Small clusters with two versions of one application and a route in front."""

from __future__ import annotations

from cockpit.training.api.kinds import DEPLOYMENT, INGRESS, SERVICE, ApiKind
from cockpit.training.cluster import Cluster
from cockpit.training.objects import Json
from tests.training.steps import SPACE, deployment, quiet_cluster, service

NGINX = "nginx.ingress.kubernetes.io/"
PREFIX = "training.cockpit.dev/"


def pair(old: int = 3, new: int = 2, seed: int = 1, **behaviour: str) -> Cluster:
    """Return a cluster with Deployments and Services `old` and `new`; `behaviour` is that of the pods of `new`."""
    cluster = quiet_cluster(seed)
    for name, replicas in (("old", old), ("new", new)):
        made = deployment(name, replicas=replicas)
        told = {f"{PREFIX}{key.replace('_', '-')}": value for key, value in behaviour.items() if name == "new"}
        made["spec"]["template"]["metadata"]["annotations"] = told
        cluster.registry.create(DEPLOYMENT, SPACE, made)
        cluster.registry.create(SERVICE, SPACE, service(name))
    cluster.define()
    cluster.clock.step(30)
    return cluster


def path(service_name: str) -> Json:
    """Return the path / of an Ingress."""
    return {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": service_name, "port": {"number": 80}}}}


def ingresses(cluster: Cluster, weight: str, requests: str = "100", **told: str) -> None:
    """Create an Ingress for `old` and its canary for `new`."""
    about = {f"{PREFIX}requests": requests, **{f"{PREFIX}{key}": value for key, value in told.items()}}
    canary = {f"{NGINX}canary": "true", f"{NGINX}canary-weight": weight}
    for name, to, notes in (("web", "old", about), ("web-canary", "new", canary)):
        rules = [{"host": "shop.example", "http": {"paths": [path(to)]}}]
        spec = {"ingressClassName": "nginx", "rules": rules}
        cluster.registry.create(INGRESS, SPACE, {"metadata": {"name": name, "annotations": notes}, "spec": spec})


def kind(cluster: Cluster, name: str) -> ApiKind:
    """Return a custom kind by its bare name."""
    found = cluster.store.kinds.named(name)
    assert found is not None
    return found


def http_route(cluster: Cluster, old: int, new: int, requests: str = "100") -> None:
    """Create an HTTPRoute over both Services."""
    refs = [{"name": "old", "port": 80, "weight": old}, {"name": "new", "port": 80, "weight": new}]
    spec = {"parentRefs": [{"name": "public"}], "hostnames": ["shop.example"], "rules": [{"backendRefs": refs}]}
    metadata = {"name": "web", "annotations": {f"{PREFIX}requests": requests}}
    cluster.registry.create(kind(cluster, "HTTPRoute"), SPACE, {"metadata": metadata, "spec": spec})


def virtual_service(cluster: Cluster, old: int, new: int, requests: str = "100", headers: str = "") -> None:
    """Create a VirtualService for the host `old` over both Services."""
    routes = [{"destination": {"host": "old"}, "weight": old}, {"destination": {"host": "new"}, "weight": new}]
    annotations = {f"{PREFIX}requests": requests, **({f"{PREFIX}headers": headers} if headers else {})}
    spec = {"hosts": ["old"], "http": [{"route": routes}]}
    metadata = {"name": "web", "annotations": annotations}
    cluster.registry.create(kind(cluster, "VirtualService"), SPACE, {"metadata": metadata, "spec": spec})


def rates(cluster: Cluster) -> dict[str, float]:
    """Return the requests a second of each Service now, "" for what reaches none."""
    found: dict[str, float] = {}
    for flow in cluster.load.flows():
        name = flow.service if flow.pod else ""
        found[name] = found.get(name, 0.0) + flow.requests
    return {name: round(number, 6) for name, number in found.items()}
