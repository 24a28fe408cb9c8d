"""What becomes of pods: start, readiness, failures with their back-off, and the way to their end."""

from __future__ import annotations

import itertools

import pytest

from cockpit.training.api.kinds import DEPLOYMENT, EVENT, POD
from cockpit.training.api.store import Change
from cockpit.training.cluster import Cluster
from cockpit.training.controllers.pods import is_ready
from cockpit.training.controllers.probes import pre_stop_seconds, ready_at, unready_after
from cockpit.training.objects import Json, name_of, uid_of
from tests.training.steps import SPACE, deployment, messages, pods, quiet_cluster

_PREFIX = "training.cockpit.dev/"


def started(replicas: int = 1, probe: Json | None = None, spec: Json | None = None, **settings: str) -> Cluster:
    """Return a cluster that has just got a Deployment whose pods behave by some settings (_ for -)."""
    cluster = quiet_cluster()
    manifest = deployment(replicas=replicas)
    template = manifest["spec"]["template"]
    template["metadata"]["annotations"] = {
        f"{_PREFIX}{name.replace('_', '-')}": value for name, value in settings.items()
    }
    template["spec"] |= spec or {}
    if probe is not None:
        template["spec"]["containers"][0]["readinessProbe"] = {"httpGet": {"path": "/", "port": 80}, **probe}
    cluster.registry.create(DEPLOYMENT, SPACE, manifest)
    return cluster


def changes_of_readiness(cluster: Cluster) -> list[tuple[float, bool]]:
    """Note when the first pod becomes ready and unready from now on, in seconds from now."""
    found: list[tuple[float, bool]] = []
    begun = cluster.clock.now

    def look(change: Change) -> None:
        if change.kind is POD and is_ready(change.object) != (bool(found) and found[-1][1]):
            found.append((round(cluster.clock.now - begun, 1), is_ready(change.object)))

    cluster.store.subscribe(look)
    return found


def waiting(cluster: Cluster) -> str:
    (pod,) = pods(cluster)
    state = pod["status"]["containerStatuses"][0]["state"]
    return str((state.get("waiting") or {}).get("reason", next(iter(state))))


def test_readiness_flaps_after_its_probe_has_failed_often_enough() -> None:
    cluster = started(
        probe={"periodSeconds": 2, "failureThreshold": 3}, start_after="1", ready_after="1", flap_every="20"
    )
    found = changes_of_readiness(cluster)
    cluster.clock.step(75)
    ready = found[0][0]
    assert [(round(when - ready), value) for when, value in found] == [
        (0, True),
        (26, False),
        (36, True),
        (62, False),
        (72, True),
    ]
    assert set(messages(cluster, "Unhealthy")) == {"Readiness probe failed: HTTP probe failed with statuscode: 503"}


def test_a_container_that_answers_late_is_ready_at_its_next_probe() -> None:
    cluster = started(probe={"initialDelaySeconds": 3, "periodSeconds": 10}, start_after="1", well_after="14")
    found = changes_of_readiness(cluster)
    cluster.clock.step(60)
    ((ready, _),) = found
    assert 24 <= ready <= 24.5  # bound and pulled after about a second, then probed at 3, 13 and 23


@pytest.mark.parametrize(
    ("probe", "well_after", "expected"),
    [
        (None, 4.0, 4.0),
        ({"initialDelaySeconds": 5, "periodSeconds": 10}, 0.0, 5.0),
        ({"initialDelaySeconds": 5, "periodSeconds": 10}, 5.5, 15.0),
        ({"periodSeconds": 2, "successThreshold": 3}, 0.0, 4.0),
    ],
)
def test_a_probe_decides_when_a_container_is_ready(probe: Json | None, well_after: float, expected: float) -> None:
    assert ready_at(probe, well_after) == expected


def test_a_probe_has_to_fail_as_often_as_its_threshold_says() -> None:
    assert unready_after({"periodSeconds": 5, "failureThreshold": 2}) == 10.0
    assert unready_after({}) == 30.0
    assert unready_after(None) == 0.0


def test_a_pod_whose_secret_is_missing_waits_for_it() -> None:
    cluster = started(fail="config-error")
    cluster.clock.step(60)
    assert waiting(cluster) == "CreateContainerConfigError"
    assert messages(cluster, "Failed") == ['Error: secret "app-config" not found']
    (event,) = (event for event in cluster.store.items(EVENT, SPACE) if event["reason"] == "Failed")
    assert event["count"] > 3
    assert pods(cluster)[0]["status"]["phase"] == "Pending"


def test_an_image_that_cannot_be_pulled_is_tried_again_less_and_less_often() -> None:
    cluster = started(fail="image-pull")
    tried: list[float] = []
    cluster.store.subscribe(
        lambda change: (
            tried.append(cluster.clock.now)
            if change.kind is EVENT and change.object["message"] == "Error: ErrImagePull"
            else None
        )
    )
    cluster.clock.step(1500)
    waits = [round(after - before) for before, after in itertools.pairwise(tried)]
    assert [wait // 10 for wait in waits[:7]] == [1, 2, 4, 8, 16, 30, 30]


def test_a_crash_loop_doubles_its_back_off_up_to_five_minutes() -> None:
    cluster = started(fail="crash-loop")
    cluster.clock.step(3000)
    (pod,) = pods(cluster)
    assert pod["status"]["containerStatuses"][0]["restartCount"] >= 9
    said = list(_waiting_messages(cluster))
    assert said[-1].startswith("back-off 5m0s restarting failed container=app")


def _waiting_messages(cluster: Cluster) -> list[str]:
    found = []
    for change in cluster.store.changes_since(POD, 1):
        state = (change.object["status"].get("containerStatuses") or [{}])[0].get("state") or {}
        if "CrashLoopBackOff" in str(state.get("waiting")):
            found.append(str(state["waiting"]["message"]))
    return found


@pytest.mark.parametrize(
    ("hook", "seconds"),
    [
        ({"sleep": {"seconds": 12}}, 12.0),
        ({"exec": {"command": ["sleep", "7"]}}, 7.0),
        ({"exec": {"command": ["/bin/sh", "-c", "nginx -s quit; sleep 15"]}}, 15.0),
        ({"exec": {"command": ["true"]}}, 0.0),
        ({}, 0.0),
    ],
)
def test_a_hook_before_the_stop_sleeps(hook: Json, seconds: float) -> None:
    pod = {"spec": {"containers": [{"name": "app", "lifecycle": {"preStop": hook}}]}}
    assert pre_stop_seconds(pod) == seconds


@pytest.mark.parametrize(("grace", "expected"), [(60, 13.0), (5, 5.0)])
def test_a_pod_ends_after_its_hook_and_within_its_grace(grace: int, expected: float) -> None:
    hook = {"preStop": {"sleep": {"seconds": 12}}}
    container = {"name": "app", "image": "app:1", "lifecycle": hook}
    spec = {"containers": [container], "terminationGracePeriodSeconds": grace}
    cluster = started(spec=spec, stop_after="1")
    cluster.clock.step(30)
    (pod,) = pods(cluster)
    cluster.registry.delete(POD, SPACE, name_of(pod))
    cluster.clock.step(expected - 0.1)
    left = cluster.store.get(POD, SPACE, name_of(pod))
    assert left is not None
    assert uid_of(left) == uid_of(pod)
    assert is_ready(left)  # it still serves
    cluster.clock.step(0.2)
    assert cluster.store.get(POD, SPACE, name_of(pod)) is None


def test_a_broken_setting_is_as_good_as_none() -> None:
    cluster = started(flap_every="soon", well_after="nan", start_after="inf", cpu_idle="x")
    cluster.clock.step(30)
    assert is_ready(pods(cluster)[0])


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        ({}, "BestEffort"),
        ({"requests": {"cpu": "100m"}}, "Burstable"),
        ({"limits": {"cpu": "1", "memory": "1Gi"}}, "Guaranteed"),
        ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "100m"}}, "Burstable"),
    ],
)
def test_what_a_pod_asks_for_makes_its_class(resources: Json, expected: str) -> None:
    container = {"name": "app", "image": "app:1", "resources": resources}
    cluster = started(spec={"containers": [container]})
    cluster.clock.step(30)
    (pod,) = pods(cluster)
    assert pod["status"]["qosClass"] == expected
    if "limits" in resources:
        assert set(pod["spec"]["containers"][0]["resources"]["requests"]) == {"cpu", "memory"}


def test_ids_of_containers_and_images_differ_where_those_do() -> None:
    cluster = quiet_cluster()
    for name, image in (("one", "localhost:5000/app:1"), ("two", "localhost:5000/app:2"), ("same", "app:1")):
        cluster.registry.create(POD, SPACE, {"metadata": {"name": name}, "spec": {"containers": [
            {"name": "app", "image": image}]}})  # fmt: skip
    cluster.clock.step(30)
    statuses = [pod["status"]["containerStatuses"][0] for pod in cluster.store.items(POD, SPACE)]
    assert len({status["containerID"] for status in statuses}) == 3
    assert all(status["containerID"].startswith("training://") for status in statuses)
    assert len({status["imageID"] for status in statuses}) == 3
    assert sum(status["imageID"].startswith("localhost:5000/app@sha256:") for status in statuses) == 2


def test_an_image_of_a_host_that_cannot_exist_is_never_pulled() -> None:
    cluster = quiet_cluster()
    container = {"name": "app", "image": "registry.invalid/app:1"}
    cluster.registry.create(POD, SPACE, {"metadata": {"name": "one"}, "spec": {"containers": [container]}})
    cluster.clock.step(60)
    [status] = cluster.registry.get(POD, SPACE, "one")["status"]["containerStatuses"]
    assert status["state"]["waiting"]["reason"] in ("ErrImagePull", "ImagePullBackOff")
