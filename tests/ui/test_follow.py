from __future__ import annotations

import msgspec

from cockpit.release.view import MemberView, ReleaseView
from cockpit.ui.follow import find_again
from tests.ui.pictures import canary_of_the_mock, fleet


def _named(release: ReleaseView, name: str, *uids: str) -> ReleaseView:
    members = tuple(MemberView(kind="Deployment", name=uid, uid=uid) for uid in uids)
    return msgspec.structs.replace(release, name=name, members=members)


OPENED = _named(canary_of_the_mock(), "web", "stable", "canary")


def test_a_release_is_found_by_its_workloads_when_its_name_changed() -> None:
    renamed = _named(OPENED, "web-stable", "stable", "canary")
    assert find_again(OPENED, (*fleet(), renamed)) is renamed


def test_a_release_taken_apart_is_followed_to_the_part_with_most_of_it() -> None:
    small, large = _named(OPENED, "web", "canary"), _named(OPENED, "other", "stable", "canary")
    assert find_again(OPENED, (small, large)) is large


def test_of_two_equal_parts_the_one_that_kept_the_name_is_followed() -> None:
    kept, other = _named(OPENED, "web", "canary"), _named(OPENED, "aaa", "stable")
    assert find_again(OPENED, (other, kept)) is kept


def test_a_release_made_anew_under_its_name_is_followed() -> None:
    anew = _named(OPENED, "web", "new-uid")
    assert find_again(OPENED, (anew,)) is anew


def test_a_release_of_the_same_name_in_another_namespace_is_another() -> None:
    elsewhere = msgspec.structs.replace(OPENED, namespace="elsewhere")
    assert find_again(OPENED, (elsewhere,)) is None
