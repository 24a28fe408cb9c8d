from __future__ import annotations

from datetime import timedelta

from cockpit.release.view import EndpointView
from cockpit.ui.recent import NOTHING, SHOWN_FOR, advance, key_of
from tests.ui.factory import endpoints
from tests.ui.fakes import NOW
from tests.ui.pictures import canary_of_the_mock

ALL = [("myapp", endpoint) for endpoint in endpoints(canary_of_the_mock().versions)]
FIRST, REST = ALL[0], ALL[1:]
KEY = key_of(*FIRST)
SECOND = timedelta(seconds=1)


def _endpoints(*entries: tuple[str, EndpointView]) -> list[tuple[str, EndpointView]]:
    return list(entries)


def test_endpoints_of_the_first_picture_did_not_join() -> None:
    assert not advance(NOTHING, ALL, NOW).joined


def test_an_endpoint_that_was_not_there_has_joined() -> None:
    recent = advance(advance(NOTHING, REST, NOW), ALL, NOW + SECOND)
    assert recent.joined == {KEY: NOW + SECOND}


def test_an_endpoint_that_is_there_no_more_has_left_and_can_still_be_shown() -> None:
    recent = advance(advance(NOTHING, ALL, NOW), REST, NOW + SECOND)
    assert recent.left == {KEY: (FIRST[1], NOW + SECOND)}


def test_the_first_endpoint_of_a_service_that_had_none_has_joined() -> None:
    recent = advance(advance(NOTHING, _endpoints(), NOW), _endpoints(FIRST), NOW)
    assert set(recent.joined) == {KEY}


def test_after_a_while_nothing_is_marked_any_more() -> None:
    left = advance(advance(NOTHING, ALL, NOW), REST, NOW)
    joined = advance(advance(NOTHING, REST, NOW), ALL, NOW)
    assert not advance(left, REST, NOW + SHOWN_FOR).left
    assert not advance(joined, ALL, NOW + SHOWN_FOR).joined


def test_an_endpoint_that_returns_has_joined_and_not_left() -> None:
    recent = advance(advance(advance(NOTHING, ALL, NOW), REST, NOW), ALL, NOW + SECOND)
    assert not recent.left
    assert set(recent.joined) == {KEY}
