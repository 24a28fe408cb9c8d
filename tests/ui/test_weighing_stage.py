"""Shares as keys move them, before any of it is drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cockpit.actions.acts import Act
from cockpit.actions.request import Request
from cockpit.ui.weighing_stage import (
    STOPS,
    Slide,
    Weighing,
    at_rule,
    moved,
    next_stop,
    overtaken,
    request_of,
    reset,
    shared,
    stepped,
    stopped,
    to_all,
    turned,
    weighing_of,
)
from tests.actions.planner.routed import gateway, istio
from tests.actions.planner.stage import subject
from tests.release.world import World


def on(world: World) -> Weighing:
    return weighing_of(subject(world))


def wanted(weighing: Weighing) -> dict[str, float]:
    assert weighing.slide is not None
    return dict(weighing.slide.wanted)


def test_the_keys_begin_at_the_newest_version_of_the_rule_for_everybody() -> None:
    weighing = on(istio())
    assert weighing.slide is not None
    assert (weighing.slide.text, weighing.name) == ("reviews/", "v2")
    assert [slide.why_not != "" for slide in weighing.slides] == [True, False]


def test_a_step_moves_one_percent_and_the_others_give_it() -> None:
    assert wanted(moved(on(istio()), 1)) == {"v1": 94, "v2": 6}
    assert wanted(moved(on(istio()), -5)) == {"v1": 100, "v2": 0}
    assert wanted(moved(on(istio()), -50)) == {"v1": 100, "v2": 0}
    assert wanted(moved(on(istio()), 500)) == {"v1": 0, "v2": 100}


def test_digits_go_to_stops_and_plus_and_minus_to_the_next_one() -> None:
    assert [wanted(stopped(on(istio()), STOPS[digit]))["v2"] for digit in range(10)] == list(STOPS)
    assert wanted(stepped(on(istio()), up=True)) == {"v1": 90, "v2": 10}
    assert wanted(stepped(on(istio()), up=False)) == {"v1": 99, "v2": 1}
    assert [next_stop(now, up=True) for now in (0, 7, 99.5, 100)] == [1, 10, 100, 100]
    assert [next_stop(now, up=False) for now in (0, 0.5, 7, 100)] == [0, 0, 5, 95]


def test_of_three_versions_the_others_keep_their_proportion_also_on_the_way_back() -> None:
    weighing = turned(on(gateway(60, 30, 10)), 0)
    assert weighing.name == "v3"
    assert wanted(stopped(weighing, 40)) == {"v1": 40, "v2": 20, "v3": 40}
    assert wanted(stopped(stopped(weighing, 100), 10)) == {"v1": 60, "v2": 30, "v3": 10}


def test_the_next_version_comes_round() -> None:
    weighing = on(gateway(60, 30, 10))
    assert [turned(weighing, by).name for by in (1, 2, -1)] == ["v1", "v2", "v2"]


def test_a_rule_that_cannot_be_set_stays_as_it_is() -> None:
    weighing = at_rule(on(istio()), on(istio()).slides[0].key)
    assert moved(weighing, 5) == weighing
    assert to_all(weighing) == weighing
    assert request_of(weighing) is None


def test_what_is_set_otherwise_is_asked_for_rule_by_rule() -> None:
    weighing = stopped(on(gateway(95, 5, rules=2)), 25)
    assert request_of(weighing) == Request(Act.WEIGHT, weights=(("HTTPRoute/web web.example/0", ("v1=75%", "v2=25%")),))
    second = at_rule(weighing, weighing.slides[1].key)
    asked = request_of(stopped(second, 50))
    assert asked is not None
    assert [rule for rule, _ in asked.weights] == ["HTTPRoute/web web.example/0", "HTTPRoute/web web.example/1"]


def test_all_rules_of_the_same_versions_can_have_the_same_shares() -> None:
    weighing = to_all(stopped(on(gateway(95, 5, rules=3)), 25))
    assert [dict(slide.wanted) for slide in weighing.slides] == [{"v1": 75, "v2": 25}] * 3


def test_a_rule_is_set_back_to_what_it_has() -> None:
    assert request_of(reset(stopped(on(istio()), 25))) is None


def test_what_is_being_set_outlives_a_new_picture_and_not_a_new_split() -> None:
    weighing = stopped(on(istio()), 25)
    assert wanted(weighing_of(subject(istio()), weighing)) == {"v1": 75, "v2": 25}
    assert wanted(weighing_of(subject(istio(80, 20)), weighing)) == {"v1": 80, "v2": 20}


def test_only_what_was_set_otherwise_by_somebody_else_counts_as_overtaken() -> None:
    weighing = stopped(on(istio()), 25)
    assert overtaken(weighing, weighing_of(subject(istio()), weighing)) == ()
    assert overtaken(weighing, weighing_of(subject(istio(75, 25)), weighing)) == ()
    assert overtaken(weighing, weighing_of(subject(istio(80, 20)), weighing)) == ("reviews/",)


def test_shares_that_are_not_known_are_set_by_a_stop() -> None:
    weighing = on(istio(0, 0))
    assert wanted(weighing) == {}
    assert wanted(stopped(weighing, 10)) == {"v1": 90, "v2": 10}


def test_a_release_without_rules_has_nothing_under_the_keys() -> None:
    weighing = Weighing()
    assert (weighing.slide, weighing.name) == (None, "")
    assert moved(weighing, 1) == turned(weighing, 1) == at_rule(weighing, "x") == reset(weighing) == weighing


PERCENTS = st.lists(st.integers(0, 1000), min_size=2, max_size=6).filter(any)


@given(PERCENTS, st.data())
def test_whatever_is_moved_shares_stay_between_0_and_100_and_add_up(parts: list[int], data: st.DataObject) -> None:
    names = [f"v{number}" for number in range(len(parts))]
    before = shared({name: 100 * part / sum(parts) for name, part in zip(names, parts, strict=True)}, {}, "v0", 0)
    slide = Slide(("k",), "r", "x", tuple(names), before, before)
    weighing = Weighing((slide,))
    for _ in range(data.draw(st.integers(1, 6))):
        move = data.draw(st.sampled_from([-5, -1, 1, 5, 33]))
        weighing = moved(turned(weighing, data.draw(st.integers(0, 5))), move)
        assert all(0 <= value <= 100 for value in wanted(weighing).values())
        assert abs(sum(wanted(weighing).values()) - 100) < 1e-6
