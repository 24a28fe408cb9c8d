"""Which fields the API has: those that a manifest may name, and those that strict decoding has not heard of.

A tree is None where any field may stand (it is not looked at further), else a dict of the fields that there are; a list
holds the tree of its entries. Only what people write by hand is known in full: the rest is kept as it came.
Source of the fields: https://kubernetes.io/docs/reference/kubernetes-api/.
"""

from __future__ import annotations

from typing import TypeAlias

from cockpit.training.api.kinds import (
    AUTOSCALER,
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
    CONFIG_MAP,
    DAEMON_SET,
    DEPLOYMENT,
    DISRUPTION_BUDGET,
    INGRESS,
    INGRESS_CLASS,
    LEASE,
    NETWORK_POLICY,
    POD,
    POD_TEMPLATE,
    REPLICA_SET,
    ROLE,
    ROLE_BINDING,
    SECRET,
    SERVICE,
    SERVICE_ACCOUNT,
    STATEFUL_SET,
    ApiKind,
)
from cockpit.training.api.structural import unknown_fields as undeclared
from cockpit.training.objects import Json

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | None"


def _any(names: str) -> dict[str, Tree]:
    return dict.fromkeys(names.split())


_METADATA = _any(
    "name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp "
    "deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields"
)
_CONTAINER = _any(
    "name image command args workingDir envFrom env resources resizePolicy restartPolicy restartPolicyRules "
    "volumeMounts volumeDevices livenessProbe readinessProbe startupProbe lifecycle terminationMessagePath "
    "terminationMessagePolicy imagePullPolicy securityContext stdin stdinOnce tty"
) | {"ports": [_any("name hostPort containerPort protocol hostIP")]}
_POD_SPEC = _any(
    "volumes ephemeralContainers restartPolicy terminationGracePeriodSeconds activeDeadlineSeconds dnsPolicy "
    "nodeSelector serviceAccountName serviceAccount automountServiceAccountToken nodeName hostNetwork hostPID hostIPC "
    "shareProcessNamespace securityContext imagePullSecrets hostname subdomain affinity schedulerName tolerations "
    "hostAliases priorityClassName priority dnsConfig readinessGates runtimeClassName enableServiceLinks "
    "preemptionPolicy overhead topologySpreadConstraints setHostnameAsFQDN os hostUsers schedulingGates resourceClaims "
    "resources hostnameOverride workloadRef"
) | {"containers": [_CONTAINER], "initContainers": [_CONTAINER]}
_TEMPLATE: Tree = {"metadata": _METADATA, "spec": _POD_SPEC}
_SELECTOR: Tree = _any("matchLabels matchExpressions")
_BACKEND: Tree = {"service": {"name": None, "port": _any("name number")}, "resource": _any("apiGroup kind name")}
_POLICY_PORT: Tree = _any("protocol port endPort")
_PEER: Tree = {"podSelector": _SELECTOR, "namespaceSelector": _SELECTOR, "ipBlock": _any("cidr except")}
_RULE: Tree = _any("verbs apiGroups resources resourceNames nonResourceURLs")
_BINDING: dict[str, Tree] = {
    "roleRef": _any("apiGroup kind name"),
    "subjects": [_any("kind apiGroup name namespace")],
}
_COMMON: dict[str, Tree] = {
    "selector": _SELECTOR,
    "template": _TEMPLATE,
    "minReadySeconds": None,
}
_ROLLING: dict[str, Tree] = {"type": None, "rollingUpdate": _any("maxSurge maxUnavailable partition")}
_SPECS: dict[ApiKind, Tree] = {
    DEPLOYMENT: _COMMON | _any("replicas revisionHistoryLimit paused progressDeadlineSeconds") | {"strategy": _ROLLING},
    REPLICA_SET: _COMMON | _any("replicas"),
    DAEMON_SET: _COMMON | _any("revisionHistoryLimit") | {"updateStrategy": _ROLLING},
    STATEFUL_SET: _COMMON
    | _any(
        "replicas volumeClaimTemplates serviceName podManagementPolicy revisionHistoryLimit "
        "persistentVolumeClaimRetentionPolicy ordinals"
    )
    | {"updateStrategy": _ROLLING},
    POD: _POD_SPEC,
    SERVICE: _any(
        "selector clusterIP clusterIPs type externalIPs sessionAffinity loadBalancerIP loadBalancerSourceRanges "
        "externalName externalTrafficPolicy healthCheckNodePort publishNotReadyAddresses sessionAffinityConfig "
        "ipFamilies ipFamilyPolicy allocateLoadBalancerNodePorts loadBalancerClass internalTrafficPolicy "
        "trafficDistribution"
    )
    | {"ports": [_any("name protocol appProtocol port targetPort nodePort")]},
    INGRESS: _any("ingressClassName")
    | {
        "defaultBackend": _BACKEND,
        "rules": [{"host": None, "http": {"paths": [{"path": None, "pathType": None, "backend": _BACKEND}]}}],
        "tls": [_any("hosts secretName")],
    },
    INGRESS_CLASS: {"controller": None, "parameters": _any("apiGroup kind name scope namespace")},
    NETWORK_POLICY: _any("policyTypes")
    | {
        "podSelector": _SELECTOR,
        "ingress": [{"ports": [_POLICY_PORT], "from": [_PEER]}],
        "egress": [{"ports": [_POLICY_PORT], "to": [_PEER]}],
    },
    DISRUPTION_BUDGET: _any("minAvailable maxUnavailable unhealthyPodEvictionPolicy") | {"selector": _SELECTOR},
    AUTOSCALER: _any("minReplicas maxReplicas metrics behavior") | {"scaleTargetRef": _any("apiVersion kind name")},
    LEASE: _any("holderIdentity leaseDurationSeconds acquireTime renewTime leaseTransitions strategy preferredHolder"),
}
_FLAT: dict[ApiKind, dict[str, Tree]] = {
    CONFIG_MAP: _any("data binaryData immutable"),
    SECRET: _any("data stringData type immutable"),
    SERVICE_ACCOUNT: _any("secrets imagePullSecrets automountServiceAccountToken"),
    POD_TEMPLATE: {"template": _TEMPLATE},
    ROLE: {"rules": [_RULE]},
    CLUSTER_ROLE: {"rules": [_RULE], "aggregationRule": {"clusterRoleSelectors": [_SELECTOR]}},
    ROLE_BINDING: _BINDING,
    CLUSTER_ROLE_BINDING: _BINDING,
}
_HEAD: dict[str, Tree] = {"apiVersion": None, "kind": None, "metadata": _METADATA}
_TREES: dict[ApiKind, Tree] = {
    **{kind: {**_HEAD, "spec": spec, "status": None} for kind, spec in _SPECS.items()},
    **{kind: {**_HEAD, **fields} for kind, fields in _FLAT.items()},
}


def unknown_fields(kind: ApiKind, obj: Json) -> list[str]:
    """Return the paths of the fields of an object that its kind does not have."""
    if kind.custom is not None:
        return undeclared(kind.custom.schema, obj)
    return _unknown(_TREES.get(kind), obj, "")


def known_only(kind: ApiKind, obj: Json) -> Json:
    """Return an object without the fields that its kind does not have, as a typed server keeps it."""
    pruned = _pruned(_TREES.get(kind), obj)
    return pruned if isinstance(pruned, dict) else obj


def _unknown(tree: Tree, value: object, path: str) -> list[str]:
    if isinstance(tree, list) and isinstance(value, list):
        return [found for index, entry in enumerate(value) for found in _unknown(tree[0], entry, f"{path}[{index}]")]
    if not isinstance(tree, dict) or not isinstance(value, dict):
        return []
    dot = f"{path}." if path else ""
    here = [dot + name for name in value if name not in tree]
    return here + [found for name, inner in value.items() for found in _unknown(tree.get(name), inner, dot + name)]


def _pruned(tree: Tree, value: object) -> object:
    if isinstance(tree, list) and isinstance(value, list):
        return [_pruned(tree[0], entry) for entry in value]
    if not isinstance(tree, dict) or not isinstance(value, dict):
        return value
    return {name: _pruned(tree[name], inner) for name, inner in value.items() if name in tree}
