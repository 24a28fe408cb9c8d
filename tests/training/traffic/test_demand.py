"""How many requests clients send: rates, and their integral in closed form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.training.objects import Json
from cockpit.training.traffic.clients import Client, clients_of
from cockpit.training.traffic.demand import Demand, LoadRule, Schedule, asked_of

_POINTS = st.lists(
    st.tuples(st.integers(-100, 300), st.integers(0, 200)), min_size=1, max_size=5, unique_by=lambda point: point[0]
).map(lambda found: tuple(sorted((float(at), float(number)) for at, number in found)))


def demand(rule: LoadRule, loop: float = 0.0, start: float = 0.0) -> Demand:
    made = Demand(("shop/web",), Schedule((rule,), start, loop))
    made.ask(None, start - 50)
    return made


def summed(made: Demand, since: float, until: float, step: float = 0.05) -> float:
    """Return the number of requests by the rule of the midpoint."""
    count = round((until - since) / step)
    return sum(made.rate(since + (index + 0.5) * step) for index in range(count)) * step


@given(points=_POINTS, until=st.integers(1, 400), loop=st.sampled_from([0.0, 90.0]))
def test_the_number_of_requests_is_the_integral_of_the_rate(
    points: tuple[tuple[float, float], ...], until: int, loop: float
) -> None:
    made = demand(LoadRule("shop/*", points), loop)
    assert made.total(-50.0 + until) == pytest.approx(summed(made, -50.0, -50.0 + until), rel=2e-3, abs=12)


@given(points=_POINTS, moments=st.lists(st.floats(-50, 500), min_size=2, max_size=8).map(sorted))
def test_the_number_of_requests_never_falls(points: tuple[tuple[float, float], ...], moments: list[float]) -> None:
    made = demand(LoadRule("shop/*", points), 70.0)
    totals = [made.total(moment) for moment in moments]
    assert totals == sorted(totals)


def test_an_annotation_counts_from_its_moment_on_and_the_schedule_again_when_it_is_gone() -> None:
    made = demand(LoadRule("shop/*", ((0.0, 10.0),)))
    made.ask(100.0, 0.0)
    made.ask(None, 5.0)
    assert made.total(10.0) == pytest.approx(50 * 10 + 5 * 100 + 5 * 10)
    assert [made.rate(moment) for moment in (-1.0, 1.0, 6.0)] == [10.0, 100.0, 10.0]


def test_another_schedule_changes_nothing_that_was_counted() -> None:
    made = demand(LoadRule("shop/*", ((0.0, 10.0),)))
    made.follow(Schedule((LoadRule("shop/*", ((0.0, 1.0),)),)), 0.0)
    assert made.total(10.0) == pytest.approx(50 * 10 + 10 * 1)


def test_a_name_that_no_rule_matches_gets_a_few() -> None:
    assert demand(LoadRule("other/*", ((0.0, 10.0),))).rate(0.0) == 4.0


@pytest.mark.parametrize(("text", "asked"), [("80", 80.0), ("0", 0.0), ("-1", None), ("nan", None), ("many", None)])
def test_only_a_number_asks_for_requests(text: str, asked: float | None) -> None:
    assert asked_of({"metadata": {"annotations": {"training.cockpit.dev/requests": text}}}) == asked


def route(**told: str) -> Json:
    return {"metadata": {"annotations": {f"training.cockpit.dev/{key}": value for key, value in told.items()}}}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, (Client(1.0),)),
        ({"headers": "canary=true:0.25"}, (Client(0.25, ("canary", "true")), Client(0.75))),
        ({"headers": " a=1:0.25 , b=2:0.5,"}, (Client(0.25, ("a", "1")), Client(0.5, ("b", "2")), Client(0.25))),
        ({"cookies": "a=x=y:0.5"}, (Client(0.5, None, ("a", "x=y")), Client(0.5))),
        ({"headers": "a=1:3,b=2:1"}, (Client(0.75, ("a", "1")), Client(0.25, ("b", "2")))),
        ({"headers": "a=1:-1,=1:0.5,b:0.5,c=1:nan,d=1:x"}, (Client(1.0),)),
    ],
)
def test_clients_carry_what_the_route_says(told: dict[str, str], expected: tuple[Client, ...]) -> None:
    assert clients_of(route(**told)) == expected


def test_the_first_route_that_says_something_is_listened_to() -> None:
    assert clients_of(route(), route(headers="a=1:1"), route(headers="b=1:1"))[0].header == ("a", "1")
