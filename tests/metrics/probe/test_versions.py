"""What an application calls itself, found among the versions of a release."""

from __future__ import annotations

import pytest

from cockpit.metrics.probe.versions import Known, version_named
from cockpit.release.view import UNKNOWN_VERSION, PodState, PodView, Role, VersionView

CUT = f"{'w' * 58}2cmms"
VERSIONS = (
    VersionView(
        name="v1",
        role=Role.STABLE,
        workload="Deployment/web",
        hash="695cdcd7c8",
        images=("registry.example:5000/shop/web:1.14",),
        pods=(PodView(name=CUT, uid="1", state=PodState.READY),),
    ),
    VersionView(name="v2", role=Role.CANARY, workload="Deployment/web-canary", hash="6fc9f9b648", images=("web:1.20",)),
    VersionView(name="v2@6fc9f", role=Role.NEW, workload="Deployment/other", hash="7777777777", images=("web:1.20",)),
    VersionView(
        name="v3",
        role=Role.OLD,
        workload="StatefulSet/db",
        pods=(PodView(name="db-0", uid="2", state=PodState.READY),),
    ),
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("v1", "v1"),
        ("1.14", "v1"),
        ("v1.14", "v1"),
        ("695cdcd7c8", "v1"),
        ("695cd", "v1"),
        (CUT, "v1"),
        ("db-0", "v3"),
        ("web-695cdcd7c8-2cmms", "v1"),
        ("Deployment/web-canary", "v2"),
        ("web", "v1"),
        ("web:1.14", "v1"),
        ("registry.example:5000/shop/web:1.14", "v1"),
        ("v2@6fc9f", "v2@6fc9f"),
    ],
)
def test_a_version_is_known_by_name_tag_hash_pod_workload_and_image(text: str, name: str) -> None:
    assert version_named(text, VERSIONS) == name


@pytest.mark.parametrize("text", ["", "?", "others", "v4", "695c", "1.20", "v2", "\x1b[31m"])
def test_what_none_or_more_than_one_could_be_is_unknown(text: str) -> None:
    assert version_named(text, VERSIONS) == UNKNOWN_VERSION


def test_counts_of_what_answers_said_become_counts_of_versions() -> None:
    assert Known(VERSIONS).counted({"1.14": 3, "v1": 2, "?": 1, "v9": 1}) == {"v1": 5, UNKNOWN_VERSION: 2}


def test_what_a_version_answered_stays_its_own_when_it_is_gone() -> None:
    known = Known().after(VERSIONS[:2]).after(VERSIONS[1:2]).after(VERSIONS[1:2])
    assert known.named("1.14") == "v1"
    assert known.counted({"1.14": 3, "v2": 1}) == {"v2": 1, "v1": 3}
    assert known.after(VERSIONS[:2]).gone == ()


def test_a_version_that_is_there_goes_before_one_of_its_tag_that_is_gone() -> None:
    assert Known(VERSIONS[1:2], VERSIONS[2:]).named("1.20") == "v2"
