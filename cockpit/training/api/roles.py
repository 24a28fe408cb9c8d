"""The RBAC objects that a new cluster has: the roles that Kubernetes brings, and the bindings of its three users.

The rules are those of k8s.io/kubernetes, plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, as far as they name
what a release is made of; `view` has all of them, for it is held against a recorded answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.training.api.aggregation import gathered
from cockpit.training.api.kinds import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, RBAC, ROLE_BINDING, ApiKind
from cockpit.training.api.store import Store
from cockpit.training.chance import Chance
from cockpit.training.objects import Json, timestamp

ADMIN, VIEWER, OPERATOR = "admin", "viewer", "operator"
USERS = (ADMIN, VIEWER, OPERATOR)
AUTHENTICATED = "system:authenticated"

_READ = "get list watch"
_WRITE = "create delete deletecollection patch update"
_AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"
_BOOTSTRAPPED = {"kubernetes.io/bootstrapping": "rbac-defaults"}
_WORKLOADS = (
    "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets "
    "replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status"
)
_VIEW = (
    (_READ, "", "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers "
                "replicationcontrollers/scale serviceaccounts services services/status"),
    (_READ, "", "bindings limitranges namespaces/status pods/log pods/status replicationcontrollers/status "
                "resourcequotas resourcequotas/status"),
    (_READ, "", "namespaces"),
    (_READ, "+events.k8s.io", "events"),
    (_READ, "discovery.k8s.io", "endpointslices"),
    (_READ, "apps", _WORKLOADS),
    (_READ, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
    (_READ, "batch", "cronjobs cronjobs/status jobs jobs/status"),
    (_READ, "extensions", "daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses "
                          "ingresses/status networkpolicies replicasets replicasets/scale replicasets/status "
                          "replicationcontrollers/scale"),
    (_READ, "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
    (_READ, "networking.k8s.io", "ingresses ingresses/status networkpolicies"),
    (_READ, "resource.k8s.io", "resourceclaims resourceclaims/status resourceclaimtemplates"),
)  # fmt: skip
_EDIT = (
    (_READ, "", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"),
    (_WRITE, "", "pods pods/attach pods/exec pods/portforward pods/proxy"),
    ("create", "", "pods/eviction"),
    (_WRITE, "", "configmaps events persistentvolumeclaims secrets serviceaccounts services services/proxy"),
    (_WRITE, "apps", "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale "
                     "statefulsets statefulsets/scale"),
    (_WRITE, "autoscaling", "horizontalpodautoscalers"),
    (_WRITE, "policy", "poddisruptionbudgets"),
    (_WRITE, "networking.k8s.io", "ingresses networkpolicies"),
    (f"{_READ} {_WRITE}", "coordination.k8s.io", "leases"),
)  # fmt: skip
_ADMIN = (
    ("create", "authorization.k8s.io", "localsubjectaccessreviews"),
    (f"{_READ} {_WRITE}", RBAC, "rolebindings roles"),
)
_OPERATOR = (
    (_READ, "*", "*"),
    ("patch", "apps", "deployments deployments/scale"),
    ("patch", "", "services"),
    ("create", "+events.k8s.io", "events"),
)
_BASIC_USER = (
    ("create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
    ("create", "authentication.k8s.io", "selfsubjectreviews"),
)
# github.com/kubernetes-sigs/metrics-server, manifests/base/rbac.yaml
_METRICS = ((_READ, "metrics.k8s.io", "nodes pods"),)
_DISCOVERY = (
    "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version",
    "/version/",
)  # fmt: skip
_PUBLIC = ("/healthz", "/livez", "/readyz", "/version", "/version/")


@dataclass(frozen=True, slots=True)
class ViewerLimits:
    """`hidden` are kinds (plurals) that the viewer may not read, `namespaces` the only ones that it may (none: all)."""

    hidden: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()


UNLIMITED = ViewerLimits()


def furnish_rights(store: Store, chance: Chance, now: float, viewer: ViewerLimits) -> None:
    """Put the RBAC objects of a new cluster into its store; `chance` draws their uids, and nothing else."""
    seeded = [*_cluster_roles(), *_cluster_bindings()]
    role = "view"
    if viewer.hidden:
        role = VIEWER
        seeded.append((CLUSTER_ROLE, _role(role, _without(_VIEW, viewer.hidden))))
    if viewer.namespaces:
        homes = sorted(viewer.namespaces)
        seeded += [(ROLE_BINDING, _binding(VIEWER, role, "User", VIEWER, home)) for home in homes]
    else:
        seeded.append((CLUSTER_ROLE_BINDING, _binding(VIEWER, role, "User", VIEWER)))
    for kind, obj in seeded:
        obj["metadata"] |= {"uid": chance.uid(), "creationTimestamp": timestamp(now)}
        store.put(kind, {"kind": kind.kind, "apiVersion": kind.api_version, **obj})


def _cluster_roles() -> list[tuple[ApiKind, Json]]:
    everything = [_rule("*", "*", "*"), {"verbs": ["*"], "nonResourceURLs": ["*"]}]
    roles = [
        _role("cluster-admin", everything, _BOOTSTRAPPED),
        _aggregated("admin", "admin"),
        _aggregated("edit", "edit", "admin"),
        _aggregated("view", "view", "edit"),
        _role("system:aggregate-to-admin", _rules(_ADMIN), _BOOTSTRAPPED | _aggregates("admin")),
        _role("system:aggregate-to-edit", _rules(_EDIT), _BOOTSTRAPPED | _aggregates("edit")),
        _role("system:aggregate-to-view", _rules(_VIEW), _BOOTSTRAPPED | _aggregates("view")),
        _role("system:aggregated-metrics-reader", _rules(_METRICS), _aggregates("view", "edit", "admin")),
        _role("system:basic-user", _rules(_BASIC_USER), _BOOTSTRAPPED),
        _role("system:discovery", [{"verbs": ["get"], "nonResourceURLs": list(_DISCOVERY)}], _BOOTSTRAPPED),
        _role("system:public-info-viewer", [{"verbs": ["get"], "nonResourceURLs": list(_PUBLIC)}], _BOOTSTRAPPED),
        _role(OPERATOR, _rules(_OPERATOR)),
    ]
    for name in ("view", "edit", "admin"):  # in this order, for each gathers the one before it
        role = next(role for role in roles if role["metadata"]["name"] == name)
        role["rules"] = gathered(role, sorted(roles, key=lambda one: str(one["metadata"]["name"])))
    return [(CLUSTER_ROLE, role) for role in roles]


def _cluster_bindings() -> list[tuple[ApiKind, Json]]:
    everybody = ("system:basic-user", "system:discovery", "system:public-info-viewer")
    bindings = [
        _binding("cluster-admin", "cluster-admin", "Group", "system:masters", labels=_BOOTSTRAPPED),
        *(_binding(name, name, "Group", AUTHENTICATED, labels=_BOOTSTRAPPED) for name in everybody),
        _binding(ADMIN, "cluster-admin", "User", ADMIN),
        _binding(OPERATOR, OPERATOR, "User", OPERATOR),
    ]
    return [(CLUSTER_ROLE_BINDING, binding) for binding in bindings]


def _rule(verbs: str, groups: str, resources: str) -> Json:
    """Return a rule; a group that begins with "+" comes beside the core group."""
    named = ["", groups[1:]] if groups.startswith("+") else [groups]
    return {"verbs": verbs.split(), "apiGroups": named, "resources": resources.split()}


def _rules(rows: tuple[tuple[str, str, str], ...]) -> list[Json]:
    return [_rule(*row) for row in rows]


def _without(rows: tuple[tuple[str, str, str], ...], hidden: frozenset[str]) -> list[Json]:
    rules = _rules(rows)
    for rule in rules:
        rule["resources"] = [name for name in rule["resources"] if name.partition("/")[0] not in hidden]
    return [rule for rule in rules if rule["resources"]]


def _aggregates(*roles: str) -> Json:
    return {f"{_AGGREGATE}{role}": "true" for role in roles}


def _role(name: str, rules: list[Json], labels: Json | None = None) -> Json:
    metadata: Json = {"name": name} | ({"labels": dict(labels)} if labels else {})
    return {"metadata": metadata, "rules": rules}


def _aggregated(name: str, *gathers: str) -> Json:
    """Return a ClusterRole that gathers others; the second name is that of the role that gathers this one."""
    label, *above = gathers
    labels = _BOOTSTRAPPED | _aggregates(*above)
    selectors = [{"matchLabels": {f"{_AGGREGATE}{label}": "true"}}]
    return _role(name, [], labels) | {"aggregationRule": {"clusterRoleSelectors": selectors}}


def _binding(name: str, role: str, subject: str, who: str, namespace: str = "", labels: Json | None = None) -> Json:
    metadata: Json = {"name": name} | ({"namespace": namespace} if namespace else {})
    if labels:
        metadata["labels"] = dict(labels)
    return {
        "metadata": metadata,
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": RBAC, "kind": subject, "name": who}],
    }
