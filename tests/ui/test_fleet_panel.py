"""The fleet as text."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from cockpit.release.metrics_view import MetricsSourceView, MetricsState, ReleaseMetrics, Verdict
from cockpit.release.view import Splits
from cockpit.ui.ink import plain, width_of
from cockpit.ui.marks import places_by_release
from cockpit.ui.panels.fleet import fleet_panel
from cockpit.ui.panels.fleet_metrics import metrics_cell, metrics_trouble
from tests.ui.drawn import CANARY, text_of
from tests.ui.fakes import NOW
from tests.ui.metered import canary_metrics
from tests.ui.pictures import fleet, picture

replace = msgspec.structs.replace


def test_the_fleet_shows_each_release_in_one_row() -> None:
    of = picture(*fleet())
    lines = text_of(fleet_panel(of.releases, True, places_by_release(of.releases, {}), NOW, 118))
    assert lines[1].split()[:4] == ["‖", "paused", "default", "myapp"]
    assert "● v1 stable  ◆ v2 canary" in lines[1]
    assert "●95 ◆5" in lines[1]


def test_a_split_that_is_not_known_is_no_zero_in_the_fleet() -> None:
    blind = replace(CANARY, splits=Splits())
    assert "? not known" in text_of(fleet_panel((blind,), False, {}, NOW, 118))[1]


def test_a_name_of_two_cells_a_letter_keeps_the_fleets_columns_straight() -> None:
    wide = replace(CANARY, name="发布版本", namespace="日本")
    of = (CANARY, wide)
    rows = fleet_panel(of, True, places_by_release(of, {}), NOW, 118).body
    assert width_of(rows[0]) == width_of(rows[1])


def test_a_release_with_an_act_that_was_left_half_done_says_so() -> None:
    told = fleet_panel((CANARY,), False, {}, NOW, 160, {CANARY.key: "Isolate v1 and v2"})
    assert "⊘ half done: Isolate v1 and v2" in text_of(told)[1]


def metrics_words(metrics: ReleaseMetrics, minutes: float = 0) -> str:
    return plain(metrics_cell(CANARY, metrics, NOW + timedelta(minutes=minutes)))


def judged(**verdicts: Verdict) -> ReleaseMetrics:
    """Return the canary's metrics with these verdicts on the errors, and none on anything else."""
    of = canary_metrics()
    versions = {
        name: {
            "requests_per_second": of.by_version[name]["requests_per_second"],
            "error_ratio": replace(of.by_version[name]["error_ratio"], verdict=verdict),
        }
        for name, verdict in verdicts.items()
    }
    return replace(of, by_version=versions)


def test_the_fleet_calls_healthy_only_the_versions_of_which_that_is_known() -> None:
    well, none = Verdict.HEALTHY, Verdict.NO_DATA
    assert metrics_words(judged(v1=well, v2=well)).endswith("/s ✔")
    assert metrics_words(judged(v1=well, v2=none)).endswith("/s ✔ 1 of 2")
    assert metrics_words(judged(v1=well)).endswith("/s ✔ 1 of 2")
    assert metrics_words(judged(v1=none, v2=none)).endswith("? no data")
    assert metrics_words(judged(v1=none, v2=Verdict.UNHEALTHY)).endswith("✖ errors")


def test_figures_of_a_while_ago_are_no_figures_of_now_in_the_fleet() -> None:
    assert metrics_words(judged(v1=Verdict.HEALTHY, v2=Verdict.HEALTHY), minutes=3) == "? 3m00s old"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (MetricsState.CONNECTED, ""),
        (MetricsState.OFF, ""),
        (MetricsState.SLOW, "▲ Prometheus is slow"),
        (MetricsState.PARTIAL, "▲ Prometheus answers in part"),
        (MetricsState.UNAUTHORISED, "⊘ Prometheus does not let you in"),
        (MetricsState.GONE, "✖ Prometheus does not answer"),
    ],
)
def test_the_fleet_says_what_is_amiss_with_prometheus(state: MetricsState, words: str) -> None:
    assert plain(metrics_trouble(MetricsSourceView(state))).strip() == words
