"""Argo Rollouts: what its controller does by steps, which weights it writes, and what its kubectl plug-in is told.

Sources: https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/ and argo-rollouts
`pkg/apis/rollouts/v1alpha1/types.go`; `utils/replicaset` for what a step's weight is without traffic routing.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from cockpit.resources.istio import VirtualService
from cockpit.resources.json_values import Path
from cockpit.resources.progressive import CanaryStep, CanaryStrategy, PauseCondition, Rollout, VirtualServiceTraffic
from cockpit.routing.objects import Objects
from cockpit.routing.progress import Claim, Command, Progress

SYSTEM = "Argo Rollouts"
_DURATION = re.compile(r"(\d+)([smhd]?)")
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST_NAME = 253


def progresses(objects: Objects) -> Iterator[Progress]:
    """Yield how each Rollout stands."""
    return (progress_of(rollout) for rollout in objects.ordered(Rollout))


def progress_of(rollout: Rollout) -> Progress:
    """Return how a Rollout stands."""
    spec, status = rollout.spec, rollout.status
    canary = spec.strategy.canary
    seen = status.observed_generation in {"", str(rollout.metadata.generation)}
    pause = status.pause_conditions[0] if status.pause_conditions else None
    return Progress(
        kind="Rollout",
        name=rollout.metadata.name,
        system=SYSTEM,
        target=f"Rollout/{rollout.metadata.name}",
        phase=(status.phase or "unknown") if seen else "Progressing",
        message=status.message if seen else "the controller has not seen the last change yet",
        step=_step(rollout),
        steps=len(canary.steps) if canary else 0,
        weight=_weight(rollout),
        waits=_waits(rollout, pause),
        paused_since=pause.start_time if pause else None,
        pause_seconds=_pause_seconds(rollout) if pause else None,
        analysis=_analysis(rollout),
        services=_services(rollout),
        commands=tuple(_commands(rollout)),
    )


def _step(rollout: Rollout) -> int | None:
    canary, index = rollout.spec.strategy.canary, rollout.status.current_step_index
    return None if canary is None or not canary.steps or index is None else min(index + 1, len(canary.steps))


def _current(rollout: Rollout) -> CanaryStep | None:
    canary, index = rollout.spec.strategy.canary, rollout.status.current_step_index
    return canary.steps[index] if canary and index is not None and 0 <= index < len(canary.steps) else None


def _weight(rollout: Rollout) -> float | None:
    """Return the weight that the controller says, else that of the last step which set one; percent."""
    weights = rollout.status.canary.weights
    if weights is not None and weights.canary is not None:
        return weights.canary.weight or 0
    canary, index = rollout.spec.strategy.canary, rollout.status.current_step_index
    if canary is None or index is None or index >= len(canary.steps):
        return None
    told = [step.set_weight for step in canary.steps[: index + 1] if step.set_weight is not None]
    return told[-1] if told else 0


def is_waiting(rollout: Rollout) -> bool:
    """Say whether a Rollout goes on only when a pause ends, or somebody lets it."""
    return rollout.spec.paused or bool(rollout.status.pause_conditions)


def _waits(rollout: Rollout, pause: PauseCondition | None) -> str:
    if rollout.status.abort:
        return "aborted: the template is still the new one; put the earlier one back, or retry"
    if rollout.spec.paused:
        return "paused by hand"
    if pause is None:
        return ""
    if pause.reason in {"InconclusiveAnalysisRun", "InconclusiveExperiment"}:
        return "the analysis is inconclusive: somebody has to decide"
    if pause.reason == "BlueGreenPause":
        return "the preview waits to become active"
    return "a pause step" if _pause_seconds(rollout) is not None else "a pause step without an end: promote it to go on"


def _pause_seconds(rollout: Rollout) -> float | None:
    step = _current(rollout)
    duration = step.pause.duration if step and step.pause else None
    if duration is None or isinstance(duration, int):
        return duration
    parts = _DURATION.findall(duration)
    known = bool(parts) and "".join(number + unit for number, unit in parts) == duration
    return float(sum(int(number) * _UNITS[unit] for number, unit in parts)) if known else None


def _analysis(rollout: Rollout) -> str:
    canary = rollout.status.canary
    runs = (canary.current_step_analysis_run_status, canary.current_background_analysis_run_status)
    return ", ".join(
        f"{run.name} {run.status}{f' ({run.message})' if run.message else ''}" for run in runs if run is not None
    )


def _services(rollout: Rollout) -> tuple[str, ...]:
    strategy = rollout.spec.strategy
    names: tuple[str, ...] = ()
    if strategy.canary is not None:
        names = (strategy.canary.stable_service, strategy.canary.canary_service)
    elif strategy.blue_green is not None:
        names = (strategy.blue_green.active_service, strategy.blue_green.preview_service)
    return tuple(name for name in names if name)


def _commands(rollout: Rollout) -> Iterator[Command]:
    status = rollout.status
    moving = status.current_pod_hash != status.stable_rs
    if status.abort:
        yield Command("try again", command(rollout, "retry rollout"))
        yield Command("go back to the earlier template", command(rollout, "undo"))
    elif moving:
        yield Command("go on with the next step", command(rollout, "promote"))
        yield Command("go on to the end", f"{command(rollout, 'promote')} --full")
        yield Command("take all traffic back", command(rollout, "abort"))
    else:
        yield Command("release another image", f"{command(rollout, 'set image')} CONTAINER=IMAGE")


def command(rollout: Rollout, verb: str) -> str:
    """Return a line for the kubectl plug-in of Argo Rollouts."""
    metadata = rollout.metadata
    return f"kubectl argo rollouts {verb} {shlex.quote(metadata.name)} -n {shlex.quote(metadata.namespace)}"


def claims(objects: Objects) -> Iterator[Claim]:
    """Yield the rules whose weights Rollouts write."""
    for rollout in objects.ordered(Rollout):
        canary = rollout.spec.strategy.canary
        if canary is not None and canary.traffic_routing is not None:
            for kind, name, places in _routes(rollout.metadata.name, canary, objects):
                yield _claim(rollout, kind, name, places)


def _claim(rollout: Rollout, kind: str, name: str, places: tuple[Path, ...] | None) -> Claim:
    owner = f"Rollout/{rollout.metadata.name}"
    reason = f"{owner} sets these weights step by step, and would set them again"
    return Claim(kind, name, owner, reason, command(rollout, "promote"), places)


def _routes(
    rollout: str, canary: CanaryStrategy, objects: Objects
) -> Iterator[tuple[str, str, tuple[Path, ...] | None]]:
    routing = canary.traffic_routing
    if routing is None:
        return
    if routing.nginx is not None:
        nginx = routing.nginx
        for name in (nginx.stable_ingress, *nginx.stable_ingresses, *nginx.additional_stable_ingresses):
            if name:
                yield "Ingress", f"{rollout}-{name}-canary"[:_LONGEST_NAME], None
    if routing.istio is not None:
        single = (routing.istio.virtual_service,) if routing.istio.virtual_service else ()
        for service in (*single, *routing.istio.virtual_services):
            name, _, namespace = service.name.partition(".")
            if namespace in {"", objects.namespace}:
                yield "VirtualService", name, _places(service, name, objects)
    plugin = routing.plugins.gateway_api if routing.plugins else None
    if plugin is not None and plugin.namespace in {"", objects.namespace}:
        https = (plugin.http_route, *(route.name for route in plugin.http_routes))
        grpcs = (plugin.grpc_route, *(route.name for route in plugin.grpc_routes))
        yield from (("HTTPRoute", name, None) for name in https if name)
        yield from (("GRPCRoute", name, None) for name in grpcs if name)


def _places(service: VirtualServiceTraffic, name: str, objects: Objects) -> tuple[Path, ...] | None:
    """Return where the named entries of a VirtualService stand, None for the whole of it."""
    found = objects.of(VirtualService).get(name)
    if not service.routes or found is None:
        return None
    wanted = frozenset(service.routes)
    return tuple(("spec", "http", str(number)) for number, entry in enumerate(found.spec.http) if entry.name in wanted)
