"""Objects that a real control plane wrote, read as releases."""

from __future__ import annotations

import json
from pathlib import Path

from cockpit.release.view import PodState, ReleaseView, State, Strategy
from tests.release.world import World

DATA = Path(__file__).parent / "data"
NO_PODS = frozenset({"pods"})


def recorded(story: str, moment: str) -> World:
    world = World()
    for entry in json.loads((DATA / f"{story}.json").read_text(encoding="utf-8"))["moments"][moment]:
        world.put(entry)
    return world


def splits(release: ReleaseView) -> dict[str, object]:
    return {service.name: service.split for service in release.services or ()}


def test_both_versions_are_behind_the_service_before_the_pin() -> None:
    release = recorded("isolate", "both behind one Service").release(unreadable=NO_PODS)
    assert [version.name for version in release.versions] == ["1.14", "1.20.1"]
    assert splits(release) == {"nginx01": {"1.14": 0.8, "1.20.1": 0.2}}
    assert release.state is State.UNKNOWN
    assert release.versions[1].paused


def test_each_version_has_a_service_of_its_own_once_isolated() -> None:
    release = recorded("isolate", "isolated").release(unreadable=NO_PODS)
    assert release.strategy is Strategy.ISOLATED_CANARY
    assert splits(release) == {"nginx01": {"1.14": 1.0}, "nginx01-canary": {"1.20.1": 1.0}}


def test_resuming_with_the_pin_on_leaves_the_front_door_shut() -> None:
    release = recorded("isolate", "resumed with the pin on").release()
    assert splits(release) == {"nginx01": None, "nginx01-canary": {"1.20.1": 1.0}}
    assert release.state is State.OUTAGE
    assert "pinned to hash 8cbccbcd5" in release.reason


def test_unpinning_brings_the_front_door_back() -> None:
    release = recorded("isolate", "unpinned").release()
    assert splits(release)["nginx01"] == {"1.20.1": 1.0}
    assert release.state is State.STEADY


def test_a_crash_loop_past_its_deadline_is_stuck_and_says_why() -> None:
    release = recorded("failing", "crash loop").release()
    assert release.state is State.STUCK
    assert "Deployment/web made no progress for 6 s: 2 CrashLoopBackOff" in release.reason
    assert [version.counts.failing for version in release.versions] == [0, 2]


def test_an_image_that_cannot_be_pulled_is_stuck_and_says_why() -> None:
    release = recorded("failing", "image pull failure").release()
    assert release.state is State.STUCK
    assert "2 ImagePullBackOff" in release.reason
    failing = [pod for version in release.versions for pod in version.pods or () if pod.state is PodState.FAILING]
    assert {pod.reason for pod in failing} == {"ImagePullBackOff"}
