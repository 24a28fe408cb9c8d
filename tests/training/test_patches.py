"""Patches, selectors, the clock and the store: the laws of the parts."""

from __future__ import annotations

from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.training.api.failures import ApiError
from cockpit.training.api.kinds import CONFIG_MAP
from cockpit.training.api.patches import JSON_PATCH, json_patch, merge_patch, patch_of
from cockpit.training.api.selectors import all_hold, parse_label_selector
from cockpit.training.api.store import Store
from cockpit.training.api.strategic import strategic_merge
from cockpit.training.clock import SimulatedClock
from cockpit.training.controllers.rollout import scaled_value
from cockpit.training.http_api.ages import human_duration
from cockpit.training.objects import Json, clone, name_of

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4)


def merge_patch_between(old: Any, new: Any) -> Any:  # noqa: ANN401  # any JSON
    """Return the merge patch that leads from one object to another (RFC 7396)."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    patch: Json = {key: None for key in old if key not in new}
    for key, value in new.items():
        if key not in old or old[key] != value:
            patch[key] = merge_patch_between(old.get(key), value)
    return patch


@given(OBJECTS, OBJECTS)
def test_a_merge_patch_leads_where_it_was_made_for_and_leaves_its_target_alone(old: Json, new: Json) -> None:
    before = clone(old)
    assert merge_patch(old, merge_patch_between(old, new)) == new
    assert old == before


@given(OBJECTS, OBJECTS)
def test_a_json_patch_leads_where_it_was_made_for(old: Json, new: Json) -> None:
    assert json_patch(old, jsonpatch.make_patch(old, new).patch) == new


def test_a_failed_test_or_a_missing_path_rejects_the_whole_patch() -> None:
    target = {"spec": {"selector": {"version": "blue"}}}
    stale = {"op": "test", "path": "/spec/selector/version", "value": "green"}
    missing = {"op": "replace", "path": "/spec/nothing", "value": 1}
    for operation in (stale, missing):
        with pytest.raises(ApiError) as raised:
            json_patch(target, [{"op": "add", "path": "/x", "value": 1}, operation])
        assert (raised.value.code, raised.value.details) == (422, {})
    assert target == {"spec": {"selector": {"version": "blue"}}}


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"op": "test", "path": "/spec/paused", "value": None}, 0),
        ({"op": "test", "path": "/spec/selector/version", "value": None}, 422),
        ({"op": "test", "path": "/spec/strategy/type", "value": None}, 422),
        ({"op": "test", "path": "/spec/ports/3", "value": None}, 422),
        ({"op": "test", "path": "/spec/ports/0", "value": None}, 422),
        ({"op": "test", "path": "/spec/selector/version/deeper", "value": None}, 422),
        ({"op": "test", "path": "/spec/selector", "value": {"version": "blue"}}, 0),
        ({"op": "test", "path": "/spec/selector/version"}, 400),
        ({"op": "add", "path": "/spec/strategy/type", "value": "x"}, 422),
        ({"op": "replace", "path": "/spec/paused", "value": True}, 422),
        ({"op": "remove", "path": "/spec/paused"}, 422),
        ({"op": "add", "path": "/spec/paused", "value": True}, 0),
        ({"op": "shake", "path": "/spec"}, 400),
        ({"op": "test", "path": 7, "value": None}, 400),
        ("test", 400),
    ],
)
def test_a_json_patch_is_judged_as_the_api_server_judges_it(operation: Any, code: int) -> None:  # noqa: ANN401  # any JSON
    target = {"spec": {"selector": {"version": "blue"}, "ports": [80]}}
    found = 0
    try:
        json_patch(target, [operation])
    except ApiError as error:
        found = error.code
    assert found == code


def test_a_test_for_absence_sees_what_earlier_operations_of_its_patch_did() -> None:
    absent = {"op": "test", "path": "/a", "value": None}
    assert json_patch({"a": 1}, [{"op": "remove", "path": "/a"}, absent]) == {}
    with pytest.raises(ApiError):
        json_patch({}, [{"op": "add", "path": "/a", "value": 1}, absent])


def test_a_json_patch_that_puts_null_leaves_nothing_there() -> None:
    operation = {"op": "replace", "path": "/spec/paused", "value": None}
    assert patch_of(JSON_PATCH, [operation])({"spec": {"paused": True, "replicas": 1}}) == {"spec": {"replicas": 1}}


def test_a_json_patch_has_ten_thousand_operations_at_most() -> None:
    with pytest.raises(ApiError) as raised:
        json_patch({}, [{"op": "add", "path": "/a", "value": 1}] * 10_001)
    assert raised.value.code == 413


def test_a_json_patch_keeps_nothing_of_its_own_in_what_it_changed() -> None:
    value: Json = {"version": "green"}
    patched = json_patch({"spec": {}}, [{"op": "add", "path": "/spec/selector", "value": value}])
    patched["spec"]["selector"]["version"] = "blue"
    assert value == {"version": "green"}


def test_a_strategic_merge_finds_containers_by_name_and_honours_directives() -> None:
    spec: Json = {"containers": [{"name": "a", "image": "a:1", "args": ["x"]}, {"name": "b", "image": "b:1"}]}
    merged = strategic_merge(
        clone(spec), {"containers": [{"name": "b", "image": "b:2"}, {"name": "c", "image": "c:1"}]}
    )
    assert [entry["image"] for entry in merged["containers"]] == ["a:1", "b:2", "c:1"]
    cut = strategic_merge(clone(spec), {"containers": [{"name": "a", "$patch": "delete"}]})
    assert [entry["name"] for entry in cut["containers"]] == ["b"]
    ordered = strategic_merge(
        clone(spec), {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}], "containers": [{"name": "a"}]}
    )
    assert [entry["name"] for entry in ordered["containers"]] == ["b", "a"]
    replaced = strategic_merge({"selector": {"app": "x", "v": "1"}}, {"selector": {"$patch": "replace", "app": "y"}})
    assert replaced == {"selector": {"app": "y"}}
    retained = strategic_merge(
        {"strategy": {"type": "R", "rollingUpdate": {}}}, {"strategy": {"$retainKeys": ["type"]}}
    )
    assert retained == {"strategy": {"type": "R"}}
    ports = strategic_merge({"ports": [{"port": 80, "nodePort": 30080}]}, {"ports": [{"port": 80, "targetPort": 8080}]})
    assert ports == {"ports": [{"port": 80, "nodePort": 30080, "targetPort": 8080}]}


@given(st.text(alphabet="ab=!(), inotx<>", max_size=20), st.dictionaries(st.sampled_from("ab"), st.sampled_from("ab")))
def test_any_selector_is_understood_or_refused_as_a_bad_request(text: str, labels: dict[str, str]) -> None:
    code = 0
    try:
        all_hold(parse_label_selector(text), labels)
    except ApiError as error:
        code = error.code
    assert code in (0, 400)


@pytest.mark.parametrize(
    ("text", "holds"),
    [("a=1", True), ("a==1,b!=2", True), ("a in (1, 2)", True), ("a notin (1)", False), ("b", False), ("!b", True),
     ("b notin (1)", True), ("a>0", True), ("a<1", False), ("a in (2),a", False)],
)  # fmt: skip
def test_a_label_selector_means_what_the_documentation_says(text: str, holds: bool) -> None:
    assert all_hold(parse_label_selector(text), {"a": "1"}) is holds


def test_timers_run_in_order_and_may_set_others() -> None:
    clock, ran = SimulatedClock(100.0), []

    def second() -> None:
        ran.append(("second", clock.now))
        clock.call_later(1, lambda: ran.append(("third", clock.now)))

    clock.call_later(2, second)
    clock.call_later(1, lambda: ran.append(("first", clock.now)))
    clock.call_later(1.5, lambda: ran.append(("never", clock.now))).cancel()
    clock.step(10)
    assert ran == [("first", 101.0), ("second", 102.0), ("third", 103.0)]
    assert clock.now == 110.0
    assert clock.next_due is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30), st.integers(0, 30))
def test_the_store_remembers_every_moment_of_its_history(writes: list[tuple[str, bool]], moment: int) -> None:
    store, seen = Store(), {}
    seen[store.revision] = set[str]()
    for name, keep in writes:
        known = store.get(CONFIG_MAP, "a", name)
        if keep:
            store.put(CONFIG_MAP, {"metadata": {"name": name, "namespace": "a", "uid": name}})
        elif known is not None:
            store.remove(CONFIG_MAP, known)
        seen[store.revision] = {name_of(obj) for obj in store.items(CONFIG_MAP)}
    revision = min(1 + moment, store.revision)
    assert {name_of(obj) for obj in store.items_at(CONFIG_MAP, "", revision)} == seen[revision]


def test_history_is_bounded_and_says_what_is_gone() -> None:
    store = Store(history=3)
    for number in range(20):
        store.put(CONFIG_MAP, {"metadata": {"name": f"n{number}", "namespace": "a", "uid": str(number)}})
    assert len(store.changes_since(CONFIG_MAP, store.revision - 3)) == 3
    with pytest.raises(ApiError) as raised:
        store.changes_since(CONFIG_MAP, 2)
    assert (raised.value.code, raised.value.reason) == (410, "Expired")


@pytest.mark.parametrize(
    ("value", "whole", "up", "down"), [("25%", 4, 1, 1), ("25%", 10, 3, 2), ("0%", 5, 0, 0), (2, 5, 2, 2)]
)
def test_surge_is_rounded_up_and_unavailability_down(value: int | str, whole: int, up: int, down: int) -> None:
    assert scaled_value(value, whole, round_up=True) == up
    assert scaled_value(value, whole, round_up=False) == down


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(5, "5s"), (119, "119s"), (120, "2m"), (192, "3m12s"), (5700, "95m"), (10_860, "3h1m"), (86_400, "24h"),
     (172_800, "2d"), (180_000, "2d2h"), (1_036_800, "12d"), (86_400 * 800, "2y70d")],
)  # fmt: skip
def test_ages_are_written_as_kubectl_writes_them(seconds: float, text: str) -> None:
    assert human_duration(seconds) == text
