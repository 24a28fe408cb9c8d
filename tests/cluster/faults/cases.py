"""What is spoilt: each kind of plan with the release that it is made on, and how the release got there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from cockpit.actions.acts import Act
from cockpit.release.view import PodState, State
from tests.cluster.drive import Cockpit
from tests.cluster.faults.asked import Nature
from tests.cluster.faults.fault import Fault
from tests.cluster.faults.proxy import FaultProxy
from tests.cluster.hands import pause_at_canary, pin, set_image
from tests.cluster.stage import Stage
from tests.cluster.worlds import MISSING_IMAGE, Images, Manifest, blue_green, rolling

IMAGES = Images()


@dataclass(frozen=True)
class Spot:
    """One namespace in which a release is prepared, by a cockpit that nothing goes wrong for."""

    stage: Stage
    cockpit: Cockpit
    proxy: FaultProxy
    namespace: str


Prepare = Callable[[Spot], Awaitable[None]]
Details = Callable[[Spot], Mapping[str, object]]


@dataclass(frozen=True)
class Case:
    """One kind of plan. `details` are those of the request; `final` says that some of it cannot be taken back.

    `one_way` says that pods are gone when it is through, so that a rollback leads back and not an undo.
    """

    name: str
    act: Act
    release: str
    manifests: tuple[Manifest, ...]
    prepare: Prepare
    details: Details = field(default=lambda _: {})
    final: bool = False
    one_way: bool = False


def _release_of(spot: Spot) -> str:
    return next(release.name for release in spot.cockpit.feed.picture.releases if release.namespace == spot.namespace)


async def _seen(spot: Spot) -> None:
    """Wait until the release is in the picture and steady."""
    feed = spot.cockpit.feed

    def there() -> bool:
        return any(
            release.namespace == spot.namespace and release.state is State.STEADY for release in feed.picture.releases
        )

    await spot.cockpit.until(there, f"nothing steady in {spot.namespace}")


async def _paused(spot: Spot) -> None:
    """A rollout that waits with pods of both versions."""
    await _seen(spot)
    await pause_at_canary(spot.stage, "web", IMAGES.new, spot.namespace)
    await spot.cockpit.until(
        lambda: (
            (web := spot.cockpit.find("web", spot.namespace)) is not None
            and web.state is State.PAUSED
            and len(web.versions) == 2
            and all(version.counts.ready for version in web.versions)
        ),
        "no canary",
    )


async def _paused_and_pinned(spot: Spot) -> None:
    await _paused(spot)
    await pin(spot.stage, spot.cockpit.release("web", spot.namespace), "web")
    await spot.cockpit.until(
        lambda: "pod-template-hash" in _selector(spot, "web"),
        "no pin",
    )


def _selector(spot: Spot, service: str) -> Mapping[str, str]:
    release = spot.cockpit.release(_release_of(spot), spot.namespace)
    return next((one.selector for one in release.services or () if one.name == service), {})


def _after(before: Prepare, act: Act, release: str, **details: object) -> Prepare:
    """What our own cockpit did before."""

    async def prepared(spot: Spot) -> None:
        await before(spot)
        await spot.cockpit.act(release, act, spot.namespace, **details)

    return prepared


async def _for_a_minute(spot: Spot) -> None:
    await _seen(spot)
    await spot.stage.wait(65)


async def _failing_pod(spot: Spot) -> None:
    await _seen(spot)
    await set_image(spot.stage, "web", MISSING_IMAGE, spot.namespace)
    await spot.cockpit.until(lambda: _failing(spot), "no pod fails")


def _failing(spot: Spot) -> list[str]:
    release = spot.cockpit.find("web", spot.namespace)
    versions = release.versions if release else ()
    return [pod.name for version in versions for pod in version.pods or () if pod.state is PodState.FAILING]


async def _half_isolated(spot: Spot) -> None:
    """An act that broke down between its two changes."""
    await _paused(spot)
    spot.proxy.spoil = lambda asked: Fault.FORBIDDEN if (asked.nature, asked.method) == (Nature.WRITE, "POST") else None
    plan = await spot.cockpit.plan("web", Act.ISOLATE, spot.namespace)
    await spot.cockpit.run(plan)
    spot.proxy.spoil = lambda _: None


WEB = rolling(IMAGES, 2)
SHOP = blue_green(IMAGES)
_isolated = _after(_paused, Act.ISOLATE, "web")
_switched = _after(_for_a_minute, Act.SWITCH, "shop", version="green")

CASES = (
    Case("pause", Act.PAUSE, "web", WEB, _seen),
    Case("resume, pinned", Act.RESUME, "web", WEB, _paused_and_pinned, one_way=True),
    Case("restart", Act.RESTART, "web", WEB, _seen),
    Case("scale", Act.SCALE, "web", WEB, _seen, lambda _: {"replicas": 3}),
    Case("set-image", Act.SET_IMAGE, "web", WEB, _seen, lambda _: {"images": (IMAGES.new,)}),
    Case("promote, isolated", Act.PROMOTE, "web", WEB, _isolated, one_way=True),
    Case("promote, switched", Act.PROMOTE, "shop", SHOP, _seen),
    Case("rollback, paused", Act.ROLLBACK, "web", WEB, _paused),
    Case("rollback, switched", Act.ROLLBACK, "shop", SHOP, _switched),
    Case("switch", Act.SWITCH, "shop", SHOP, _seen, lambda _: {"version": "green"}),
    Case("isolate", Act.ISOLATE, "web", WEB, _paused),
    Case("unisolate", Act.UNISOLATE, "web", WEB, _isolated),
    Case("finish", Act.FINISH, "web", WEB, _half_isolated),
    Case("undo", Act.UNDO, "web", WEB, _isolated),
    Case("last-good", Act.LAST_GOOD, "shop", SHOP, _switched),
    Case("cleanup", Act.CLEANUP, "shop", SHOP, _switched),
    Case("delete-pod", Act.DELETE_POD, "web", WEB, _failing_pod, lambda spot: {"pod": _failing(spot)[0]}, final=True),
)
