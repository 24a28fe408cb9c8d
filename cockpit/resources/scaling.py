"""HorizontalPodAutoscaler and PodDisruptionBudget: what else moves or holds the pods of a release."""

from __future__ import annotations

from cockpit.resources.meta import LabelSelector, ObjectMeta, Slice


class ScaleTarget(Slice, frozen=True):
    """The workload that an autoscaler scales."""

    kind: str = ""
    name: str = ""


class HorizontalPodAutoscalerSpec(Slice, frozen=True):
    """`spec` of an autoscaler; replicas."""

    scale_target_ref: ScaleTarget = ScaleTarget()
    min_replicas: int = 1
    max_replicas: int = 0


class HorizontalPodAutoscaler(Slice, frozen=True):
    """autoscaling/v2 HorizontalPodAutoscaler."""

    metadata: ObjectMeta = ObjectMeta()
    spec: HorizontalPodAutoscalerSpec = HorizontalPodAutoscalerSpec()


class PodDisruptionBudgetSpec(Slice, frozen=True):
    """`spec` of a disruption budget."""

    selector: LabelSelector = LabelSelector()


class PodDisruptionBudgetStatus(Slice, frozen=True):
    """`status` of a disruption budget; counts of pods."""

    disruptions_allowed: int | None = None


class PodDisruptionBudget(Slice, frozen=True):
    """policy/v1 PodDisruptionBudget."""

    metadata: ObjectMeta = ObjectMeta()
    spec: PodDisruptionBudgetSpec = PodDisruptionBudgetSpec()
    status: PodDisruptionBudgetStatus = PodDisruptionBudgetStatus()
