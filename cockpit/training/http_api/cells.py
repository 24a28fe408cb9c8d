"""What stands in the cells of each kind's table, after the name."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.training.api.scale import selector_text
from cockpit.training.http_api.ages import age
from cockpit.training.http_api.pod_cells import pod
from cockpit.training.http_api.rbac_cells import binding, role
from cockpit.training.http_api.stored_cells import (
    ingress_class,
    network_policy,
    pod_template,
    secret,
    service_account,
)
from cockpit.training.objects import Json, is_true

NONE = "<none>"
UNSET = "<unset>"

__all__ = [
    "binding",
    "ingress_class",
    "network_policy",
    "pod",
    "pod_template",
    "role",
    "secret",
    "service_account",
]


def created(obj: Json, now: float) -> str:
    """Return the object's age."""
    return age(obj["metadata"].get("creationTimestamp"), now)


def _containers(obj: Json) -> list[object]:
    containers = obj["spec"]["template"]["spec"].get("containers") or ()
    return [",".join(c["name"] for c in containers), ",".join(c.get("image", "") for c in containers)]


def deployment(obj: Json, now: float) -> list[object]:
    """Ready, Up-to-date, Available, Age; Containers, Images, Selector."""
    status, wanted = obj["status"], obj["spec"].get("replicas", 1)
    counts = [f"{status.get('readyReplicas', 0)}/{wanted}", status.get("updatedReplicas", 0)]
    wide = [*_containers(obj), selector_text(obj["spec"]["selector"])]
    return [*counts, status.get("availableReplicas", 0), created(obj, now), *wide]


def replica_set(obj: Json, now: float) -> list[object]:
    """Desired, Current, Ready, Age; Containers, Images, Selector."""
    status = obj["status"]
    counts = [obj["spec"].get("replicas", 1), status.get("replicas", 0), status.get("readyReplicas", 0)]
    return [*counts, created(obj, now), *_containers(obj), selector_text(obj["spec"]["selector"])]


def scale(obj: Json, now: float) -> list[object]:
    """Desired, Available, Age."""
    return [obj["spec"].get("replicas", 0), obj["status"].get("replicas", 0), created(obj, now)]


def stateful_set(obj: Json, now: float) -> list[object]:
    """Ready, Age; Containers, Images."""
    ready = f"{obj['status'].get('readyReplicas', 0)}/{obj['spec'].get('replicas', 1)}"
    return [ready, created(obj, now), *_containers(obj)]


def daemon_set(obj: Json, now: float) -> list[object]:
    """Desired, Current, Ready, Up-to-date, Available, Node Selector, Age; Containers, Images, Selector."""
    fields = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled")
    counts = [obj["status"].get(field, 0) for field in (*fields, "numberAvailable")]
    nodes = obj["spec"]["template"]["spec"].get("nodeSelector") or {}
    chosen = ",".join(f"{key}={value}" for key, value in sorted(nodes.items())) or NONE
    return [*counts, chosen, created(obj, now), *_containers(obj), selector_text(obj["spec"]["selector"])]


def service(obj: Json, now: float) -> list[object]:
    """Type, Cluster-IP, External-IP, Port(s), Age; Selector."""
    spec = obj["spec"]
    ports = ",".join(_service_port(port) for port in spec.get("ports") or ()) or NONE
    selector = selector_text({"matchLabels": spec.get("selector") or {}}) or NONE
    address = spec.get("clusterIP") or NONE
    return [spec.get("type", "ClusterIP"), address, _external(obj), ports, created(obj, now), selector]


def _service_port(port: Json) -> str:
    exposed = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{exposed}/{port.get('protocol', 'TCP')}"


def _external(obj: Json) -> str:
    spec = obj["spec"]
    if spec.get("type") == "ExternalName":
        return str(spec.get("externalName", NONE))
    ingress = (obj.get("status", {}).get("loadBalancer") or {}).get("ingress") or ()
    addresses = [entry.get("ip") or entry.get("hostname", "") for entry in ingress] + (spec.get("externalIPs") or [])
    if addresses:
        return ",".join(addresses)
    return "<pending>" if spec.get("type") == "LoadBalancer" else NONE


def endpoint_slice(obj: Json, now: float) -> list[object]:
    """AddressType, Ports, Endpoints, Age."""
    ports = ",".join(str(port.get("port", "*")) for port in obj.get("ports") or ()) or UNSET
    addresses = [address for entry in obj.get("endpoints") or () for address in entry["addresses"]]
    more = f" + {len(addresses) - 3} more..." if len(addresses) > 3 else ""
    return [obj["addressType"], ports, (",".join(addresses[:3]) + more) or UNSET, created(obj, now)]


def endpoints(obj: Json, now: float) -> list[object]:
    """Endpoints, Age."""
    found = [
        f"{address.get('ip', '')}:{port.get('port', '')}"
        for subset in obj.get("subsets") or ()
        for port in subset.get("ports") or ()
        for address in subset.get("addresses") or ()
    ]
    more = f" + {len(found) - 3} more..." if len(found) > 3 else ""
    return [(",".join(found[:3]) + more) or NONE, created(obj, now)]


def ingress(obj: Json, now: float) -> list[object]:
    """Class, Hosts, Address, Ports, Age."""
    spec = obj["spec"]
    hosts = ",".join(dict.fromkeys(rule.get("host") or "*" for rule in spec.get("rules") or ())) or "*"
    ports = "80, 443" if spec.get("tls") else "80"
    points = (obj.get("status", {}).get("loadBalancer") or {}).get("ingress") or ()
    address = ",".join(point.get("ip") or point.get("hostname", "") for point in points)
    return [spec.get("ingressClassName") or NONE, hosts, address, ports, created(obj, now)]


def namespace(obj: Json, now: float) -> list[object]:
    """Status, Age."""
    return [obj["status"].get("phase", ""), created(obj, now)]


def node(obj: Json, now: float) -> list[object]:
    """Status, Roles, Age, Version; addresses and what the node runs."""
    info = obj.get("status", {}).get("nodeInfo") or {}
    prefix = "node-role.kubernetes.io/"
    roles = sorted(label.removeprefix(prefix) for label in obj["metadata"].get("labels") or () if prefix in label)
    by_type = {entry["type"]: entry["address"] for entry in obj.get("status", {}).get("addresses") or ()}
    status = "Ready" if is_true(obj, "Ready") else "NotReady"
    status += ",SchedulingDisabled" * bool(obj["spec"].get("unschedulable"))
    wide = [info.get(field, "<unknown>") for field in ("osImage", "kernelVersion", "containerRuntimeVersion")]
    addresses = [by_type.get("InternalIP", NONE), by_type.get("ExternalIP", NONE)]
    return [status, ",".join(roles) or NONE, created(obj, now), info.get("kubeletVersion", ""), *addresses, *wide]


def event(obj: Json, now: float) -> list[object]:
    """Last Seen, Type, Reason, Object, Subobject, Source, Message, First Seen, Count, Name."""
    about = obj.get("involvedObject") or {}
    subject = f"{str(about.get('kind', '')).lower()}/{about.get('name', '')}"
    source = _source(obj)
    last = age(obj.get("lastTimestamp") or obj.get("eventTime") or obj["metadata"].get("creationTimestamp"), now)
    first = age(obj.get("firstTimestamp") or obj.get("eventTime"), now)
    head = [last, obj.get("type", ""), obj.get("reason", ""), subject, about.get("fieldPath", ""), source]
    return [*head, str(obj.get("message", "")).strip(), first, obj.get("count", 1), obj["metadata"]["name"]]


def _source(obj: Json) -> str:
    """Return who reported an event, and from where."""
    given = obj.get("source") or {}
    component = given.get("component") or obj.get("reportingComponent", "")
    host = given.get("host") or obj.get("reportingInstance", "")
    return f"{component}, {host}" if host else str(component)


def controller_revision(obj: Json, now: float) -> list[object]:
    """Controller, Revision, Age."""
    owners = obj["metadata"].get("ownerReferences") or ()
    owner = next((owner for owner in owners if owner.get("controller")), None)
    group = f".{owner['apiVersion'].partition('/')[0]}" if owner else ""
    named = f"{owner['kind'].lower()}{group}/{owner['name']}" if owner else NONE
    return [named, obj.get("revision", 0), created(obj, now)]


def autoscaler(obj: Json, now: float) -> list[object]:
    """Reference, Targets, MinPods, MaxPods, Replicas, Age."""
    spec, about = obj["spec"], obj["spec"].get("scaleTargetRef") or {}
    read = obj.get("status", {}).get("currentMetrics") or ()
    targets = [_target(metric, read) for metric in spec.get("metrics") or ()]
    reference = f"{about.get('kind', '')}/{about.get('name', '')}"
    bounds = [str(spec.get("minReplicas", "<unset>")), spec.get("maxReplicas", 0)]
    replicas = obj.get("status", {}).get("currentReplicas", 0)
    return [reference, ", ".join(targets) or NONE, *bounds, replicas, created(obj, now)]


def _target(metric: Json, read: Iterable[Json]) -> str:
    """Return what a metric reads and should read (pkg/printers, formatHPAMetrics)."""
    kind = "pods" if metric.get("type") == "Pods" else "resource"
    source = _map(metric.get(kind))
    name = _metric_name(source)
    found = (_map(one.get(kind)) for one in read)
    now = next((_map(one.get("current")) for one in found if _metric_name(one) == name), {})
    wanted = _map(source.get("target"))
    shown = "" if kind == "pods" else f"{name or metric.get('type', '')}: "
    if "averageUtilization" in wanted:
        current = f"{now['averageUtilization']}%" if "averageUtilization" in now else "<unknown>"
        return f"{shown}{current}/{wanted['averageUtilization']}%"
    return f"{shown}{now.get('averageValue', '<unknown>')}/{wanted.get('averageValue', '<unset>')}"


def _metric_name(source: Json) -> object:
    return source.get("name") or _map(source.get("metric")).get("name")


def _map(value: object) -> Json:
    """Return a map as it is, and an empty one for anything else that a client may have sent."""
    return value if isinstance(value, dict) else {}


def disruption_budget(obj: Json, now: float) -> list[object]:
    """Min Available, Max Unavailable, Allowed Disruptions, Age."""
    spec = obj["spec"]
    bounds = [str(spec.get(field, "N/A")) for field in ("minAvailable", "maxUnavailable")]
    return [*bounds, obj.get("status", {}).get("disruptionsAllowed", 0), created(obj, now)]
