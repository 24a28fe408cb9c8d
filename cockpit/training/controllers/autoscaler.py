"""The HorizontalPodAutoscaler controller (k8s.io/kubernetes, pkg/controller/podautoscaler/horizontal.go)."""

from __future__ import annotations

from cockpit.training.api.kinds import AUTOSCALER, DEPLOYMENT, POD, REPLICA_SET, STATEFUL_SET, ApiKind
from cockpit.training.api.selectors import all_hold, requirements_of
from cockpit.training.api.store import Change, Key
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.queue import WorkQueue
from cockpit.training.controllers.recorder import Recorder
from cockpit.training.controllers.rollout import replicas_of
from cockpit.training.controllers.scaling_metrics import Proposal, UnknownMetricError, proposal
from cockpit.training.controllers.scaling_rules import Memory, normalised
from cockpit.training.controllers.usage import Usage
from cockpit.training.objects import Json, labels_of, name_of, namespace_of, timestamp

_COMPONENT = "horizontal-pod-autoscaler"
_SCALED: dict[str, ApiKind] = {kind.kind: kind for kind in (DEPLOYMENT, REPLICA_SET, STATEFUL_SET)}
_PERIOD, _PERIOD_IN_THE_PAST = 15.0, 900.0  # seconds; what a scenario lived through before its start is not looked at
_TELLING_PAST = 900.0


class AutoscalerController:
    """Scales the targets of HorizontalPodAutoscalers on what their pods use. Its chance is its own."""

    def __init__(self, plane: Plane, usage: Usage, recorder: Recorder) -> None:
        self._plane = plane
        self._usage = usage
        self._recorder = recorder
        self._memories: dict[Key, Memory] = {}
        self.queue = WorkQueue(plane.clock, plane.chance.apart("autoscaler"), self.reconcile, (0.01, 0.05))

    def observe(self, change: Change) -> None:
        """Queue an autoscaler that is new or changed."""
        if change.kind is AUTOSCALER:
            key = (namespace_of(change.object), name_of(change.object))
            if change.type == "DELETED":
                self._memories.pop(key, None)
            elif change.previous is None or change.previous["spec"] != change.object["spec"]:
                self.queue.add(key)

    def reconcile(self, key: Key) -> None:
        """Look at one autoscaler's target once, and again after fifteen seconds."""
        autoscaler = self._plane.store.get(AUTOSCALER, *key)
        if autoscaler is None:
            return
        try:
            self._look(autoscaler, self._memories.setdefault(key, Memory()))
        finally:
            past = self._now < self._usage.load.start - _TELLING_PAST
            self.queue.add_after(key, _PERIOD_IN_THE_PAST if past else _PERIOD)

    @property
    def _now(self) -> float:
        return self._plane.clock.now

    def _look(self, autoscaler: Json, memory: Memory) -> None:
        about = autoscaler["spec"].get("scaleTargetRef") or {}
        kind = _SCALED.get(str(about.get("kind")))
        target = self._plane.store.get(kind, namespace_of(autoscaler), str(about.get("name"))) if kind else None
        if kind is None or target is None:
            self._no_target(autoscaler, about)
            return
        message = "the HPA controller was able to get the target's current scale"
        status = self._with(autoscaler.get("status") or {}, "AbleToScale", ("True", "SucceededGetScale", message))
        current = replicas_of(target)
        found: Proposal | None = None
        if current == 0 and autoscaler["spec"].get("minReplicas", 1) != 0:
            why = "scaling is disabled since the replica count of the target is zero"
            self._write(autoscaler, self._with(status, "ScalingActive", ("False", "ScalingDisabled", why)), current, 0)
            return
        outside = _outside(autoscaler["spec"], current)
        if outside is None:
            found, metrics, status = self._measured(autoscaler, target, current, status)
            status = {**status, "currentMetrics": metrics}
            if found is None:
                self._write(autoscaler, status, current, current)
                return
            verdict = normalised(autoscaler["spec"], memory, current, found.replicas, self._now)
            status = self._with(status, "AbleToScale", verdict.able)
            status = self._with(status, "ScalingLimited", verdict.limited)
            wanted, reason = verdict.replicas, _reason(found, current)
        else:
            wanted, reason = outside
        if wanted != current:
            status = self._rescale(autoscaler, kind, target, wanted, reason, memory, status)
        self._write(autoscaler, status, current, wanted)

    def _measured(
        self, autoscaler: Json, target: Json, current: int, status: Json
    ) -> tuple[Proposal | None, list[Json], Json]:
        """Return the highest proposal of all metrics, what they read now, and the status that says so."""
        metrics: list[Json] = autoscaler["spec"].get("metrics") or []
        found, failures = [], []
        for metric in metrics:
            try:
                found.append(proposal(metric, current, self._pods(target), self._usage))
            except UnknownMetricError as error:
                failures.append(error)
        read = [one.current for one in found]
        best = max(found, key=lambda one: one.replicas, default=None)
        if failures and (best is None or best.replicas < current):
            first = failures[0]
            self._recorder.warning(autoscaler, first.reason, str(first), _COMPONENT)
            kind = "cpu resource" if first.reason == "FailedGetResourceMetric" else "pods"
            invalid = f"invalid metrics ({len(failures)} invalid out of {len(metrics)}), first error is: "
            all_of_it = f"{invalid}failed to get {kind} metric value: {first}"
            self._recorder.warning(autoscaler, "FailedComputeMetricsReplicas", all_of_it, _COMPONENT)
            message = f"the HPA was unable to compute the replica count: {first}"
            return None, read, self._with(status, "ScalingActive", ("False", first.reason, message))
        if best is None:
            return None, read, status
        message = f"the HPA was able to successfully calculate a replica count from {best.name}"
        return best, read, self._with(status, "ScalingActive", ("True", "ValidMetricFound", message))

    def _pods(self, target: Json) -> list[Json]:
        selector = requirements_of(target["spec"]["selector"])
        return [pod for pod in self._plane.store.items(POD, namespace_of(target)) if all_hold(selector, labels_of(pod))]

    def _rescale(
        self, autoscaler: Json, kind: ApiKind, target: Json, wanted: int, reason: str, memory: Memory, status: Json
    ) -> Json:
        scaled = {**target, "spec": {**target["spec"], "replicas": wanted}}
        self._plane.registry.replace(kind, namespace_of(target), name_of(target), scaled)
        memory.changes = [entry for entry in memory.changes if entry[0] > self._now - 1800]
        memory.changes.append((self._now, wanted - replicas_of(target)))
        self._recorder.normal(autoscaler, "SuccessfulRescale", f"New size: {wanted}; reason: {reason}", _COMPONENT)
        message = f"the HPA controller was able to update the target scale to {wanted}"
        able = self._with(status, "AbleToScale", ("True", "SucceededRescale", message))
        return {**able, "lastScaleTime": timestamp(self._now)}

    def _no_target(self, autoscaler: Json, about: Json) -> None:
        kind = _SCALED.get(str(about.get("kind")))
        missing = f'{kind.resource if kind else str(about.get("kind"))} "{about.get("name")}" not found'
        self._recorder.warning(autoscaler, "FailedGetScale", missing, _COMPONENT)
        message = f"the HPA controller was unable to get the target's current scale: {missing}"
        failed = self._with(autoscaler.get("status") or {}, "AbleToScale", ("False", "FailedGetScale", message))
        self._write(autoscaler, failed, 0, 0)

    def _with(self, status: Json, kind: str, said: tuple[str, str, str]) -> Json:
        """Set a condition where it stands, or add it."""
        before: list[Json] = list(status.get("conditions") or ())
        current = next((entry for entry in before if entry["type"] == kind), {})
        value, reason, message = said
        same = current.get("status") == value
        since = current["lastTransitionTime"] if same else timestamp(self._now)
        made = {"type": kind, "status": value, "lastTransitionTime": since, "reason": reason, "message": message}
        if not current:
            return {**status, "conditions": [*before, made]}
        return {**status, "conditions": [made if entry["type"] == kind else entry for entry in before]}

    def _write(self, autoscaler: Json, status: Json, current: int, wanted: int) -> None:
        counts = {"currentReplicas": current, "desiredReplicas": wanted}
        seen = {"observedGeneration": autoscaler["metadata"].get("generation", 1)}
        where = (AUTOSCALER, namespace_of(autoscaler), name_of(autoscaler))
        self._plane.registry.replace(*where, {**autoscaler, "status": {**status, **seen, **counts}}, "status")


def _outside(spec: Json, current: int) -> tuple[int, str] | None:
    """Return where a target goes whose size is out of bounds, and why; None where it is within."""
    minimum, maximum = int(spec.get("minReplicas", 1)), int(spec["maxReplicas"])
    if current > maximum:
        return maximum, "Current number of replicas above Spec.MaxReplicas"
    return (minimum, "Current number of replicas below Spec.MinReplicas") if current < minimum else None


def _reason(found: Proposal, current: int) -> str:
    return f"{found.name} above target" if found.replicas > current else "All metrics below target"
