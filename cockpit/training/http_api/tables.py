"""Table answers (meta.k8s.io/v1 Table), as kubectl asks for them: columns and cells of each kind.

Source: k8s.io/kubernetes, pkg/printers/internalversion/printers.go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from cockpit.training.api.kinds import (
    AUTOSCALER,
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    CONFIG_MAP,
    CONTROLLER_REVISION,
    CUSTOM_RESOURCE_DEFINITION,
    DAEMON_SET,
    DEPLOYMENT,
    DISRUPTION_BUDGET,
    ENDPOINT_SLICE,
    ENDPOINTS,
    EVENT,
    INGRESS,
    INGRESS_CLASS,
    LEASE,
    NAMESPACE,
    NETWORK_POLICY,
    NODE,
    POD,
    POD_TEMPLATE,
    REPLICA_SET,
    ROLE,
    ROLE_BINDING,
    SCALE,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
    STATEFUL_SET,
    ApiKind,
    kept_as,
)
from cockpit.training.http_api import cells
from cockpit.training.http_api.custom_cells import custom_cells, custom_columns
from cockpit.training.objects import Json

Cells: TypeAlias = Callable[[Json, float], list[object]]
Carried: TypeAlias = Callable[[Json], Json | None]
"""Makes of an object what its row carries beside the cells."""

_INTEGERS = frozenset(
    {
        "Available*",
        "Data*",
        "Desired",
        "Current",
        "Ready*",
        "Secrets*",
        "MinPods",
        "MaxPods",
        "Replicas",
        "Allowed Disruptions",
    }
)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Column names, those of the wide form, and what fills them (Name and Age come by themselves)."""

    columns: str
    wide: str
    cells: Cells


_LAYOUTS: dict[ApiKind, _Layout] = {
    POD: _Layout("Name|Ready|Status|Restarts|Age", "IP|Node|Nominated Node|Readiness Gates", cells.pod),
    DEPLOYMENT: _Layout("Name|Ready|Up-to-date|Available|Age", "Containers|Images|Selector", cells.deployment),
    SCALE: _Layout("Name|Desired|Available*|Age", "", cells.scale),
    REPLICA_SET: _Layout("Name|Desired|Current|Ready*|Age", "Containers|Images|Selector", cells.replica_set),
    STATEFUL_SET: _Layout("Name|Ready|Age", "Containers|Images", cells.stateful_set),
    DAEMON_SET: _Layout(
        "Name|Desired|Current|Ready*|Up-to-date|Available|Node Selector|Age",
        "Containers|Images|Selector",
        cells.daemon_set,
    ),
    SERVICE: _Layout("Name|Type|Cluster-IP|External-IP|Port(s)|Age", "Selector", cells.service),
    ENDPOINT_SLICE: _Layout("Name|AddressType|Ports|Endpoints|Age", "", cells.endpoint_slice),
    ENDPOINTS: _Layout("Name|Endpoints|Age", "", cells.endpoints),
    INGRESS: _Layout("Name|Class|Hosts|Address|Ports|Age", "", cells.ingress),
    NAMESPACE: _Layout("Name|Status|Age", "", cells.namespace),
    NODE: _Layout(
        "Name|Status|Roles|Age|Version",
        "Internal-IP|External-IP|OS-Image|Kernel-Version|Container-Runtime",
        cells.node,
    ),
    EVENT: _Layout("Last Seen|Type|Reason|Object|Subobject+|Source+|Message|First Seen+|Count+|Name+", "", cells.event),
    CONTROLLER_REVISION: _Layout("Name|Controller|Revision|Age", "", cells.controller_revision),
    AUTOSCALER: _Layout("Name|Reference|Targets|MinPods|MaxPods|Replicas|Age", "", cells.autoscaler),
    DISRUPTION_BUDGET: _Layout(
        "Name|Min Available|Max Unavailable|Allowed Disruptions|Age", "", cells.disruption_budget
    ),
    CONFIG_MAP: _Layout("Name|Data|Age", "", lambda obj, now: [len(obj.get("data") or {}), cells.created(obj, now)]),
    CUSTOM_RESOURCE_DEFINITION: _Layout("Name|Created At", "", cells.role),
    SECRET: _Layout("Name|Type|Data*|Age", "", cells.secret),
    SERVICE_ACCOUNT: _Layout("Name|Secrets*|Age", "", cells.service_account),
    POD_TEMPLATE: _Layout("Name|Containers|Images|Pod Labels", "", cells.pod_template),
    INGRESS_CLASS: _Layout("Name|Controller|Parameters|Age", "", cells.ingress_class),
    NETWORK_POLICY: _Layout("Name|Pod-Selector|Age", "", cells.network_policy),
    ROLE: _Layout("Name|Created At", "", cells.role),
    CLUSTER_ROLE: _Layout("Name|Created At", "", cells.role),
    ROLE_BINDING: _Layout("Name|Role|Age", "Users|Groups|ServiceAccounts", cells.binding),
    CLUSTER_ROLE_BINDING: _Layout("Name|Role|Age", "Users|Groups|ServiceAccounts", cells.binding),
    LEASE: _Layout(
        "Name|Holder|Age",
        "",
        lambda obj, now: [(obj.get("spec") or {}).get("holderIdentity", ""), cells.created(obj, now)],
    ),
}


def columns(kind: ApiKind) -> list[Json]:
    """Return the column definitions of a kind; priority 1 is shown in the wide form only."""
    if kind.custom is not None:
        return [_column("Name", 0), *custom_columns(kind.custom)]
    layout = _LAYOUTS[kept_as(kind)]
    named = [_column(name, 1 if name.endswith("+") else 0) for name in layout.columns.split("|")]
    return named + [_column(name, 1) for name in layout.wide.split("|") if name]


def metadata_only(obj: Json) -> Json:
    """Return the PartialObjectMetadata of an object."""
    return {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": obj["metadata"]}


def table(
    kind: ApiKind,
    objects: list[Json],
    metadata: Json,
    now: float,
    carried: Carried = metadata_only,
    with_columns: bool = True,
) -> Json:
    """Return the Table of some objects; `now` is seconds since the epoch, for ages."""
    body: Json = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": metadata}
    body["columnDefinitions"] = columns(kind) if with_columns else None
    body["rows"] = [{"cells": _cells(kind, obj, now), "object": carried(obj)} for obj in objects]
    return body


def _column(name: str, priority: int) -> Json:
    title = name.rstrip("*+")
    kind = "integer" if name in _INTEGERS else "string"
    form = "name" if title == "Name" else ""
    return {"name": title, "type": kind, "format": form, "description": "", "priority": priority}


def _cells(kind: ApiKind, obj: Json, now: float) -> list[object]:
    if kind.custom is not None:
        return [obj["metadata"]["name"], *custom_cells(kind.custom, obj, now)]
    filled = _LAYOUTS[kept_as(kind)].cells(obj, now)
    return filled if kept_as(kind) is EVENT else [obj["metadata"]["name"], *filled]
