"""argoproj.io/v1alpha1 Rollout and flagger.app/v1beta1 Canary: workloads that a controller releases step by step.

Fields: https://argo-rollouts.readthedocs.io/en/stable/features/specification/ and
https://docs.flagger.app/usage/how-it-works.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from cockpit.resources.meta import Condition, LabelSelector, ObjectMeta, Slice
from cockpit.resources.workloads import PodTemplate


class PauseStep(Slice, frozen=True):
    """`pause` of a step; without a duration it waits for a person. A number is seconds, text is as "1h"."""

    duration: int | str | None = None


class CanaryStep(Slice, frozen=True):
    """One step; kinds of steps that are not here have neither field."""

    set_weight: int | None = None
    pause: PauseStep | None = None
    analysis: object | None = None
    experiment: object | None = None
    set_canary_scale: object | None = None
    set_header_route: object | None = None


class NginxTraffic(Slice, frozen=True):
    """`trafficRouting.nginx`."""

    stable_ingress: str = ""
    stable_ingresses: tuple[str, ...] = ()
    additional_stable_ingresses: tuple[str, ...] = ()


class IngressTraffic(Slice, frozen=True):
    """`trafficRouting.alb`."""

    ingress: str = ""


class VirtualServiceTraffic(Slice, frozen=True):
    """One VirtualService with the names of the routes that are moved; none stand for its only one."""

    name: str = ""
    routes: tuple[str, ...] = ()


class IstioTraffic(Slice, frozen=True):
    """`trafficRouting.istio`."""

    virtual_service: VirtualServiceTraffic | None = None
    virtual_services: tuple[VirtualServiceTraffic, ...] = ()


class NamedRoute(Slice, frozen=True):
    """A route that a plug-in moves."""

    name: str = ""


class GatewayApiPlugin(Slice, frozen=True):
    """Settings of the plug-in for Gateway API."""

    http_route: str = msgspec.field(name="httpRoute", default="")
    grpc_route: str = msgspec.field(name="grpcRoute", default="")
    namespace: str = ""
    http_routes: tuple[NamedRoute, ...] = ()
    grpc_routes: tuple[NamedRoute, ...] = ()


class Plugins(Slice, frozen=True):
    """`trafficRouting.plugins`, as far as the cockpit knows them."""

    gateway_api: GatewayApiPlugin | None = msgspec.field(name="argoproj-labs/gatewayAPI", default=None)


class TrafficRouting(Slice, frozen=True):
    """Which objects the controller writes weights to; none of them where only replicas make the shares."""

    nginx: NginxTraffic | None = None
    alb: IngressTraffic | None = None
    istio: IstioTraffic | None = None
    plugins: Plugins | None = None


class CanaryStrategy(Slice, frozen=True):
    """`strategy.canary`."""

    stable_service: str = ""
    canary_service: str = ""
    steps: tuple[CanaryStep, ...] = ()
    traffic_routing: TrafficRouting | None = None


class BlueGreenStrategy(Slice, frozen=True):
    """`strategy.blueGreen`."""

    active_service: str = ""
    preview_service: str = ""


class RolloutStrategy(Slice, frozen=True):
    """`spec.strategy`: one of the two."""

    canary: CanaryStrategy | None = None
    blue_green: BlueGreenStrategy | None = None


class WorkloadRef(Slice, frozen=True):
    """The workload whose template a Rollout takes, in place of one of its own."""

    kind: str = ""
    name: str = ""


class RolloutSpec(Slice, frozen=True):
    """`spec` of a Rollout."""

    replicas: int = 1
    paused: bool = False
    selector: LabelSelector = LabelSelector()
    template: PodTemplate = PodTemplate()
    workload_ref: WorkloadRef | None = None
    strategy: RolloutStrategy = RolloutStrategy()


class PauseCondition(Slice, frozen=True):
    """Why a Rollout pauses, and since when."""

    reason: str = ""
    start_time: datetime | None = None


class RolloutWeight(Slice, frozen=True):
    """One weight that the controller has set; percent."""

    weight: int | None = None


class RolloutWeights(Slice, frozen=True):
    """`status.canary.weights`, there with traffic routing only."""

    canary: RolloutWeight | None = None
    stable: RolloutWeight | None = None


class AnalysisStatus(Slice, frozen=True):
    """How an AnalysisRun stands: Running, Successful, Failed, Inconclusive, Error."""

    name: str = ""
    status: str = ""
    message: str = ""


class CanaryStatus(Slice, frozen=True):
    """`status.canary`."""

    weights: RolloutWeights | None = None
    current_step_analysis_run_status: AnalysisStatus | None = None
    current_background_analysis_run_status: AnalysisStatus | None = None


class RolloutStatus(Slice, frozen=True):
    """`status` of a Rollout; it tells of the generation that `observed_generation`, a text, names."""

    phase: str = ""
    message: str = ""
    observed_generation: str = ""
    current_pod_hash: str = ""
    stable_rs: str = msgspec.field(name="stableRS", default="")
    current_step_index: int | None = None
    controller_pause: bool = False
    pause_conditions: tuple[PauseCondition, ...] = ()
    abort: bool = False
    replicas: int = 0
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    canary: CanaryStatus = CanaryStatus()
    conditions: tuple[Condition, ...] = ()


class Rollout(Slice, frozen=True):
    """argoproj.io/v1alpha1 Rollout."""

    metadata: ObjectMeta = ObjectMeta()
    spec: RolloutSpec = RolloutSpec()
    status: RolloutStatus = RolloutStatus()


class TargetRef(Slice, frozen=True):
    """An object in the Canary's namespace."""

    kind: str = ""
    name: str = ""


class FlaggerService(Slice, frozen=True):
    """`spec.service`: what the Services and routes that Flagger makes are called."""

    name: str = ""


class FlaggerAnalysis(Slice, frozen=True):
    """`spec.analysis`; weights in percent."""

    interval: str = ""
    threshold: float | None = None
    max_weight: float | None = None
    step_weight: float | None = None
    step_weights: tuple[float, ...] = ()
    iterations: float | None = None


class FlaggerSpec(Slice, frozen=True):
    """`spec` of a Canary."""

    target_ref: TargetRef = TargetRef()
    ingress_ref: TargetRef | None = None
    service: FlaggerService = FlaggerService()
    analysis: FlaggerAnalysis = FlaggerAnalysis()
    suspend: bool = False


class FlaggerStatus(Slice, frozen=True):
    """`status` of a Canary; weight in percent."""

    phase: str = ""
    canary_weight: int = 0
    failed_checks: int = 0
    iterations: int = 0
    last_transition_time: datetime | None = None
    conditions: tuple[Condition, ...] = ()


class Canary(Slice, frozen=True):
    """flagger.app/v1beta1 Canary."""

    metadata: ObjectMeta = ObjectMeta()
    spec: FlaggerSpec = FlaggerSpec()
    status: FlaggerStatus = FlaggerStatus()
