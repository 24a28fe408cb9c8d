"""Releases to act on, as manifests. On a real cluster their images are those that the options name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from cockpit.training.scenario import SCENARIOS

Manifest: TypeAlias = Mapping[str, object]

MISSING_IMAGE = "registry.invalid/none:1"
"""An image that no cluster can pull, for its host exists nowhere."""


@dataclass(frozen=True)
class Images:
    """Two images that serve HTTP on port 80; the embedded cluster serves whatever it is named."""

    old: str = "nginx:1.14"
    new: str = "nginx:1.20.1"


NGINX = "nginx.ingress.kubernetes.io/canary"


def scenario(name: str) -> tuple[Manifest, ...]:
    """Return the objects of a scenario that comes with the cockpit, without its script."""
    documents = yaml.safe_load_all((SCENARIOS / f"{name}.yaml").read_bytes())
    return tuple(document for document in documents if document and "kind" in document)


def deployment(
    name: str,
    labels: Mapping[str, str],
    image: str,
    replicas: int = 2,
    pod: Mapping[str, object] | None = None,
    annotations: Mapping[str, str] | None = None,
    **spec: object,
) -> Manifest:
    """Return a Deployment with one container, `app`; `pod` goes into the pod's spec, further fields into its own."""
    probe = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 1}
    container = {"name": "app", "image": image, "ports": [{"containerPort": 80}], "readinessProbe": probe}
    metadata = {"labels": labels, **({"annotations": annotations} if annotations else {})}
    template = {"metadata": metadata, "spec": {"containers": [container], **(pod or {})}}
    body = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": body}


def service(name: str, selector: Mapping[str, str], **spec: object) -> Manifest:
    """Return a Service on port 80."""
    body = {"selector": selector, "ports": [{"port": 80, "targetPort": 80}], **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": body}


def blue_green(
    images: Images, blue: int = 2, green: int = 2, annotations: Mapping[str, str] | None = None, **spec: object
) -> tuple[Manifest, ...]:
    """Return Service shop on version blue, with green (annotated so) waiting; further fields are the Service's."""
    return (
        deployment("shop-blue", {"app": "shop", "version": "blue"}, images.old, blue),
        deployment("shop-green", {"app": "shop", "version": "green"}, images.new, green, None, annotations),
        service("shop", {"app": "shop", "version": "blue"}, **spec),
    )


def rolling(images: Images, replicas: int = 4, **spec: object) -> tuple[Manifest, ...]:
    """Return Deployment web of the old image behind NodePort Service web."""
    labels = {"app": "web"}
    return (
        deployment("web", labels, images.old, replicas, None, None, **spec),
        service("web", labels, type="NodePort"),
    )


def versions(images: Images, v1: int = 2, v2: int = 2) -> tuple[Manifest, ...]:
    """Return web in two versions, with a Service for each of them."""
    return tuple(
        made
        for name, image, replicas in (("v1", images.old, v1), ("v2", images.new, v2))
        for made in (
            deployment(f"web-{name}", {"app": "web", "version": name}, image, replicas),
            service(f"web-{name}", {"app": "web", "version": name}),
        )
    )


def ingress(name: str, target: str, annotations: Mapping[str, str]) -> Manifest:
    backend = {"service": {"name": target, "port": {"number": 80}}}
    rule = {"host": "web.example", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "annotations": annotations},
        "spec": {"ingressClassName": "nginx", "rules": [rule]},
    }


def weighted(images: Images, v1: int = 2, v2: int = 2) -> tuple[Manifest, ...]:
    """Return web in two versions, of which ingress-nginx gives the second one request in twenty."""
    canary = {NGINX: "true", f"{NGINX}-weight": "5"}
    return (*versions(images, v1, v2), ingress("web", "web-v1", {}), ingress("web-canary", "web-v2", canary))
