"""Guards of what Services do to clients when traffic moves: stickiness, addresses of pods not ready, DNS."""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.actions.forecast import selector_changes
from cockpit.actions.guard_scene import GuardScene, warns
from cockpit.actions.guard_weights import raised_shares
from cockpit.actions.guards import Guard, GuardId
from cockpit.resources.services import Service

_STICKY_SECONDS = 10800


def judge_services(scene: GuardScene) -> Iterator[Guard]:
    """Yield what is to be said of Services whose traffic moves."""
    moved = _turned(scene)
    for name in dict.fromkeys((*moved, *_refilled(scene))):
        service = scene.service(name)
        if service is None:
            continue
        if service.spec.publish_not_ready_addresses:
            yield warns(
                GuardId.NOT_READY_PUBLISHED,
                f"Service/{name} publishes pods that are not ready too, and sends them traffic; here their own "
                "readiness is counted.",
                "Watch the pods, not the endpoints.",
            )
        if name in moved:
            yield from _moved(service)


def _turned(scene: GuardScene) -> tuple[str, ...]:
    """Return the Services whose selector or share changes, by name."""
    turned = [name for _, name in selector_changes(scene.forecast.moments)]
    weighed = [name for _, rule, _ in raised_shares(scene) for name in rule.services]
    return tuple(dict.fromkeys((*turned, *weighed)))


def _refilled(scene: GuardScene) -> tuple[str, ...]:
    """Return the Services that end with other pods behind them than they have now."""
    start, end = scene.forecast.start, scene.forecast.end
    return tuple(
        name
        for name in scene.forecast.services
        if {pod.name for pod in start.ready_behind(name)} != {pod.name for pod in end.ready_behind(name)}
    )


def _moved(service: Service) -> Iterator[Guard]:
    name, spec = service.metadata.name, service.spec
    if spec.cluster_ip == "None":
        yield warns(
            GuardId.HEADLESS,
            f"Service/{name} is headless: clients see the change when their DNS answers expire.",
            "Give them time before the old version goes.",
        )
    elif spec.session_affinity == "ClientIP":
        config = spec.session_affinity_config.client_ip
        seconds = config.timeout_seconds if config else _STICKY_SECONDS
        yield warns(
            GuardId.STICKY_SESSIONS,
            f"Service/{name} keeps each client on its pod for {seconds} s after its last request: the shares are not "
            "what clients see.",
        )
