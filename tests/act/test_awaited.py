"""What a plan waits for, in words."""

from __future__ import annotations

import pytest

from cockpit.actions.awaited import awaited
from cockpit.actions.conditions import (
    AnyCondition,
    EndpointsOnly,
    EndpointsReady,
    Paused,
    PodReplaced,
    PodsGone,
    PodsReady,
    Replicas,
    RolledOut,
    ServiceExists,
)
from tests.act.fakes import GREEN, SUBJECT


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (EndpointsReady("shop", 3), "shop has 3 ready endpoints or more"),
        (EndpointsReady("shop", 3, GREEN.workload, GREEN.hash), "shop has 3 ready endpoints of green or more"),
        (EndpointsOnly("shop", GREEN.workload, GREEN.hash), "every endpoint of shop is of green, and one is ready"),
        (PodsReady(GREEN.workload, GREEN.hash, 2), "green has 2 ready pods or more"),
        (PodsGone("Deployment/old", "abc"), "no pod of Deployment/old (abc) is left"),
        (Replicas("Deployment/shop", 2), "Deployment/shop has 2 ready pods, and no others"),
        (RolledOut("Deployment/shop"), "every pod of Deployment/shop is of the new template, and ready"),
        (Paused("Deployment/shop", True), "Deployment/shop is paused"),
        (ServiceExists("shop-canary", False), "Service/shop-canary is gone"),
        (PodReplaced("shop-1", "uid"), "Pod/shop-1 is gone"),
    ],
)
def test_every_condition_has_words_with_the_names_of_versions(condition: AnyCondition, words: str) -> None:
    assert awaited(condition, SUBJECT.view) == words


def test_without_a_picture_a_version_goes_by_workload_and_hash() -> None:
    words = awaited(PodsReady("Deployment/shop", "abc", 2), None)
    assert words == "Deployment/shop (abc) has 2 ready pods or more"
