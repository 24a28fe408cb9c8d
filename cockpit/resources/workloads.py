"""Deployment, ReplicaSet, StatefulSet, DaemonSet and ControllerRevision."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.resources.meta import Condition, LabelSelector, ObjectMeta, Slice


class Container(Slice, frozen=True):
    """A container of a pod template; its environment is left out on purpose, it may hold secrets."""

    name: str = ""
    image: str = ""


class TemplateMeta(Slice, frozen=True):
    """`spec.template.metadata`."""

    labels: Mapping[str, str] = {}
    annotations: Mapping[str, str] = {}


class TemplateSpec(Slice, frozen=True):
    """`spec.template.spec`."""

    containers: tuple[Container, ...] = ()


class PodTemplate(Slice, frozen=True):
    """`spec.template`: what the pods of one version are made from."""

    metadata: TemplateMeta = TemplateMeta()
    spec: TemplateSpec = TemplateSpec()


class RollingUpdate(Slice, frozen=True):
    """`rollingUpdate` of a StatefulSet: pods with an ordinal below `partition` keep the old template."""

    partition: int = 0


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
