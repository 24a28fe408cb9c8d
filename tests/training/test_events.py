"""Events as a recorder writes them: those that differ in their message only are folded from the tenth on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cockpit.training.api.kinds import EVENT
from cockpit.training.cluster import Cluster
from cockpit.training.controllers.similar import PREFIX, SimilarEvents
from cockpit.training.objects import Json
from tests.training.steps import NOON, SPACE, quiet_cluster, roll_out

ABOUT: Json = {
    "kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": "web", "namespace": SPACE, "uid": "u"},
}  # fmt: skip


def told(cluster: Cluster) -> list[tuple[str, int]]:
    return [(event["message"], event["count"]) for event in cluster.store.items(EVENT, SPACE)]


def say(cluster: Cluster, *messages: str, reason: str = "Said") -> None:
    for message in messages:
        cluster.plane.recorder.normal(ABOUT, reason, message, "tester")


def test_from_the_tenth_message_on_events_are_folded_into_one_that_counts() -> None:
    cluster = quiet_cluster()
    say(cluster, *(f"number {index}" for index in range(12)))
    assert sorted(told(cluster)) == [(f"{PREFIX}number 11", 3), *((f"number {index}", 1) for index in range(9))]


def test_events_of_another_reason_are_not_similar() -> None:
    cluster = quiet_cluster()
    say(cluster, *(f"number {index}" for index in range(9)))
    say(cluster, "number 9", reason="Shouted")
    assert ("number 9", 1) in told(cluster)


def test_after_ten_minutes_of_silence_events_are_told_apart_again() -> None:
    cluster = quiet_cluster()
    say(cluster, *(f"number {index}" for index in range(10)))
    cluster.clock.step(601)
    say(cluster, "number 10")
    assert ("number 10", 1) in told(cluster)


def test_a_large_rollout_names_nine_pods_and_counts_the_others() -> None:
    cluster = quiet_cluster()
    roll_out(cluster, 14)
    created = [(text, count) for text, count in told(cluster) if "Created pod: " in text]
    assert sum(count for _, count in created) == 14
    assert sorted(count for _, count in created) == [1] * 9 + [5]


@given(st.lists(st.sampled_from("abcdefghijkl"), max_size=40))
def test_few_messages_are_never_folded_and_a_new_one_beside_nine_always_is(messages: list[str]) -> None:
    similar, seen = SimilarEvents(), set[str]()
    for message in messages:
        seen.add(message)
        folded = similar.folds(("group",), message, NOON)
        if len(seen) < 10:
            assert not folded
    for message in "abcdefghi":
        similar.folds(("other",), message, NOON)
    assert similar.folds(("other",), "j", NOON)
