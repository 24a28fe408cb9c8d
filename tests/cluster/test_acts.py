"""Every act end to end: planned, examined, run, seen in the picture, and taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.plan import Plan
from cockpit.release.view import PodState, ReleaseView
from cockpit.resources.kinds import DEPLOYMENT, SERVICE
from tests.cluster.conftest import Play
from tests.cluster.drive import Cockpit, cockpit
from tests.cluster.hands import set_image
from tests.cluster.looks import images_of, replicas_of, selector_of, split_of
from tests.cluster.stage import Stage
from tests.cluster.worlds import MISSING_IMAGE, Images, blue_green, rolling

At = Callable[[Stage, Cockpit], Awaitable[None]]


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def test_pause_and_resume_move_one_flag_and_undo_brings_it_back(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("web")
            await pilot.act("web", Act.PAUSE)
            assert (await stage.read(DEPLOYMENT, "web"))["spec"]["paused"] is True
            assert pilot.release("web").versions[0].paused
            await pilot.act("web", Act.RESUME)
            assert "paused" not in (await stage.read(DEPLOYMENT, "web"))["spec"]
            await pilot.take_back("web")
            assert (await stage.read(DEPLOYMENT, "web"))["spec"]["paused"] is True

    play(story, *rolling(images, 2))


def test_scale_is_seen_pod_by_pod_and_undone(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("web")
            progress = await pilot.act("web", Act.SCALE, replicas=4)
            assert [move.joined for move in progress.moves] == [True, True]
            assert replicas_of(pilot.release("web")) == [4]
            await pilot.take_back("web")
            await pilot.until(lambda: replicas_of(pilot.release("web")) == [2], "still scaled")

    play(story, *rolling(images, 2))


def test_restart_replaces_every_pod(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            before = _pods(await pilot.until_steady("web"))
            await pilot.act("web", Act.RESTART)
            assert not before & _pods(pilot.release("web"))

    play(story, *rolling(images, 2))


def _pods(release: ReleaseView) -> set[str]:
    pods = (pod for version in release.versions for pod in version.pods or ())
    return {pod.uid for pod in pods if pod.state is not PodState.TERMINATING}


def test_a_new_image_rolls_out_says_why_and_is_undone(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("web")
            await pilot.act("web", Act.SET_IMAGE, images=(images.new,), reason="the new basket")
            assert images_of(pilot.release("web")) == {images.new}
            annotations = (await stage.read(DEPLOYMENT, "web"))["metadata"]["annotations"]
            assert "the new basket" in annotations["kubernetes.io/change-cause"]
            await pilot.take_back("web")
            assert images_of(pilot.release("web")) == {images.old}

    play(story, *rolling(images, 2))


def test_a_tag_alone_keeps_registry_and_repository(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("web")
            plan = await pilot.plan("web", Act.SET_IMAGE, images=("9.9",))
            written = [str(field.after) for field in plan.changes[0].fields if field.path[-1] == "image"]
            assert written == [images.old.rpartition(":")[0] + ":9.9"]

    play(story, *rolling(images, 2))


def test_a_rollout_that_is_through_is_rolled_back_to_the_revision_before(
    play: Play, images: Images, journal: Path
) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("web")
            await set_image(stage, "web", images.new)
            await pilot.until(lambda: images_of(pilot.release("web")) == {images.new}, "not rolled out")
            await pilot.until_steady("web")
            await pilot.act("web", Act.ROLLBACK, revision=1)
            assert images_of(pilot.release("web")) == {images.old}
            await pilot.take_back("web")
            await pilot.until(lambda: images_of(pilot.release("web")) == {images.new}, "not undone")

    play(story, *rolling(images, 2))


def test_switch_moves_one_key_of_the_selector_and_nothing_else(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("shop")
            before = (await stage.read(SERVICE, "shop"))["spec"]
            progress = await pilot.act("shop", Act.SWITCH, version="green")
            after = (await stage.read(SERVICE, "shop"))["spec"]
            assert after == {**before, "selector": {"app": "shop", "version": "green"}}
            assert split_of(pilot.release("shop"), "shop") == {"green": 1.0}
            assert sorted(move.joined for move in progress.moves) == [False, False, True, True]
            assert progress.agreed_milliseconds is not None
            await pilot.take_back("shop")
            assert (await stage.read(SERVICE, "shop"))["spec"] == before

    play(story, *blue_green(images, type="NodePort"))


def test_promote_and_rollback_of_a_blue_green_release_are_switches(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("shop")
            await pilot.act("shop", Act.PROMOTE)
            assert selector_of(pilot.release("shop"), "shop")["version"] == "green"
            await pilot.act("shop", Act.ROLLBACK)
            assert selector_of(pilot.release("shop"), "shop")["version"] == "blue"

    play(story, *blue_green(images))


def test_promote_scales_up_first_when_the_target_would_carry_more_than_it_has_pods_for(
    play: Play, images: Images, journal: Path
) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("shop")
            plan = await pilot.plan("shop", Act.PROMOTE)
            assert [change.object.short for change in plan.changes] == ["Deployment/shop-green", "Service/shop"]
            await pilot.act("shop", Act.PROMOTE)
            assert len(_endpoints(pilot.release("shop"))) == 3

    play(story, *blue_green(images, blue=3, green=1))


def _endpoints(release: ReleaseView) -> list[str]:
    return [one.address for service in release.services or () for one in service.endpoints or () if one.ready]


def test_last_good_brings_back_the_traffic_that_held(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("shop")
            assert Act.LAST_GOOD.value in pilot.runner.unavailable(pilot.subject("shop"))
            await stage.wait(65)
            await pilot.act("shop", Act.SWITCH, version="green")
            await pilot.act("shop", Act.SCALE, version="blue", replicas=3)
            await pilot.act("shop", Act.LAST_GOOD)
            assert split_of(pilot.release("shop"), "shop") == {"blue": 1.0}
            await pilot.until(lambda: replicas_of(pilot.release("shop")) == [2, 2], "still three")

    play(story, *blue_green(images))


def test_clean_up_takes_the_version_that_no_longer_serves(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("shop")
            await pilot.act("shop", Act.SWITCH, version="green")
            await pilot.act("shop", Act.CLEANUP)
            await pilot.until(lambda: _serving(pilot.release("shop")) == ["green"], "blue is still there")
            await pilot.take_back("shop")
            await pilot.until(lambda: sorted(_serving(pilot.release("shop"))) == ["blue", "green"], "blue is gone")

    play(story, *blue_green(images))


def _serving(release: ReleaseView) -> list[str]:
    return [version.name for version in release.versions if version.counts.ready]


def test_a_failing_pod_is_deleted_and_replaced(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("web")
            await set_image(stage, "web", MISSING_IMAGE)
            await pilot.until(lambda: _failing(pilot.release("web")), "nothing fails")
            pod = _failing(pilot.release("web"))[0]
            await pilot.act("web", Act.DELETE_POD, pod=pod)
            await pilot.until(lambda: pod not in _failing(pilot.release("web")), "it is still there")

    play(story, *rolling(images, 2))


def _failing(release: ReleaseView) -> list[str]:
    pods = (pod for version in release.versions for pod in version.pods or ())
    return [pod.name for pod in pods if pod.state is PodState.FAILING]


def test_every_plan_that_was_made_says_what_undoes_it(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        async with cockpit(stage, journal) as pilot:
            await pilot.until_steady("shop")
            plans: list[Plan] = [
                await pilot.plan("shop", Act.SWITCH, version="green"),
                await pilot.plan("shop", Act.SCALE, version="green", replicas=5),
                await pilot.plan("shop", Act.PAUSE, version="green"),
            ]
            for plan in plans:
                assert not any(change.final for change in plan.changes)
                assert plan.title
                assert plan.why

    play(story, *blue_green(images))
