"""Deployment, ReplicaSet, StatefulSet, DaemonSet and ControllerRevision."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.resources.meta import Condition, LabelSelector, ObjectMeta, Slice


class ContainerPort(Slice, frozen=True):
    """One entry of a container's `ports`."""

    name: str = ""
    container_port: int = 0
    protocol: str = "TCP"


class HttpGet(Slice, frozen=True):
    """`httpGet` of a probe; `port` is a number or a container port's name, `scheme` is HTTP or HTTPS.

    Its headers are left out on purpose, they may hold secrets.
    """

    path: str = ""
    port: int | str = 0
    scheme: str = "HTTP"


class Probe(Slice, frozen=True):
    """A probe, as far as a health check can repeat it."""

    http_get: HttpGet | None = None


class Hook(Slice, frozen=True):
    """A lifecycle hook that is there; what it runs is left out on purpose, it may hold secrets."""


class Lifecycle(Slice, frozen=True):
    """`lifecycle` of a container; without `pre_stop` it may drop connections when it ends."""

    pre_stop: Hook | None = None


class Container(Slice, frozen=True):
    """A container of a pod template; environment and command are left out on purpose, they may hold secrets."""

    name: str = ""
    image: str = ""
    ports: tuple[ContainerPort, ...] = ()
    readiness_probe: Probe | None = None
    lifecycle: Lifecycle | None = None


class TemplateMeta(Slice, frozen=True):
    """`spec.template.metadata`."""

    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}


class TemplateSpec(Slice, frozen=True):
    """`spec.template.spec`."""

    containers: tuple[Container, ...] = ()
    termination_grace_period_seconds: int = 30


class PodTemplate(Slice, frozen=True):
    """`spec.template`: what the pods of one version are made from."""

    metadata: TemplateMeta = TemplateMeta()
    spec: TemplateSpec = TemplateSpec()


class RollingUpdate(Slice, frozen=True):
    """`rollingUpdate`: how many pods may be missing or too many meanwhile, as a number or a percentage.

    `partition` is a StatefulSet's: pods with an ordinal below it keep the old template.
    """

    partition: int = 0
    max_surge: int | str | None = None
    max_unavailable: int | str | None = None


class UpdateStrategy(Slice, frozen=True):
    """`spec.strategy` of a Deployment, `spec.updateStrategy` of the others; "" means the default."""

    type: str = ""
    rolling_update: RollingUpdate | None = None


class DeploymentSpec(Slice, frozen=True):
    """`spec` of a Deployment."""

    replicas: int = 1
    selector: LabelSelector = LabelSelector()
    template: PodTemplate = PodTemplate()
    strategy: UpdateStrategy = UpdateStrategy()
    paused: bool = False
    min_ready_seconds: int = 0
    progress_deadline_seconds: int = 600


class DeploymentStatus(Slice, frozen=True):
    """`status` of a Deployment; counts of pods."""

    observed_generation: int = 0
    replicas: int = 0
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    conditions: tuple[Condition, ...] = ()


class Deployment(Slice, frozen=True):
    """apps/v1 Deployment."""

    metadata: ObjectMeta = ObjectMeta()
    spec: DeploymentSpec = DeploymentSpec()
    status: DeploymentStatus = DeploymentStatus()


class ReplicaSetSpec(Slice, frozen=True):
    """`spec` of a ReplicaSet."""

    replicas: int = 1
    selector: LabelSelector = LabelSelector()
    template: PodTemplate = PodTemplate()


class ReplicaSetStatus(Slice, frozen=True):
    """`status` of a ReplicaSet; counts of pods."""

    observed_generation: int = 0
    replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    conditions: tuple[Condition, ...] = ()


class ReplicaSet(Slice, frozen=True):
    """apps/v1 ReplicaSet."""

    metadata: ObjectMeta = ObjectMeta()
    spec: ReplicaSetSpec = ReplicaSetSpec()
    status: ReplicaSetStatus = ReplicaSetStatus()


class StatefulSetSpec(Slice, frozen=True):
    """`spec` of a StatefulSet."""

    replicas: int = 1
    selector: LabelSelector = LabelSelector()
    template: PodTemplate = PodTemplate()
    update_strategy: UpdateStrategy = UpdateStrategy()


class StatefulSetStatus(Slice, frozen=True):
    """`status` of a StatefulSet; revisions are ControllerRevision names."""

    observed_generation: int = 0
    replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    current_replicas: int = 0
    updated_replicas: int = 0
    current_revision: str = ""
    update_revision: str = ""
    conditions: tuple[Condition, ...] = ()


class StatefulSet(Slice, frozen=True):
    """apps/v1 StatefulSet."""

    metadata: ObjectMeta = ObjectMeta()
    spec: StatefulSetSpec = StatefulSetSpec()
    status: StatefulSetStatus = StatefulSetStatus()


class DaemonSetSpec(Slice, frozen=True):
    """`spec` of a DaemonSet."""

    selector: LabelSelector = LabelSelector()
    template: PodTemplate = PodTemplate()
    update_strategy: UpdateStrategy = UpdateStrategy()


class DaemonSetStatus(Slice, frozen=True):
    """`status` of a DaemonSet; counts of nodes."""

    observed_generation: int = 0
    desired_number_scheduled: int = 0
    updated_number_scheduled: int = 0
    number_available: int = 0
    conditions: tuple[Condition, ...] = ()


class DaemonSet(Slice, frozen=True):
    """apps/v1 DaemonSet."""

    metadata: ObjectMeta = ObjectMeta()
    spec: DaemonSetSpec = DaemonSetSpec()
    status: DaemonSetStatus = DaemonSetStatus()


class RevisionTemplateSpec(Slice, frozen=True):
    """`data.spec` of a ControllerRevision: the part of the workload that the revision fixes."""

    template: PodTemplate = PodTemplate()


class RevisionData(Slice, frozen=True):
    """`data` of a ControllerRevision that a StatefulSet or DaemonSet wrote."""

    spec: RevisionTemplateSpec = RevisionTemplateSpec()


class ControllerRevision(Slice, frozen=True):
    """apps/v1 ControllerRevision: the history of a StatefulSet or DaemonSet."""

    metadata: ObjectMeta = ObjectMeta()
    revision: int = 0
    data: RevisionData = RevisionData()
