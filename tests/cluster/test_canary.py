"""A canary by pausing: isolated, promoted, rolled back, resumed with a pin on; and the scenario of it whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from cockpit.actions.acts import Act
from cockpit.release.view import ReleaseView, State, Strategy
from cockpit.resources.kinds import DEPLOYMENT, SERVICE
from tests.cluster.conftest import Play
from tests.cluster.drive import Cockpit, cockpit
from tests.cluster.hands import pause_at_canary, pin
from tests.cluster.looks import addresses, canary_waits, images_of, selector_of, split_of
from tests.cluster.stage import Stage
from tests.cluster.worlds import Images, deployment, rolling, service

At = Callable[[Stage, Cockpit], Awaitable[None]]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


async def at_canary(stage: Stage, pilot: Cockpit, images: Images) -> ReleaseView:
    """Roll Deployment web forward, and pause with pods of both versions."""
    await pilot.until_steady("web")
    await pause_at_canary(stage, "web", images.new)
    await pilot.until(lambda: canary_waits(pilot.find("web")), "no canary")
    await pilot.until(lambda: len(split_of(pilot.release("web"), "web")) == 2, "not both behind it")
    return pilot.release("web")


def test_a_paused_rollout_is_rolled_back_while_it_is_paused(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await at_canary(stage, pilot, images)
            await pilot.act("web", Act.ROLLBACK)
            await pilot.until_steady("web")
            assert images_of(pilot.release("web")) == {images.old}
            assert "paused" not in (await stage.read(DEPLOYMENT, "web"))["spec"]

    play(story, *rolling(images))


def test_isolate_gives_each_version_its_own_port_and_one_undo_takes_both_back(
    play: Play, images: Images, journal: Path
) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await at_canary(stage, pilot, images)
            before = (await stage.read(SERVICE, "web"))["spec"]
            progress = await pilot.act("web", Act.ISOLATE)
            assert len(progress.plan.effects) >= 2
            release = pilot.release("web")
            assert release.strategy is Strategy.ISOLATED_CANARY
            stable = (await stage.read(SERVICE, "web"))["spec"]
            canary = (await stage.read(SERVICE, "web-canary"))["spec"]
            assert stable["ports"] == before["ports"]
            assert stable["clusterIP"] == before["clusterIP"] != canary["clusterIP"]
            assert canary["ports"][0]["nodePort"] != before["ports"][0]["nodePort"]
            assert len(split_of(release, "web")) == len(split_of(release, "web-canary")) == 1
            assert split_of(release, "web") != split_of(release, "web-canary")
            await pilot.take_back("web")
            assert (await stage.read(SERVICE, "web"))["spec"] == before
            assert [one["metadata"]["name"] for one in await stage.list(SERVICE)] == ["web"]

    play(story, *rolling(images))


def test_an_isolated_canary_is_promoted_without_an_empty_moment(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await at_canary(stage, pilot, images)
            await pilot.act("web", Act.ISOLATE)
            empty: list[str] = []
            pilot.feed.subscribe(
                lambda picture: empty.extend(
                    service.name
                    for release in picture.releases
                    for service in release.services or ()
                    if service.name == "web" and not any(one.ready for one in service.endpoints or ())
                )
            )
            await pilot.act("web", Act.PROMOTE)
            await pilot.until_steady("web")
            assert empty == []
            assert images_of(pilot.release("web")) == {images.new}
            assert "pod-template-hash" not in selector_of(pilot.release("web"), "web")

    play(story, *rolling(images))


def test_unisolate_leaves_one_service_for_both_versions(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await at_canary(stage, pilot, images)
            await pilot.act("web", Act.ISOLATE)
            await pilot.act("web", Act.UNISOLATE)
            assert [one["metadata"]["name"] for one in await stage.list(SERVICE)] == ["web"]
            assert len(split_of(pilot.release("web"), "web")) == 2
            await pilot.take_back("web")
            assert len(split_of(pilot.release("web"), "web")) == 1

    play(story, *rolling(images))


def test_resume_with_a_pin_on_never_leaves_the_service_without_an_endpoint(
    play: Play, images: Images, journal: Path
) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pin(stage, await at_canary(stage, pilot, images), "web")
            await pilot.until(lambda: "pod-template-hash" in selector_of(pilot.release("web"), "web"), "no pin")
            states: list[State] = []
            pilot.feed.subscribe(lambda picture: states.extend(one.state for one in picture.releases))
            await pilot.act("web", Act.RESUME)
            await pilot.until_steady("web")
            assert State.OUTAGE not in states
            assert images_of(pilot.release("web")) == {images.new}

    play(story, *rolling(images))


def test_the_scenario_pause_and_isolate_whole_with_going_back(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("nginx01")
            before = (await stage.read(SERVICE, "nginx01"))["spec"]
            await pilot.act("nginx01", Act.SET_IMAGE, images=(images.new,))
            await pilot.take_back("nginx01")
            await pilot.until_steady("nginx01")
            await pause_at_canary(stage, "nginx01", images.new)
            await pilot.until(lambda: canary_waits(pilot.find("nginx01")), "no canary")
            await pilot.until(lambda: len(split_of(pilot.release("nginx01"), "nginx01")) == 2, "not both behind it")
            await pilot.act("nginx01", Act.ISOLATE)
            reached = addresses(pilot.release("nginx01"))
            assert reached["nginx01"].port == before["ports"][0]["nodePort"]
            assert reached["nginx01"].images == {images.old}
            assert reached["nginx01-canary"].images == {images.new}
            assert reached["nginx01-canary"].port not in {None, reached["nginx01"].port}
            await pilot.act("nginx01", Act.UNISOLATE)
            assert (await stage.read(SERVICE, "nginx01"))["spec"] == before
            await pilot.act("nginx01", Act.ROLLBACK)
            await pilot.until_steady("nginx01")
            assert images_of(pilot.release("nginx01")) == {images.old}

    labels = {"app": "nginx01"}
    port = {"port": 80, "targetPort": 80, "nodePort": 32428}
    play(
        story,
        deployment("nginx01", labels, images.old, 4),
        service("nginx01", labels, type="NodePort", ports=[port]),
    )
