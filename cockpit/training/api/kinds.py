"""The kinds that the embedded cluster serves, as discovery lists them (Kubernetes 1.36)."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.training.api.custom import Custom


@dataclass(frozen=True, eq=False, slots=True)
class ApiKind:
    """One served kind. Compared by identity: there is one of each."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    has_status: bool = True
    has_scale: bool = False
    custom: Custom | None = None

    def become(self, other: ApiKind) -> None:
        """Take over everything of another: a custom kind stays the same one when its definition changes."""
        for name in self.__dataclass_fields__:
            object.__setattr__(self, name, getattr(other, name))

    @property
    def api_version(self) -> str:
        """`apiVersion`, e.g. "apps/v1"."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """How messages name the resource, e.g. "deployments.apps"."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def qualified(self) -> str:
        """How messages of validation name the kind, e.g. "Deployment.apps"."""
        return f"{self.kind}.{self.group}" if self.group else self.kind


_ALL = ("all",)

NAMESPACE = ApiKind("", "v1", "Namespace", "namespaces", "namespace", False, ("ns",))
NODE = ApiKind("", "v1", "Node", "nodes", "node", False, ("no",))
POD = ApiKind("", "v1", "Pod", "pods", "pod", True, ("po",), _ALL)
SERVICE = ApiKind("", "v1", "Service", "services", "service", True, ("svc",), _ALL)
ENDPOINTS = ApiKind("", "v1", "Endpoints", "endpoints", "endpoints", True, ("ep",), has_status=False)
EVENT = ApiKind("", "v1", "Event", "events", "event", True, ("ev",), has_status=False)
CONFIG_MAP = ApiKind("", "v1", "ConfigMap", "configmaps", "configmap", True, ("cm",), has_status=False)
SECRET = ApiKind("", "v1", "Secret", "secrets", "secret", has_status=False)
SERVICE_ACCOUNT = ApiKind(
    "", "v1", "ServiceAccount", "serviceaccounts", "serviceaccount", True, ("sa",), has_status=False
)
POD_TEMPLATE = ApiKind("", "v1", "PodTemplate", "podtemplates", "podtemplate", has_status=False)
DEPLOYMENT = ApiKind("apps", "v1", "Deployment", "deployments", "deployment", True, ("deploy",), _ALL, has_scale=True)
REPLICA_SET = ApiKind("apps", "v1", "ReplicaSet", "replicasets", "replicaset", True, ("rs",), _ALL, has_scale=True)
STATEFUL_SET = ApiKind("apps", "v1", "StatefulSet", "statefulsets", "statefulset", True, ("sts",), _ALL, has_scale=True)
DAEMON_SET = ApiKind("apps", "v1", "DaemonSet", "daemonsets", "daemonset", True, ("ds",), _ALL)
CONTROLLER_REVISION = ApiKind(
    "apps", "v1", "ControllerRevision", "controllerrevisions", "controllerrevision", has_status=False
)
ENDPOINT_SLICE = ApiKind("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "endpointslice", has_status=False)
INGRESS = ApiKind("networking.k8s.io", "v1", "Ingress", "ingresses", "ingress", True, ("ing",))
INGRESS_CLASS = ApiKind(
    "networking.k8s.io", "v1", "IngressClass", "ingressclasses", "ingressclass", False, has_status=False
)
NETWORK_POLICY = ApiKind(
    "networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", "networkpolicy", True, ("netpol",), has_status=False
)
AUTOSCALER = ApiKind(
    "autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "horizontalpodautoscaler", True,
    ("hpa",), _ALL,
)  # fmt: skip
DISRUPTION_BUDGET = ApiKind(
    "policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", "poddisruptionbudget", True, ("pdb",)
)
LEASE = ApiKind("coordination.k8s.io", "v1", "Lease", "leases", "lease", has_status=False)
CUSTOM_RESOURCE_DEFINITION = ApiKind(
    "apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", "customresourcedefinition",
    False, ("crd", "crds"), ("api-extensions",),
)  # fmt: skip
RBAC = "rbac.authorization.k8s.io"
ROLE = ApiKind(RBAC, "v1", "Role", "roles", "role", has_status=False)
ROLE_BINDING = ApiKind(RBAC, "v1", "RoleBinding", "rolebindings", "rolebinding", has_status=False)
CLUSTER_ROLE = ApiKind(RBAC, "v1", "ClusterRole", "clusterroles", "clusterrole", False, has_status=False)
CLUSTER_ROLE_BINDING = ApiKind(
    RBAC, "v1", "ClusterRoleBinding", "clusterrolebindings", "clusterrolebinding", False, has_status=False
)

KINDS = (
    NAMESPACE,
    NODE,
    POD,
    SERVICE,
    ENDPOINTS,
    EVENT,
    CONFIG_MAP,
    SECRET,
    SERVICE_ACCOUNT,
    POD_TEMPLATE,
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    DAEMON_SET,
    CONTROLLER_REVISION,
    ENDPOINT_SLICE,
    INGRESS,
    INGRESS_CLASS,
    NETWORK_POLICY,
    AUTOSCALER,
    DISRUPTION_BUDGET,
    LEASE,
    ROLE,
    ROLE_BINDING,
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    CUSTOM_RESOURCE_DEFINITION,
)

EVENT_V1 = ApiKind("events.k8s.io", "v1", "Event", "events", "event", True, ("ev",), has_status=False)
"""The other form of core/v1 Events: the same objects under other names of fields."""
AUTOSCALER_V1 = ApiKind(
    "autoscaling", "v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers", "horizontalpodautoscaler", True,
    ("hpa",), _ALL,
)  # fmt: skip
"""The older form of autoscalers, in which `kubectl autoscale` writes."""

SERVED = (*KINDS, EVENT_V1, AUTOSCALER_V1)
"""What can be asked for over HTTP; `KINDS` is what is kept."""

POD_METRICS = ApiKind("metrics.k8s.io", "v1beta1", "PodMetrics", "pods", "", True, has_status=False)
NODE_METRICS = ApiKind("metrics.k8s.io", "v1beta1", "NodeMetrics", "nodes", "", False, has_status=False)
METRICS = (POD_METRICS, NODE_METRICS)
"""What is measured when it is asked for, and never kept: http_api.metrics answers for them."""

SCALE = ApiKind("autoscaling", "v1", "Scale", "scales", "scale")
"""What the subresource `scale` answers with."""

AUTHORIZATION = "authorization.k8s.io"
AUTHENTICATION = "authentication.k8s.io"

_BY_PATH = {(kind.group, kind.version, kind.plural): kind for kind in SERVED}
_BY_MANIFEST = {(kind.api_version, kind.kind): kind for kind in KINDS}
BY_NAME = {kind.kind: kind for kind in KINDS}
"""Kinds by their bare name, e.g. "Deployment"."""


def kept_as(kind: ApiKind) -> ApiKind:
    """Return the kind as which the objects of a served kind are kept."""
    if kind.custom is not None:
        return kind.custom.kept or kind
    return {EVENT_V1: EVENT, AUTOSCALER_V1: AUTOSCALER}.get(kind, kind)


def subresources_of(kind: ApiKind) -> tuple[str, ...]:
    """Return the subresources that a kind serves, in order of their names."""
    own = {POD: ("eviction", "log", "proxy"), SERVICE: ("proxy",), NAMESPACE: ("finalize",)}.get(kind, ())
    found = (*own, *(("scale",) if kind.has_scale else ()), *(("status",) if kind.has_status else ()))
    return tuple(sorted(found))


def kind_at(group: str, version: str, plural: str) -> ApiKind | None:
    """Return the kind that is served at a path, or None."""
    return _BY_PATH.get((group, version, plural))


def kind_of(manifest: dict[str, object]) -> ApiKind | None:
    """Return the kind that a manifest's apiVersion and kind name, or None where it is not served."""
    return _BY_MANIFEST.get((str(manifest.get("apiVersion")), str(manifest.get("kind"))))
