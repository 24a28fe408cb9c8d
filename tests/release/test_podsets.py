"""States of pods."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from cockpit.release.podsets import failure_words, pod_view
from cockpit.release.view import PodState
from cockpit.resources.pods import Pod

NOT_READY = {"type": "Ready", "status": "False", "reason": "ContainersNotReady"}


def state_of(**status: Any) -> tuple[PodState, str]:  # noqa: ANN401 - pieces of raw JSON
    view = pod_view(msgspec.convert({"metadata": {"name": "web-1"}, "status": status}, Pod))
    return view.state, view.reason


def waiting(reason: str) -> dict[str, Any]:
    return {"name": "app", "state": {"waiting": {"reason": reason}}}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"conditions": [{"type": "Ready", "status": "True"}]}, (PodState.READY, "")),
        ({}, (PodState.STARTING, "")),
        ({"containerStatuses": [waiting("ContainerCreating")]}, (PodState.STARTING, "ContainerCreating")),
        ({"containerStatuses": [waiting("ImagePullBackOff")]}, (PodState.FAILING, "ImagePullBackOff")),
        ({"initContainerStatuses": [waiting("CrashLoopBackOff")]}, (PodState.FAILING, "CrashLoopBackOff")),
        ({"containerStatuses": [waiting("SomethingNew")]}, (PodState.FAILING, "SomethingNew")),
        ({"phase": "Failed", "reason": "Evicted"}, (PodState.FINISHED, "Evicted")),
        ({"phase": "Succeeded"}, (PodState.FINISHED, "Completed")),
        (
            {"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable"}]},
            (PodState.FAILING, "Unschedulable"),
        ),
        (
            {"containerStatuses": [{"name": "app", "state": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]},
            (PodState.FAILING, "OOMKilled"),
        ),
        (
            {
                "conditions": [NOT_READY],
                "containerStatuses": [
                    {
                        "name": "app",
                        "restartCount": 3,
                        "state": {"running": {}},
                        "lastState": {"terminated": {"exitCode": 1}},
                    }
                ],
            },
            (PodState.FAILING, "restarted after a crash"),
        ),
    ],
)
def test_a_pods_state_is_read_from_what_its_containers_say(
    status: dict[str, Any], expected: tuple[PodState, str]
) -> None:
    assert state_of(**status) == expected


@pytest.mark.parametrize(
    ("turned_unready", "expected"),
    [
        ("2026-11-21T09:00:00Z", (PodState.STARTING, "ContainersNotReady")),
        ("2026-11-21T09:30:00Z", (PodState.FAILING, "stopped being ready")),
    ],
)
def test_a_pod_that_was_ready_once_fails_while_one_that_never_was_still_starts(
    turned_unready: str, expected: tuple[PodState, str]
) -> None:
    running = {"name": "app", "state": {"running": {"startedAt": "2026-11-21T09:00:05Z"}}}
    condition = {**NOT_READY, "lastTransitionTime": turned_unready}
    assert state_of(phase="Running", conditions=[condition], containerStatuses=[running]) == expected


def test_a_pod_that_is_being_deleted_is_terminating_whatever_else_it_is() -> None:
    pod = msgspec.convert(
        {"metadata": {"name": "web-1", "deletionTimestamp": "2026-11-21T09:00:00Z"}, "status": {"phase": "Failed"}}, Pod
    )
    assert pod_view(pod).state is PodState.TERMINATING


def test_failures_are_put_in_words_the_commonest_first() -> None:
    pods = [
        pod_view(msgspec.convert({"status": {"containerStatuses": [waiting(reason)]}}, Pod))
        for reason in ("ErrImagePull", "CrashLoopBackOff", "CrashLoopBackOff")
    ]
    assert failure_words(pods) == "2 CrashLoopBackOff, 1 ErrImagePull"
