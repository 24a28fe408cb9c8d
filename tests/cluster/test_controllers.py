"""What the controllers do to a release: the same on the embedded cluster as on any other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from cockpit.resources.kinds import DEPLOYMENT, ENDPOINT_SLICE, EVENT, POD, REPLICA_SET
from cockpit.training.objects import Json, condition_of, is_deleting, is_true, labels_of, name_of
from tests.cluster.conftest import Play
from tests.cluster.hands import pause, set_image
from tests.cluster.stage import Stage
from tests.cluster.worlds import MISSING_IMAGE, Images, deployment, rolling

REVISION = "deployment.kubernetes.io/revision"


def complete(stage: Stage, name: str, replicas: int) -> Callable[[], Awaitable[bool]]:
    """Return what tells whether a rollout is over, by the rules of `kubectl rollout status`."""

    async def is_complete() -> bool:
        found = await stage.read(DEPLOYMENT, name)
        status = found["status"]
        counts = [status.get(field, 0) for field in ("replicas", "updatedReplicas", "availableReplicas")]
        return status.get("observedGeneration") == found["metadata"]["generation"] and counts == [replicas] * 3

    return is_complete


async def rolled_out(stage: Stage, name: str = "web", replicas: int = 2) -> Json:
    """Wait until a rollout is over, and return the Deployment."""
    await stage.until(complete(stage, name, replicas), f"{name} never rolled out")
    return await stage.read(DEPLOYMENT, name)


async def sets(stage: Stage) -> dict[str, Json]:
    """Return the ReplicaSets by the image of their pods."""
    found = await stage.list(REPLICA_SET)
    return {one["spec"]["template"]["spec"]["containers"][0]["image"]: one for one in found}


def living(pods: Sequence[Json]) -> list[Json]:
    return [pod for pod in pods if not is_deleting(pod)]


def image_of(pod: Json) -> str:
    return str(pod["spec"]["containers"][0]["image"])


def test_a_rolling_update_keeps_its_bounds_at_every_look(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        await rolled_out(stage, replicas=4)
        await set_image(stage, "web", images.new)
        over = complete(stage, "web", 4)
        while not await over():
            pods = living(await stage.list(POD))
            assert len(pods) <= 5  # four, and one more at a time
            assert sum(is_true(pod, "Ready") for pod in pods) >= 3  # one may be missing
            await stage.wait(0.2)
        assert {image_of(pod) for pod in living(await stage.list(POD))} == {images.new}

    play(story, *rolling(images, 4, strategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}))


def test_recreate_never_runs_two_versions_at_once(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        await rolled_out(stage)
        await set_image(stage, "web", images.new)
        over = complete(stage, "web", 2)
        while not await over():
            assert len({image_of(pod) for pod in await stage.list(POD)}) <= 1
            await stage.wait(0.2)

    play(story, *rolling(images, 2, strategy={"type": "Recreate"}))


def test_an_image_that_comes_back_gets_its_replica_set_and_a_new_revision(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        first = await rolled_out(stage)
        before = (await sets(stage))[images.old]
        assert first["metadata"]["annotations"][REVISION] == "1"
        await set_image(stage, "web", images.new)
        await rolled_out(stage)
        await set_image(stage, "web", images.old)
        last = await rolled_out(stage)
        found = await sets(stage)
        assert last["metadata"]["annotations"][REVISION] == "3"
        assert {image: one["metadata"]["annotations"][REVISION] for image, one in found.items()} == {
            images.old: "3",
            images.new: "2",
        }
        assert name_of(found[images.old]) == name_of(before)
        assert {image: one["status"].get("replicas", 0) for image, one in found.items()} == {
            images.old: 2,
            images.new: 0,
        }

    play(story, *rolling(images, 2))


def test_what_is_paused_takes_a_new_image_and_waits(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        await rolled_out(stage)
        await pause(stage, "web")
        await set_image(stage, "web", images.new)

        async def seen() -> bool:
            found = await stage.read(DEPLOYMENT, "web")
            return bool(found["status"]["observedGeneration"] == found["metadata"]["generation"])

        await stage.until(seen, "the controller never saw it")
        condition = condition_of(await stage.read(DEPLOYMENT, "web"), "Progressing")
        assert condition is not None
        assert (condition["status"], condition["reason"]) == ("Unknown", "DeploymentPaused")
        assert {image_of(pod) for pod in await stage.list(POD)} == {images.old}
        await pause(stage, "web", paused=False)
        await rolled_out(stage)
        assert {image_of(pod) for pod in living(await stage.list(POD))} == {images.new}

    play(story, *rolling(images, 2))


def test_an_image_that_cannot_be_pulled_stops_the_rollout_and_leaves_the_old_pods(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        await rolled_out(stage)
        await set_image(stage, "web", MISSING_IMAGE)

        async def stuck() -> bool:
            condition = condition_of(await stage.read(DEPLOYMENT, "web"), "Progressing") or {}
            return (condition.get("status"), condition.get("reason")) == ("False", "ProgressDeadlineExceeded")

        await stage.until(stuck, "its deadline never passed")
        pods = living(await stage.list(POD))
        assert {image_of(pod) for pod in pods if is_true(pod, "Ready")} == {images.old}
        waiting = [pod["status"]["containerStatuses"][0]["state"] for pod in pods if image_of(pod) == MISSING_IMAGE]
        assert {state["waiting"]["reason"] for state in waiting} <= {"ErrImagePull", "ImagePullBackOff"}
        assert waiting
        reasons = {event["reason"] for event in await stage.list(EVENT)}
        assert {"Failed", "Pulling", "ScalingReplicaSet", "SuccessfulCreate"} <= reasons

    play(story, *rolling(images, 2, progressDeadlineSeconds=10))


def test_endpoints_follow_the_pods(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        await rolled_out(stage)

        async def addresses() -> set[str]:
            slices = [
                one
                for one in await stage.list(ENDPOINT_SLICE)
                if labels_of(one).get("kubernetes.io/service-name") == "web"
            ]
            entries = [entry for one in slices for entry in one.get("endpoints") or ()]
            return {entry["addresses"][0] for entry in entries if entry["conditions"]["ready"]}

        async def agree() -> bool:
            pods = living(await stage.list(POD))
            return await addresses() == {pod["status"]["podIP"] for pod in pods if is_true(pod, "Ready")}

        await stage.until(agree, "the slices never had the two pods")
        assert len(await addresses()) == 2
        await stage.patch(DEPLOYMENT, "web", {"spec": {"replicas": 0}})

        async def empty() -> bool:
            return not await addresses()

        await stage.until(empty, "the slices kept what is gone")

    play(story, *rolling(images, 2))


def test_min_ready_seconds_hold_a_pod_back_from_being_available(play: Play, images: Images) -> None:
    async def story(stage: Stage) -> None:
        seen: set[tuple[int, int]] = set()
        over = complete(stage, "slow", 1)
        while not await over():
            status = (await stage.read(DEPLOYMENT, "slow")).get("status") or {}
            seen.add((status.get("readyReplicas", 0), status.get("availableReplicas", 0)))
            await stage.wait(0.2)
        assert (1, 0) in seen

    play(story, deployment("slow", {"app": "slow"}, images.old, 1, minReadySeconds=5))
