"""The Service that an isolated canary gets: like the stable one, with addresses of its own.

What a server allocates is never copied: it would be refused, or take the address away from somebody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.drafts import Task
from cockpit.actions.pins import CANARY_OF, hash_label
from cockpit.actions.targets import Version
from cockpit.actions.wording import rfc3339
from cockpit.errors import CockpitError, UsageError
from cockpit.release.labels import HASH_KEYS, without
from cockpit.resources.json_values import Json
from cockpit.resources.references import ObjectRef
from cockpit.resources.services import Service, ServicePort

MANAGED_BY = "app.kubernetes.io/managed-by"
NODE_PORTS = range(30000, 32768)
"""The default of --service-node-port-range; an API server may be told another one."""

_LONGEST_NAME = 63
_NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?\Z")
_OWNERS = (
    "app.kubernetes.io/instance",
    MANAGED_BY,
    "heritage",
    "helm.sh/",
    "argocd.argoproj.io/",
    "kustomize.toolkit.fluxcd.io/",
    "helm.toolkit.fluxcd.io/",
)
"""Labels by which deployment tools know their objects: one that carries them would be theirs to delete."""


def canary_name(task: Task, service: Service) -> str:
    """Return the name of the second Service.

    Raises:
        UsageError: it is no name of a Service, or taken.
    """
    name = task.request.name or f"{service.metadata.name}-canary"
    if len(name) > _LONGEST_NAME or not _NAME.match(name):
        raise UsageError(
            f"{name!r} cannot be a Service's name: up to {_LONGEST_NAME} of a-z, 0-9 and -, a letter first. "
            "Say another one."
        )
    if name in task.subject.inventory.services:
        raise UsageError(f"Service/{name} is there already: say another name.")
    return name


def canary_service(task: Task, service: Service, canary: Version, name: str) -> Change:
    """Return the write that creates the Service of an isolated canary.

    Raises:
        UsageError: the node port cannot be.
        CockpitError: the Service has no selector.
    """
    key, value = hash_label(canary.revision) or ("", "")
    if not service.spec.selector or not key:
        raise CockpitError(f"Service/{service.metadata.name} has no selector that a second one could share.")
    namespace = service.metadata.namespace
    metadata: dict[str, Json] = {
        "name": name,
        "namespace": namespace,
        "labels": {**_labels(service), CANARY_OF: service.metadata.name, MANAGED_BY: "release-cockpit"},
        "annotations": {**_kept_inside(service), **_created(task)},
    }
    spec = _spec(service, _ports(task, service))
    spec["selector"] = {**without(service.spec.selector, HASH_KEYS), key: value}
    return Change(
        kind=ChangeKind.CREATE,
        object=ObjectRef("Service", namespace, name),
        summary=f"create Service/{name} for {canary.name} ({value})",
        manifest={"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec},
    )


def _labels(service: Service) -> dict[str, str]:
    return {key: value for key, value in service.metadata.labels.items() if not key.startswith(_OWNERS)}


def _created(task: Task) -> dict[str, str]:
    prefix, circumstances = "cockpit.dev/created", task.circumstances
    found = {f"{prefix}-by": circumstances.who, f"{prefix}-at": rfc3339(circumstances.now)}
    return {**found, f"{prefix}-reason": task.request.reason} if task.request.reason else found


def _kept_inside(service: Service) -> dict[str, str]:
    """Return the annotations that keep a load balancer off the internet: the second one must not be more open."""
    if service.spec.type != "LoadBalancer":
        return {}
    return {
        key: value
        for key, value in service.metadata.annotations.items()
        if value.lower() in {"internal", "intranet"} or ("internal" in key.lower() and value.lower() == "true")
    }


def _spec(service: Service, ports: list[Json]) -> dict[str, Json]:
    held = service.spec
    spec: dict[str, Json] = {"type": held.type, "ports": ports}
    optional: Mapping[str, Json] = {
        "clusterIP": "None" if held.cluster_ip == "None" else "",
        "ipFamilyPolicy": held.ip_family_policy,
        "ipFamilies": list(held.ip_families),
        "externalTrafficPolicy": held.external_traffic_policy,
        "loadBalancerClass": held.load_balancer_class,
        "loadBalancerSourceRanges": list(held.load_balancer_source_ranges),
        "publishNotReadyAddresses": held.publish_not_ready_addresses,
    }
    return spec | {key: value for key, value in optional.items() if value}


def _ports(task: Task, service: Service) -> list[Json]:
    node_port = task.request.node_port
    if node_port is not None:
        _check_node_port(task, service, node_port)
    return [_port(port, node_port if position == 0 else None) for position, port in enumerate(service.spec.ports)]


def _port(port: ServicePort, node_port: int | None) -> dict[str, Json]:
    optional: Mapping[str, Json] = {
        "name": port.name,
        "targetPort": port.target_port,
        "appProtocol": port.app_protocol,
        "nodePort": node_port,
    }
    said = {key: value for key, value in optional.items() if value}
    return {"protocol": port.protocol, "port": port.port, **said}


def _check_node_port(task: Task, service: Service, node_port: int) -> None:
    if service.spec.type not in {"NodePort", "LoadBalancer"}:
        raise UsageError(f"Service/{service.metadata.name} is a {service.spec.type}: a node port is not for its like.")
    if node_port not in NODE_PORTS:
        raise UsageError(f"{node_port} is no node port: they go from {NODE_PORTS[0]} to {NODE_PORTS[-1]}.")
    for other in task.subject.inventory.services.values():
        if any(port.node_port == node_port for port in other.spec.ports):
            raise UsageError(f"Node port {node_port} is taken by Service/{other.metadata.name}: say another one.")
