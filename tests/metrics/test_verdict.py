"""Verdicts: three-valued, and never healthy by default."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.metrics.verdict import Criteria, Reading, change, judge, reading_of
from cockpit.release.metrics_view import Verdict

ERRORS = Criteria(unit="ratio", threshold=0.01, factor=2.0, minimum=20)
LATENCY = Criteria(unit="s", threshold=1.0, factor=2.0, minimum=20)
MANY = 10_000.0


@pytest.mark.parametrize(
    ("number", "unit", "why"),
    [
        (None, "ratio", "no series"),
        (math.nan, "ratio", "no requests"),
        (math.nan, "bytes", "not a number"),
        (math.inf, "s", "infinite"),
        (-math.inf, "s", "infinite"),
        (-0.5, "1/s", "below zero, which cannot be"),
        (1.5, "ratio", "more than all, which cannot be"),
    ],
)
def test_what_cannot_be_a_value_is_no_data_and_says_why(number: float | None, unit: str, why: str) -> None:
    reading = reading_of(number, unit, MANY)
    assert (reading.value, reading.why) == (None, why)
    assert judge(reading, ERRORS) == (Verdict.NO_DATA, why)


@pytest.mark.parametrize(
    ("value", "verdict"), [(0.0, Verdict.HEALTHY), (0.0099, Verdict.HEALTHY), (0.01, Verdict.UNHEALTHY)]
)
def test_an_error_ratio_has_to_stay_below_its_threshold(value: float, verdict: Verdict) -> None:
    assert judge(Reading(value, MANY), ERRORS)[0] is verdict


def test_the_reason_names_the_threshold_as_a_person_says_it() -> None:
    assert judge(Reading(0.04, MANY), ERRORS) == (Verdict.UNHEALTHY, "not below 1%")
    assert judge(Reading(1.2, MANY), LATENCY) == (Verdict.UNHEALTHY, "not below 1 s")


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("samples", [None, 0.0, 19.9])
def test_too_few_requests_are_no_data_whatever_they_say(value: float, samples: float | None) -> None:
    assert judge(Reading(value, samples), ERRORS)[0] is Verdict.NO_DATA


def test_a_metric_that_nothing_is_set_for_is_not_judged() -> None:
    assert judge(Reading(3.0), Criteria(unit="cores")) == (None, "")
    assert judge(Reading(None, None, "no series"), Criteria(unit="cores"))[0] is Verdict.NO_DATA


def test_a_version_clearly_worse_than_stable_is_unhealthy_below_the_threshold() -> None:
    assert judge(Reading(0.5, MANY), LATENCY, Reading(0.2, MANY)) == (Verdict.UNHEALTHY, "stable has 200 ms")
    assert judge(Reading(0.008, MANY), ERRORS, Reading(0.001, MANY)) == (Verdict.UNHEALTHY, "stable has 0.1%")


def test_a_difference_that_chance_explains_is_none() -> None:
    # One error in 150 against one in 1000 happens.
    assert judge(Reading(1 / 150, 150), ERRORS, Reading(1 / 1000, 1000))[0] is Verdict.HEALTHY
    assert judge(Reading(1 / 1000, 1000), ERRORS, Reading(0.0, 1000))[0] is Verdict.HEALTHY


@pytest.mark.parametrize(
    "stable", [Reading(None, MANY, "no series"), Reading(0.1, 5.0), Reading(0.1, None), Reading(0.4, MANY)]
)
def test_a_stable_version_that_is_not_known_well_condemns_nobody(stable: Reading) -> None:
    assert judge(Reading(0.5, MANY), LATENCY, stable)[0] is Verdict.HEALTHY


def test_without_a_factor_versions_are_not_compared() -> None:
    alone = Criteria(unit="s", threshold=1.0, minimum=20)
    assert judge(Reading(0.9, MANY), alone, Reading(0.001, MANY))[0] is Verdict.HEALTHY


def test_the_change_is_over_stable_and_unknown_where_either_is() -> None:
    assert change(3.0, 2.0) == 1.5
    assert change(3.0, 0.0) is None
    assert change(None, 2.0) is None
    assert change(3.0, None) is None


@given(
    st.one_of(st.none(), st.floats()),
    st.one_of(st.none(), st.floats(0, 1e9)),
    st.sampled_from(["ratio", "s", "1/s", "bytes"]),
)
def test_healthy_is_only_a_finite_value_below_its_threshold_with_enough_requests(
    number: float | None, samples: float | None, unit: str
) -> None:
    criteria = Criteria(unit=unit, threshold=0.5, factor=2.0, minimum=20)
    verdict, _ = judge(reading_of(number, unit, samples), criteria)
    healthy = number is not None and samples is not None and samples >= 20 and 0 <= number < 0.5
    assert (verdict is Verdict.HEALTHY) == healthy
