"""The fields that a real API server fills in (k8s.io/kubernetes, pkg/apis/*/v1/defaults.go)."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.training.api.config_data import complete_secret
from cockpit.training.api.custom_checks import complete_custom
from cockpit.training.api.definition_checks import complete_definition
from cockpit.training.api.empty_maps import leave_out_empty_maps
from cockpit.training.api.kinds import (
    AUTOSCALER,
    CUSTOM_RESOURCE_DEFINITION,
    DAEMON_SET,
    DEPLOYMENT,
    DISRUPTION_BUDGET,
    ENDPOINT_SLICE,
    ENDPOINTS,
    EVENT,
    INGRESS,
    NAMESPACE,
    NETWORK_POLICY,
    NODE,
    POD,
    POD_TEMPLATE,
    RBAC,
    REPLICA_SET,
    SECRET,
    SERVICE,
    STATEFUL_SET,
    ApiKind,
)
from cockpit.training.api.rbac_checks import complete_rbac
from cockpit.training.objects import Json


def apply_defaults(kind: ApiKind, obj: Json) -> None:
    """Fill in what the object leaves out, and leave out what is empty, in place."""
    leave_out_empty_maps(obj if kind.custom is None else obj.setdefault("metadata", {}))
    if kind in _WITH_SPEC:
        obj.setdefault("spec", {})
    if kind.custom is not None:
        complete_custom(kind.custom, obj)
    if kind.group == RBAC:
        complete_rbac(kind, obj)
    if kind is CUSTOM_RESOURCE_DEFINITION:
        complete_definition(obj)
    filler = _FILLERS.get(kind)
    if filler is not None:
        filler(obj if kind in _FLAT else obj.setdefault("spec", {}))


def _pod_spec(spec: Json) -> None:
    for field in ("containers", "initContainers"):
        for container in spec.get(field) or ():
            _container(container)
    spec.setdefault("restartPolicy", "Always")
    if (spec.setdefault("terminationGracePeriodSeconds", 30) or 0) < 0:
        spec["terminationGracePeriodSeconds"] = 1  # as conversion does (pkg/apis/core/v1/conversion.go)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("securityContext", {})
    spec.setdefault("schedulerName", "default-scheduler")


def _container(container: Json) -> None:
    image = str(container.get("image", ""))
    tag = image.rpartition("/")[2].partition(":")[2]
    container.setdefault("resources", {})
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    container.setdefault("imagePullPolicy", "Always" if tag in ("", "latest") and "@" not in image else "IfNotPresent")
    for port in container.get("ports") or ():
        port.setdefault("protocol", "TCP")
    for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
        if isinstance(container.get(probe), dict):
            _probe(container[probe])


def _probe(probe: Json) -> None:
    for field, value in (
        ("timeoutSeconds", 1),
        ("periodSeconds", 10),
        ("successThreshold", 1),
        ("failureThreshold", 3),
    ):
        probe.setdefault(field, value)
    if isinstance(probe.get("httpGet"), dict):
        probe["httpGet"].setdefault("path", "/")
        probe["httpGet"].setdefault("scheme", "HTTP")


def _pod(spec: Json) -> None:
    _pod_spec(spec)
    for container in spec.get("containers") or ():
        limits = container["resources"].get("limits") if isinstance(container["resources"], dict) else None
        if isinstance(limits, dict) and limits:  # what is limited is asked for
            container["resources"] = {**container["resources"]}
            container["resources"]["requests"] = {**limits, **(container["resources"].get("requests") or {})}
    spec.setdefault("enableServiceLinks", True)
    spec.setdefault("priority", 0)
    spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
    spec.setdefault("tolerations", [_not_for_long("not-ready"), _not_for_long("unreachable")])


def _not_for_long(taint: str) -> Json:
    key = f"node.kubernetes.io/{taint}"
    return {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}


def _template(spec: Json) -> None:
    template = spec.setdefault("template", {})
    template.setdefault("metadata", {}).pop("creationTimestamp", None)
    _pod_spec(template.setdefault("spec", {}))


def _deployment(spec: Json) -> None:
    spec.setdefault("replicas", 1)
    _template(spec)
    strategy = spec.setdefault("strategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    spec.setdefault("revisionHistoryLimit", 10)
    spec.setdefault("progressDeadlineSeconds", 600)
    if spec.get("paused") is False:
        del spec["paused"]


def _replica_set(spec: Json) -> None:
    spec.setdefault("replicas", 1)
    _template(spec)


def _stateful_set(spec: Json) -> None:
    _replica_set(spec)
    spec.setdefault("podManagementPolicy", "OrderedReady")
    strategy = spec.setdefault("updateStrategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        strategy.setdefault("rollingUpdate", {}).setdefault("partition", 0)
    spec.setdefault("revisionHistoryLimit", 10)
    spec.setdefault("persistentVolumeClaimRetentionPolicy", {"whenDeleted": "Retain", "whenScaled": "Retain"})


def _daemon_set(spec: Json) -> None:
    _template(spec)
    strategy = spec.setdefault("updateStrategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    spec.setdefault("revisionHistoryLimit", 10)


def _service(spec: Json) -> None:
    kind = spec.setdefault("type", "ClusterIP")
    spec.setdefault("sessionAffinity", "None")
    for port in spec.get("ports") or ():
        port.setdefault("protocol", "TCP")
        port.setdefault("targetPort", port.get("port"))
    if kind == "ExternalName":
        return
    spec.setdefault("ipFamilies", ["IPv4"])
    spec.setdefault("ipFamilyPolicy", "SingleStack")
    spec.setdefault("internalTrafficPolicy", "Cluster")
    if kind in ("NodePort", "LoadBalancer"):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    else:
        spec.pop("externalTrafficPolicy", None)
    if kind == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)


def _namespace(spec: Json) -> None:
    spec.setdefault("finalizers", ["kubernetes"])


def _autoscaler(spec: Json) -> None:
    spec.setdefault("minReplicas", 1)
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    if isinstance(spec.get("behavior"), dict):
        _scaling(spec["behavior"])


def _scaling(behaviour: Json) -> None:
    """Fill in the rules of both directions where one is given (pkg/apis/autoscaling/v2/defaults.go)."""
    whole = {"type": "Percent", "value": 100, "periodSeconds": 15}
    up, down = behaviour.setdefault("scaleUp", {}), behaviour.setdefault("scaleDown", {})
    up.setdefault("stabilizationWindowSeconds", 0)
    for rules, policies in ((up, [{"type": "Pods", "value": 4, "periodSeconds": 15}, whole]), (down, [whole])):
        rules.setdefault("selectPolicy", "Max")
        rules["policies"] = rules.get("policies") or [dict(policy) for policy in policies]


def _event(event: Json) -> None:
    for field in ("firstTimestamp", "lastTimestamp", "eventTime"):
        event.setdefault(field, None)
    event.setdefault("source", {})
    event.setdefault("reportingComponent", "")
    event.setdefault("reportingInstance", "")


def _endpoints(endpoints: Json) -> None:
    for subset in endpoints.get("subsets") or ():
        for port in subset.get("ports") or ():
            port.setdefault("protocol", "TCP")


def _endpoint_slice(slice_: Json) -> None:
    for port in slice_.get("ports") or ():
        port.setdefault("name", "")
        port.setdefault("protocol", "TCP")


def _network_policy(spec: Json) -> None:
    spec.setdefault("podSelector", {})
    spec.setdefault("policyTypes", ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
    for rule in (*(spec.get("ingress") or ()), *(spec.get("egress") or ())):
        for port in rule.get("ports") or ():
            port.setdefault("protocol", "TCP")


_WITH_SPEC = (INGRESS, DISRUPTION_BUDGET, NODE)
_FLAT = (EVENT, ENDPOINT_SLICE, ENDPOINTS, POD_TEMPLATE, SECRET)
_FILLERS: dict[ApiKind, Callable[[Json], None]] = {
    POD: _pod,
    DEPLOYMENT: _deployment,
    REPLICA_SET: _replica_set,
    STATEFUL_SET: _stateful_set,
    DAEMON_SET: _daemon_set,
    SERVICE: _service,
    NAMESPACE: _namespace,
    AUTOSCALER: _autoscaler,
    EVENT: _event,
    ENDPOINT_SLICE: _endpoint_slice,
    ENDPOINTS: _endpoints,
    SECRET: complete_secret,
    POD_TEMPLATE: _template,
    NETWORK_POLICY: _network_policy,
}
