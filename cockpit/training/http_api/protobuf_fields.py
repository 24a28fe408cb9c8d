"""Which field of which message has which number in protobuf, for what kubectl creates by its typed clients.

A line is one message: its name, then the fields as `NUMBER name TYPE`, in k8s.io/api's generated.proto of each group.
A type is `string` where it is left out, else int, bool, bytes, a special one, or another message; `*` before it marks a
pointer in Go (an explicit zero is kept), `[]` a list, `{}` a map by strings, `=` a message whose fields stand in JSON
beside the others.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """One field: `form` is list, map, pointer, inline or plain."""

    name: str
    type: str
    form: str


_FORMS = {"[]": "list", "{}": "map", "*": "pointer", "=": "inline"}
_AUTHORIZATION = """
SelfSubjectAccessReview: 2 spec AccessSpec
SelfSubjectRulesReview: 2 spec RulesSpec
SubjectAccessReview: 2 spec SubjectAccessSpec
LocalSubjectAccessReview: 1 metadata ObjectMeta, 2 spec SubjectAccessSpec
SelfSubjectReview: 1 metadata ObjectMeta
AccessSpec: 1 resourceAttributes *ResourceAttributes, 2 nonResourceAttributes *PathAttributes
SubjectAccessSpec: 1 resourceAttributes *ResourceAttributes, 2 nonResourceAttributes *PathAttributes, 3 user, \
4 groups []string
RulesSpec: 1 namespace
ResourceAttributes: 1 namespace, 2 verb, 3 group, 4 version, 5 resource, 6 subresource, 7 name
PathAttributes: 1 path, 2 verb
"""
_META = """
ObjectMeta: 1 name, 2 generateName, 3 namespace, 5 uid, 6 resourceVersion, 11 labels {}string, \
12 annotations {}string, 13 ownerReferences []OwnerReference, 14 finalizers []string
OwnerReference: 1 kind, 3 name, 4 uid, 5 apiVersion, 6 controller *bool, 7 blockOwnerDeletion *bool
"""
_CORE = """
Namespace: 1 metadata ObjectMeta
ConfigMap: 1 metadata ObjectMeta, 2 data {}string, 3 binaryData {}bytes, 4 immutable *bool
Secret: 1 metadata ObjectMeta, 2 data {}bytes, 3 type, 4 stringData {}string, 5 immutable *bool
ServiceAccount: 1 metadata ObjectMeta, 3 imagePullSecrets []LocalObjectReference, 4 automountServiceAccountToken *bool
LocalObjectReference: 1 name
Service: 1 metadata ObjectMeta, 2 spec ServiceSpec
ServiceSpec: 1 ports []ServicePort, 2 selector {}string, 3 clusterIP, 4 type, 5 externalIPs []string, \
7 sessionAffinity, 8 loadBalancerIP, 9 loadBalancerSourceRanges []string, 10 externalName, 11 externalTrafficPolicy, \
12 healthCheckNodePort int, 13 publishNotReadyAddresses bool, 17 ipFamilyPolicy *string, 18 clusterIPs []string, \
19 ipFamilies []string, 20 allocateLoadBalancerNodePorts *bool, 21 loadBalancerClass *string, \
22 internalTrafficPolicy *string, 23 trafficDistribution *string
ServicePort: 1 name, 2 protocol, 3 port int, 4 targetPort IntOrString, 5 nodePort int, 6 appProtocol *string
PodTemplateSpec: 1 metadata ObjectMeta, 2 spec PodSpec
PodSpec: 2 containers []Container, 3 restartPolicy, 4 terminationGracePeriodSeconds *int, 6 dnsPolicy, \
7 nodeSelector {}string, 8 serviceAccountName, 10 nodeName, 19 schedulerName, 20 initContainers []Container
Container: 1 name, 2 image, 3 command []string, 4 args []string, 5 workingDir, 6 ports []ContainerPort, \
7 env []EnvVar, 8 resources ResourceRequirements, 13 terminationMessagePath, 14 imagePullPolicy, 16 stdin bool, \
17 stdinOnce bool, 18 tty bool, 20 terminationMessagePolicy
ContainerPort: 1 name, 2 hostPort int, 3 containerPort int, 4 protocol, 5 hostIP
EnvVar: 1 name, 2 value
ResourceRequirements: 1 limits {}Quantity, 2 requests {}Quantity
LabelSelector: 1 matchLabels {}string, 2 matchExpressions []LabelSelectorRequirement
LabelSelectorRequirement: 1 key, 2 operator, 3 values []string
"""
_GROUPS = """
Deployment: 1 metadata ObjectMeta, 2 spec DeploymentSpec
DeploymentSpec: 1 replicas *int, 2 selector *LabelSelector, 3 template PodTemplateSpec, 4 strategy DeploymentStrategy, \
5 minReadySeconds int, 6 revisionHistoryLimit *int, 7 paused bool, 9 progressDeadlineSeconds *int
DeploymentStrategy: 1 type, 2 rollingUpdate *RollingUpdateDeployment
RollingUpdateDeployment: 1 maxUnavailable *IntOrString, 2 maxSurge *IntOrString
PodDisruptionBudget: 1 metadata ObjectMeta, 2 spec PodDisruptionBudgetSpec
PodDisruptionBudgetSpec: 1 minAvailable *IntOrString, 2 selector *LabelSelector, 3 maxUnavailable *IntOrString, \
4 unhealthyPodEvictionPolicy *string
Ingress: 1 metadata ObjectMeta, 2 spec IngressSpec
IngressSpec: 1 defaultBackend *IngressBackend, 2 tls []IngressTLS, 3 rules []IngressRule, 4 ingressClassName *string
IngressTLS: 1 hosts []string, 2 secretName
IngressRule: 1 host, 2 value =IngressRuleValue
IngressRuleValue: 1 http *HTTPIngressRuleValue
HTTPIngressRuleValue: 1 paths []HTTPIngressPath
HTTPIngressPath: 1 path, 2 backend IngressBackend, 3 pathType *string
IngressBackend: 4 service *IngressServiceBackend
IngressServiceBackend: 1 name, 2 port ServiceBackendPort
ServiceBackendPort: 1 name, 2 number int
HorizontalPodAutoscaler: 1 metadata ObjectMeta, 2 spec HorizontalPodAutoscalerSpec
HorizontalPodAutoscaler@v1: 1 metadata ObjectMeta, 2 spec HorizontalPodAutoscalerSpec@v1
HorizontalPodAutoscalerSpec@v1: 1 scaleTargetRef CrossVersionObjectReference, 2 minReplicas *int, 3 maxReplicas int, \
4 targetCPUUtilizationPercentage *int
HorizontalPodAutoscalerSpec: 1 scaleTargetRef CrossVersionObjectReference, 2 minReplicas *int, 3 maxReplicas int, \
4 metrics []MetricSpec
CrossVersionObjectReference: 1 kind, 2 name, 3 apiVersion
MetricSpec: 1 type, 4 resource *ResourceMetricSource
ResourceMetricSource: 1 name, 2 target MetricTarget
MetricTarget: 1 type, 2 value *Quantity, 3 averageValue *Quantity, 4 averageUtilization *int
"""
_RBAC = """
Role: 1 metadata ObjectMeta, 2 rules []PolicyRule
ClusterRole: 1 metadata ObjectMeta, 2 rules []PolicyRule, 3 aggregationRule *AggregationRule
AggregationRule: 1 clusterRoleSelectors []LabelSelector
PolicyRule: 1 verbs []string, 2 apiGroups []string, 3 resources []string, 4 resourceNames []string, \
5 nonResourceURLs []string
RoleBinding: 1 metadata ObjectMeta, 2 subjects []RoleSubject, 3 roleRef RoleRef
ClusterRoleBinding: 1 metadata ObjectMeta, 2 subjects []RoleSubject, 3 roleRef RoleRef
RoleSubject: 1 kind, 2 apiGroup, 3 name, 4 namespace
RoleRef: 1 apiGroup, 2 kind, 3 name
"""


def _parsed(text: str) -> dict[str, dict[int, Field]]:
    messages = {}
    for line in text.strip().splitlines():
        name, _, fields = line.partition(": ")
        messages[name] = dict(_field(field) for field in fields.split(", "))
    return messages


def _field(text: str) -> tuple[int, Field]:
    number, name, *types = text.split()
    type_ = types[0] if types else "string"
    mark = next((mark for mark in _FORMS if type_.startswith(mark)), "")
    return int(number), Field(name, type_.removeprefix(mark) if mark else type_, _FORMS.get(mark, "plain"))


MESSAGES: dict[str, dict[int, Field]] = {
    name: fields for text in (_META, _AUTHORIZATION, _CORE, _GROUPS, _RBAC) for name, fields in _parsed(text).items()
}
