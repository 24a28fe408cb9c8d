"""For every guard a picture that really has the situation it is about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from cockpit.actions.acts import Act
from cockpit.actions.guards import GuardId, Outcome
from cockpit.release.view import State
from cockpit.resources.kinds import SERVICE
from cockpit.training.controllers.behaviour import PREFIX
from tests.cluster.drive import Cockpit
from tests.cluster.hands import pause, pause_at_canary, pin
from tests.cluster.looks import canary_waits, images_of, selector_of
from tests.cluster.stage import Stage
from tests.cluster.worlds import MISSING_IMAGE, Images, Manifest, blue_green, deployment, rolling, service, weighted

Prepare = Callable[[Stage, Cockpit], Awaitable[None]]
IMAGES = Images()
TAKEN = 31999


@dataclass(frozen=True)
class Situation:
    """One guard's situation: what the cluster holds, what is done, and what the guard is to find."""

    guard: GuardId
    outcome: Outcome
    release: str
    act: Act
    world: Callable[[Images], tuple[Manifest, ...]]
    details: dict[str, object]
    prepare: Prepare | None = None
    settle: bool = True
    overridable: bool | None = None


async def nothing(_: Stage, __: Cockpit) -> None:
    """Take the world as it is."""


async def _canary(stage: Stage, pilot: Cockpit, images: Images) -> None:
    await pause_at_canary(stage, "web", images.new)
    await pilot.until(lambda: canary_waits(pilot.find("web")), "no canary")


async def _pinned_then_unpinned(stage: Stage, pilot: Cockpit) -> None:
    """Somebody pins web to the old version, and our cockpit takes the pin off: undo would pin it again."""
    await pin(stage, pilot.release("web"), "web")
    await pilot.until(lambda: "pod-template-hash" in selector_of(pilot.release("web"), "web"), "no pin")
    await pilot.act("web", Act.UNISOLATE)


async def _no_pods_of_the_pin(stage: Stage, pilot: Cockpit) -> None:
    await _canary(stage, pilot, IMAGES)
    await _pinned_then_unpinned(stage, pilot)
    await pause(stage, "web", False)
    await pilot.until_steady("web")
    await pilot.until(lambda: images_of(pilot.release("web")) == {IMAGES.new}, "still rolling")


async def _rolled_away(stage: Stage, pilot: Cockpit) -> None:
    await pause_at_canary(stage, "web", MISSING_IMAGE)
    await pilot.until(
        lambda: pilot.release("web").state is State.PAUSED or len(pilot.release("web").versions) == 2, "-"
    )
    await _pinned_then_unpinned(stage, pilot)
    await pause(stage, "web", False)
    await pilot.until(lambda: not any(version.paused for version in pilot.release("web").versions), "still paused")


async def _deadline(_: Stage, pilot: Cockpit) -> None:
    await pilot.until(lambda: pilot.release("shop").state is State.STUCK, "the deadline never passed")


async def _budget_used_up(_: Stage, pilot: Cockpit) -> None:
    await pilot.until(lambda: pilot.release("web").notes, "the budget is not seen")


async def _owned_by_argo(stage: Stage, pilot: Cockpit) -> None:
    for version in ("green", "blue"):
        body = {"spec": {"selector": {"version": version}}}
        await stage.patch(SERVICE, "shop", body, manager="argocd-controller")
        await pilot.until(lambda: selector_of(pilot.release("shop"), "shop")["version"] == version, "not switched")  # noqa: B023


def _slow_green(images: Images) -> tuple[Manifest, ...]:
    blue, _, door = blue_green(images)
    green = deployment("shop-green", {"app": "shop", "version": "green"}, MISSING_IMAGE, 2, progressDeadlineSeconds=5)
    return blue, green, door


def _with_a_stranger(images: Images) -> tuple[Manifest, ...]:
    """Worker pods carry the labels of green by chance; their own Deployment is another release's."""
    labels = {"app": "shop", "version": "green", "tier": "worker"}
    worker = deployment("mailer", labels, images.new, 1, selector={"matchLabels": {"tier": "worker"}})
    return (*blue_green(images), worker)


def _scaled_by_load(images: Images) -> tuple[Manifest, ...]:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    spec = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 4}
    scaler = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web"},
        "spec": spec,
    }
    return (*rolling(images, 2), scaler)


def _budgeted(images: Images) -> tuple[Manifest, ...]:
    spec = {"maxUnavailable": 0, "selector": {"matchLabels": {"app": "web"}}}
    budget = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "web"}, "spec": spec}
    return (*rolling(images, 2), budget)


async def _node_port_taken(stage: Stage, pilot: Cockpit) -> None:
    """A Service in a namespace that the cockpit does not look into has the port; only the API server knows."""
    await _canary(stage, pilot, IMAGES)
    elsewhere = f"{stage.namespace}-elsewhere"
    await stage.make_namespace(elsewhere)
    port = {"port": 80, "targetPort": 80, "nodePort": TAKEN}
    await stage.apply(service("other", {"app": "other"}, type="NodePort", ports=[port]), namespace=elsewhere)


async def _canary_ready(_: Stage, pilot: Cockpit) -> None:
    def ready() -> bool:
        return any(version.name == "v2" and version.counts.ready for version in pilot.release("web-v1").versions)

    await pilot.until(ready, "the canary is not ready")


def _sick_green(images: Images) -> tuple[Manifest, ...]:
    """Green is ready and its application fails: on a real cluster, by a page that is not there."""
    return blue_green(images, annotations={PREFIX + "health": "failing"})


GREEN: dict[str, object] = {"version": "green"}
SITUATIONS = (
    Situation(GuardId.TARGET_EMPTY, Outcome.BLOCK, "shop", Act.SWITCH, lambda images: blue_green(images, 2, 0), GREEN),
    Situation(
        GuardId.TARGET_SMALL,
        Outcome.BLOCK,
        "shop",
        Act.SWITCH,
        lambda images: blue_green(images, 3, 1),
        GREEN,
        overridable=True,
    ),
    Situation(
        GuardId.DEADLINE_EXCEEDED,
        Outcome.BLOCK,
        "shop",
        Act.SWITCH,
        _slow_green,
        GREEN,
        _deadline,
        settle=False,
    ),
    Situation(GuardId.ROLLED_AWAY, Outcome.BLOCK, "web", Act.UNDO, rolling, {}, _rolled_away),
    Situation(
        GuardId.SERVICE_EMPTIED, Outcome.BLOCK, "web", Act.SCALE, lambda images: rolling(images, 2), {"replicas": 0}
    ),
    Situation(GuardId.PIN_GONE, Outcome.BLOCK, "web", Act.UNDO, rolling, {}, _no_pods_of_the_pin),
    Situation(
        GuardId.AUTOSCALER,
        Outcome.BLOCK,
        "web",
        Act.SCALE,
        _scaled_by_load,
        {"replicas": 7},
        overridable=True,
    ),
    Situation(GuardId.DISRUPTION_BUDGET, Outcome.WARN, "web", Act.RESTART, _budgeted, {}, _budget_used_up),
    Situation(GuardId.ONE_REPLICA, Outcome.WARN, "web", Act.RESTART, lambda images: rolling(images, 1), {}),
    Situation(GuardId.FOREIGN_PODS, Outcome.BLOCK, "shop", Act.SWITCH, _with_a_stranger, GREEN),
    Situation(
        GuardId.STICKY_SESSIONS,
        Outcome.WARN,
        "shop",
        Act.SWITCH,
        lambda images: blue_green(images, sessionAffinity="ClientIP"),
        GREEN,
    ),
    Situation(
        GuardId.NOT_READY_PUBLISHED,
        Outcome.WARN,
        "shop",
        Act.SWITCH,
        lambda images: blue_green(images, publishNotReadyAddresses=True),
        GREEN,
    ),
    Situation(
        GuardId.HEADLESS,
        Outcome.WARN,
        "shop",
        Act.SWITCH,
        lambda images: blue_green(images, clusterIP="None"),
        GREEN,
    ),
    Situation(
        GuardId.POD_LOAD,
        Outcome.BLOCK,
        "web-v1",
        Act.WEIGHT,
        lambda images: weighted(images, 4, 1),
        {"shares": ("v2=90%",)},
        overridable=True,
    ),
    Situation(
        GuardId.ROUTE_BROKEN,
        Outcome.BLOCK,
        "web-v1",
        Act.WEIGHT,
        lambda images: weighted(images, 0, 1),
        {"shares": ("v2=50%",)},
        _canary_ready,
        settle=False,
    ),
    Situation(GuardId.NO_PRE_STOP, Outcome.WARN, "web", Act.RESTART, lambda images: rolling(images, 2), {}),
    Situation(GuardId.FIELD_OWNER, Outcome.WARN, "shop", Act.SWITCH, blue_green, GREEN, _owned_by_argo),
    Situation(
        GuardId.DRY_RUN,
        Outcome.BLOCK,
        "web",
        Act.ISOLATE,
        rolling,
        {"node_port": TAKEN},
        _node_port_taken,
    ),
    Situation(
        GuardId.HEALTH_CHECK,
        Outcome.BLOCK,
        "shop",
        Act.SWITCH,
        _sick_green,
        {**GREEN, "check": "/no-such-page"},
    ),
)
