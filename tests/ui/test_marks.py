from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from cockpit.release.view import UNKNOWN_VERSION, Role
from cockpit.ui.marks import SHAPES, UNKNOWN_MARK, identity, mark_at, mark_of, next_places, places_by_release
from tests.ui.factory import release, version
from tests.ui.pictures import canary_of_the_mock

NAMES = st.lists(st.text("abcdef", min_size=1, max_size=2), max_size=12, unique=True)


@given(st.lists(NAMES, max_size=6))
def test_a_version_keeps_its_place_while_it_lives_and_shares_it_with_none(pictures: list[list[str]]) -> None:
    places: dict[str, int] = {}
    present: list[str] = []
    for names in pictures:
        after = dict(next_places(names, places))
        assert all(after[name] == places[name] for name in names if name in present)
        assert len({after[name] for name in names}) == len(names)
        places, present = after, names


def test_a_version_that_comes_back_finds_its_place_again() -> None:
    places = next_places(["v1"], next_places(["v1", "v2"], {}))
    assert next_places(["v3", "v2", "v1"], places) == {"v1": 0, "v2": 1, "v3": 2}


def test_places_of_versions_long_gone_are_used_again_before_colours_repeat() -> None:
    places = next_places(["stays"], {})
    for number in range(40):
        places = next_places(["stays", f"v{number}"], places)
        assert places[f"v{number}"] < len(SHAPES)


def test_thirty_six_versions_differ_in_shape_or_colour() -> None:
    assert len({mark_at(place) for place in range(36)}) == 36


def test_the_version_that_nobody_knows_has_a_mark_of_its_own() -> None:
    assert mark_of(UNKNOWN_VERSION, {"v1": 0}) is UNKNOWN_MARK


def test_a_release_that_changes_its_name_keeps_its_marks() -> None:
    one = canary_of_the_mock()
    places = places_by_release((one,), {})
    versions = (version("v0", Role.OLD, "myapp", ""), *reversed(one.versions))
    renamed = msgspec.structs.replace(one, name="renamed", versions=versions)
    after = places_by_release((renamed,), places)
    assert after[identity(renamed)] == {"v1": 0, "v2": 1, "v0": 2}


def test_a_new_release_of_an_old_name_starts_with_its_own_marks_for_new_versions() -> None:
    places = places_by_release((release("a", (version("x", Role.STABLE, "a", "r"),)),), {})
    after = places_by_release((release("b", (version("y", Role.STABLE, "b", "r"),)),), places)
    assert after["default/b"] == {"y": 0}
