"""The kinds that the cockpit reads, with the paths under which an API server serves them."""

from __future__ import annotations

import msgspec

from cockpit.resources.events import Event
from cockpit.resources.gateway_api import GrpcRoute, HttpRoute
from cockpit.resources.ingress import Ingress, IngressClass
from cockpit.resources.istio import DestinationRule, VirtualService
from cockpit.resources.meta import KubernetesObject
from cockpit.resources.pods import Pod
from cockpit.resources.progressive import Canary, Rollout
from cockpit.resources.scaling import HorizontalPodAutoscaler, PodDisruptionBudget
from cockpit.resources.services import EndpointSlice, Service
from cockpit.resources.workloads import ControllerRevision, DaemonSet, Deployment, ReplicaSet, StatefulSet


class Kind(msgspec.Struct, frozen=True):
    """One kind: `group` is "" for the core group, `plural` is its name in paths; most kinds live in namespaces."""

    name: str
    plural: str
    group: str
    version: str
    slice_type: type[KubernetesObject]
    namespaced: bool = True

    @property
    def api_version(self) -> str:
        """`apiVersion` of the kind's objects, e.g. "apps/v1"."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def version_path(self) -> str:
        """Path under which a server tells what it serves of the kind's group and version."""
        return f"/apis/{self.api_version}" if self.group else f"/api/{self.version}"

    def collection_path(self, namespace: str | None) -> str:
        """Return the path of the kind's list in `namespace`, or in all namespaces for None."""
        root = self.version_path
        return (
            f"{root}/namespaces/{namespace}/{self.plural}"
            if namespace and self.namespaced
            else (f"{root}/{self.plural}")
        )

    def object_path(self, namespace: str, name: str) -> str:
        """Return the path of one object."""
        return f"{self.collection_path(namespace)}/{name}"


DEPLOYMENT = Kind("Deployment", "deployments", "apps", "v1", Deployment)
REPLICA_SET = Kind("ReplicaSet", "replicasets", "apps", "v1", ReplicaSet)
STATEFUL_SET = Kind("StatefulSet", "statefulsets", "apps", "v1", StatefulSet)
DAEMON_SET = Kind("DaemonSet", "daemonsets", "apps", "v1", DaemonSet)
CONTROLLER_REVISION = Kind("ControllerRevision", "controllerrevisions", "apps", "v1", ControllerRevision)
POD = Kind("Pod", "pods", "", "v1", Pod)
SERVICE = Kind("Service", "services", "", "v1", Service)
ENDPOINT_SLICE = Kind("EndpointSlice", "endpointslices", "discovery.k8s.io", "v1", EndpointSlice)
INGRESS = Kind("Ingress", "ingresses", "networking.k8s.io", "v1", Ingress)
AUTOSCALER = Kind("HorizontalPodAutoscaler", "horizontalpodautoscalers", "autoscaling", "v2", HorizontalPodAutoscaler)
DISRUPTION_BUDGET = Kind("PodDisruptionBudget", "poddisruptionbudgets", "policy", "v1", PodDisruptionBudget)
INGRESS_CLASS = Kind("IngressClass", "ingressclasses", "networking.k8s.io", "v1", IngressClass, namespaced=False)
HTTP_ROUTE = Kind("HTTPRoute", "httproutes", "gateway.networking.k8s.io", "v1", HttpRoute)
GRPC_ROUTE = Kind("GRPCRoute", "grpcroutes", "gateway.networking.k8s.io", "v1", GrpcRoute)
VIRTUAL_SERVICE = Kind("VirtualService", "virtualservices", "networking.istio.io", "v1", VirtualService)
DESTINATION_RULE = Kind("DestinationRule", "destinationrules", "networking.istio.io", "v1", DestinationRule)
ROLLOUT = Kind("Rollout", "rollouts", "argoproj.io", "v1alpha1", Rollout)
CANARY = Kind("Canary", "canaries", "flagger.app", "v1beta1", Canary)
EVENT = Kind("Event", "events", "", "v1", Event)
NEW_EVENT = Kind("Event", "events", "events.k8s.io", "v1", Event)
"""For creating Events; they are read as EVENT, whose fields have other names."""

WATCHED = (
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    DAEMON_SET,
    CONTROLLER_REVISION,
    POD,
    SERVICE,
    ENDPOINT_SLICE,
    INGRESS,
    AUTOSCALER,
    DISRUPTION_BUDGET,
)
"""Kinds watched all the time. Events are watched only where a release is open; Secrets and ConfigMaps never."""

ROUTING = (INGRESS_CLASS, HTTP_ROUTE, GRPC_ROUTE, VIRTUAL_SERVICE, DESTINATION_RULE, ROLLOUT, CANARY)
"""Kinds of traffic systems: watched where discovery says that they are served, and nothing is missing without them."""

READABLE = (*WATCHED, *ROUTING, EVENT)
"""Kinds whose objects the cockpit reads."""

_BY_NAME = {kind.name: kind for kind in READABLE}


def kind_named(name: str) -> Kind:
    """Return the readable kind that manifests call `name`, e.g. "Deployment".

    Raises:
        KeyError: the cockpit does not read objects of that kind.
    """
    return _BY_NAME[name]
