"""JSON patch and merge patch, fuzzed against what their RFCs say."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cockpit.training.api.failures import ApiError
from cockpit.training.api.patches import json_patch, merge_patch
from cockpit.training.objects import Json, clone
from tests.training.rfc import NotApplicable, merged, patched, same

NAMES = st.sampled_from(["a", "b", "a/b", "m~n"])
LEAVES = st.booleans() | st.integers(-1, 2) | st.sampled_from(["", "x"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=4)
WITH_NULLS: st.SearchStrategy[Any] = st.recursive(
    st.none() | LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
STEPS = st.lists(NAMES | st.sampled_from(["0", "1", "2", "-", "01", ""]), min_size=1, max_size=3)


def pointer(steps: list[str]) -> str:
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


PATHS = STEPS.map(pointer)
OPERATIONS = st.one_of(
    st.fixed_dictionaries({"op": st.sampled_from(["add", "replace", "test"]), "path": PATHS, "value": VALUES}),
    st.fixed_dictionaries({"op": st.just("remove"), "path": PATHS}),
    st.fixed_dictionaries({"op": st.sampled_from(["move", "copy"]), "path": PATHS, "from": PATHS}),
)


def outcome_of_ours(target: Json, operations: list[Json]) -> str:
    try:
        return same(json_patch(target, operations))
    except ApiError:
        return "refused"


def outcome_by_the_rfc(target: Json, operations: list[Json]) -> str:
    try:
        return same(patched(target, operations))
    except NotApplicable:
        return "refused"


@settings(max_examples=250)
@given(OBJECTS, st.lists(OPERATIONS, min_size=1, max_size=3))
@example({"a": 1}, [{"op": "test", "path": "/a", "value": True}])
@example({"a": [1]}, [{"op": "remove", "path": "/a/-"}])
@example({"a": "x"}, [{"op": "test", "path": "/a/0", "value": "x"}])
def test_a_json_patch_does_what_its_rfc_says_or_nothing(target: Json, operations: list[Json]) -> None:
    before = clone(target)
    assert outcome_of_ours(target, operations) == outcome_by_the_rfc(target, operations)
    assert target == before


@settings(max_examples=150)
@given(OBJECTS, st.dictionaries(NAMES, WITH_NULLS, max_size=4))
def test_a_merge_patch_does_what_its_rfc_says(target: Json, patch: Json) -> None:
    assert same(merge_patch(target, patch)) == same(merged(clone(target), clone(patch)))
