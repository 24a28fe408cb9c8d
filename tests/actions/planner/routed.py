"""Two or three versions behind one route of each traffic system, to weigh."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.actions.planner.stage import weighted
from tests.release.world import SCENARIOS, World

Json = dict[str, Any]  # raw objects of the API


def versions(*names: str, replicas: int = 2) -> World:
    """Return a Deployment and a Service for each version, all of one age but the order of their names."""
    world = World()
    for name in names:
        world.apply(
            f"""
kind: Deployment
metadata: {{name: web-{name}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: web, version: {name}}}}}
  template:
    metadata: {{labels: {{app: web, version: {name}}}}}
    spec: {{containers: [{{name: web, image: "web:{name}"}}]}}
---
kind: Service
metadata: {{name: web-{name}}}
spec: {{selector: {{app: web, version: {name}}}, ports: [{{port: 80}}]}}
"""
        )
    return world


def gateway(*weights: int | None, kind: str = "HTTPRoute", rules: int = 1) -> World:
    """Return versions v1, v2, ... behind the rules of one route of Gateway API; None is a missing weight."""
    names = [f"v{number}" for number in range(1, len(weights) + 1)]
    world = versions(*names)
    refs = [
        {"name": f"web-{name}", "port": 80, **({} if weight is None else {"weight": weight})}
        for name, weight in zip(names, weights, strict=True)
    ]
    matches = [[{"path": {"type": "PathPrefix", "value": f"/{number}"}}] for number in range(rules)]
    declared = [
        {"matches": match, "backendRefs": [dict(ref) for ref in refs]} if kind == "HTTPRoute" else {"backendRefs": refs}
        for match in matches
    ]
    parent = {"parentRef": {"name": "edge"}, "conditions": [{"type": "Accepted", "status": "True"}]}
    spec = {"hostnames": ["web.example"], "parentRefs": [{"name": "edge"}], "rules": declared}
    world.put({"kind": kind, "metadata": {"name": "web"}, "spec": spec, "status": {"parents": [parent]}})
    return world


def istio(*weights: int) -> World:
    """Return the reviews of the scenario with these weights, behind a rule by header that is nobody's to weigh."""
    world = World(SCENARIOS / "istio-weight-and-header.yaml")
    route = world.get("VirtualService", "reviews")["spec"]["http"][1]["route"]
    for destination, weight in zip(route, weights, strict=False):
        destination["weight"] = weight
    return world


def aliyun(**annotations: str) -> World:
    """Return two Services under one path of one Ingress, with the annotations of Alibaba Cloud's older controller."""
    world = World(SCENARIOS / "ingress-weight.yaml")
    for name in ("echo", "echo-canary"):
        del world.objects["Ingress", name]
    prefixes = {"weight": "ingress.aliyun.weight/new-nginx"}
    prefixes |= {
        key: f"nginx.ingress.kubernetes.io/{key.replace('_', '-')}" for key in ("service_weight", "service_match")
    }
    found = {prefixes[key]: value for key, value in annotations.items()}
    world.get("Ingress", "echo-ack")["metadata"]["annotations"] = found
    return world


def alb(weight: str) -> World:
    """Return the pair of Ingresses as Alibaba Cloud's ALB reads it."""
    world = weighted()
    prefix = "alb.ingress.kubernetes.io/canary"
    world.get("Ingress", "echo-canary")["metadata"]["annotations"] = {prefix: "true", f"{prefix}-weight": weight}
    for name in ("echo", "echo-canary"):
        world.get("Ingress", name)["spec"]["ingressClassName"] = "alb"
    world.put(
        {
            "kind": "IngressClass",
            "metadata": {"name": "alb", "namespace": ""},
            "spec": {"controller": "ingress.k8s.alibabacloud/alb"},
        }
    )
    return world


SYSTEMS: dict[str, tuple[Callable[[], World], str, str]] = {
    "ingress-nginx": (weighted, "old-nginx", "new-nginx"),
    "ingress-nginx with a total": (lambda: weighted("5", "1000"), "old-nginx", "new-nginx"),
    "ALB": (lambda: alb("50"), "old-nginx", "new-nginx"),
    "ACK weight": (lambda: aliyun(weight="50"), "old-nginx", "new-nginx"),
    "ACK service-weight": (
        lambda: aliyun(service_weight="new-nginx: 20, old-nginx: 60"),
        "old-nginx",
        "new-nginx",
    ),
    "HTTPRoute": (lambda: gateway(95, 5), "v1", "v2"),
    "GRPCRoute": (lambda: gateway(95, 5, kind="GRPCRoute"), "v1", "v2"),
    "VirtualService": (istio, "v1", "v2"),
}
"""A world of each system, with the names of its old and its new version."""
