"""METRICS, sparklines and charts as text: what they say, and what they do not pretend to know."""

from __future__ import annotations

from datetime import timedelta
from math import inf, nan

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.release.metrics_view import MetricsSourceView, MetricsState, MetricView, ReleaseMetrics, Verdict
from cockpit.ui.ink import Ink, plain, width_of
from cockpit.ui.panels.chart import chart_lines, plot_of
from cockpit.ui.panels.metrics import metrics_panel
from cockpit.ui.panels.scale import round_scale
from cockpit.ui.panels.sparkline import in_cells, sparkline
from cockpit.ui.quantities import factor, quantity
from tests.ui.drawn import CANARY, PLACES, text_of
from tests.ui.fakes import NOW
from tests.ui.metered import CONNECTED, canary_metrics

replace = msgspec.structs.replace
OFF = MetricsSourceView()


def panel(metrics: ReleaseMetrics | None, source: MetricsSourceView = CONNECTED, width: int = 116) -> list[str]:
    return text_of(metrics_panel(CANARY, metrics, source, PLACES, NOW, width))


def with_metric(name: str, **fields: object) -> ReleaseMetrics:
    """Return the canary's metrics with one of its own changed."""
    metrics = canary_metrics()
    changed = replace(metrics.by_version["v2"][name], **fields)
    return replace(metrics, by_version={**metrics.by_version, "v2": {**metrics.by_version["v2"], name: changed}})


def test_versions_stand_beside_each_other_with_value_verdict_and_change() -> None:
    heading, titles, stable, canary, *_ = panel(canary_metrics())
    assert heading.endswith("ingress-nginx 1m · monitoring/prometheus")
    assert titles.split() == ["requests/s", "errors", "p99"]
    assert "<0.1% ✔" in stable
    assert "77   ×0.7" in canary
    assert "4.2% ✖ >1%" in canary
    assert "210 ms ✖ ×4.9" in canary


def test_further_metrics_follow_under_the_first_ones() -> None:
    assert any(line.split() == ["CPU", "memory"] for line in panel(canary_metrics()))


def test_a_metric_is_called_as_its_catalogue_says_and_that_is_text() -> None:
    named = replace(canary_metrics(), titles={"error_ratio": "failed \x1b[2J", "cpu": ""})
    lines = panel(named)
    assert "failed ␛[2J" in lines[1]
    assert any("CPU" in line for line in lines), "an empty title is none"


def test_without_a_source_the_panel_says_how_to_get_one() -> None:
    assert "name one with --prometheus URL" in panel(None, OFF)[0]


def test_what_a_source_has_to_say_stands_in_the_panel() -> None:
    gone = MetricsSourceView(MetricsState.GONE, "http://prom:9090", "http://prom:9090 does not answer: is it running?")
    heading, said = panel(None, gone)
    assert "Prometheus does not answer" in heading
    assert said == gone.message


def test_a_source_that_is_off_for_a_reason_does_not_say_that_none_was_found() -> None:
    broken = MetricsSourceView(MetricsState.OFF, message="The queries own.yaml cannot be read.")
    heading, said = panel(None, broken)
    assert heading.endswith("metrics are off")
    assert said == broken.message


def test_where_nothing_was_asked_about_requests_no_source_is_named() -> None:
    none = {"requests_per_second": MetricView(None, "1/s", "", Verdict.NO_DATA, "")}
    assert "·" not in panel(replace(canary_metrics(), by_version={"v1": none, "v2": none}))[0]


def test_old_figures_look_old() -> None:
    old = replace(canary_metrics(), until=NOW - timedelta(minutes=3))
    gone = MetricsSourceView(MetricsState.GONE, "monitoring/prometheus")
    assert "▲ Prometheus does not answer · 3m00s old" in panel(old, gone)[0]


def test_no_data_is_neither_zero_nor_healthy() -> None:
    none = with_metric("error_ratio", value=None, verdict=Verdict.NO_DATA, points=(None,) * 61, change=None)
    canary = panel(none)[3]
    assert "? ? none" in canary
    assert "0.0%" not in canary
    few = with_metric("error_ratio", value=0.0, verdict=Verdict.NO_DATA)
    assert "0.0% ? few" in panel(few)[3]


def test_a_value_at_its_threshold_is_not_said_to_be_above_it() -> None:
    at = with_metric("error_ratio", value=0.01)
    assert "1.0% ✖ ≥1%" in panel(at)[3]


def test_a_metric_that_a_version_does_not_have_is_said_to_be_missing() -> None:
    metrics = canary_metrics()
    lines = panel(replace(metrics, by_version={"v1": metrics.by_version["v1"], "v2": {}}))
    assert lines[3].count("? not asked") == 3


def test_names_of_a_stranger_are_shown_inert() -> None:
    odd = MetricView(1.0, "", "1m", Verdict.HEALTHY, "\x1b[31mred")
    metrics = replace(canary_metrics(), by_version={"v1": {"evil\x1b[2J": odd}})
    assert "\x1b" not in "".join(panel(metrics))


def test_an_act_is_marked_on_every_time_axis() -> None:
    content = metrics_panel(CANARY, canary_metrics(), CONNECTED, PLACES, NOW, 116, [NOW - timedelta(minutes=4)])
    axis = plain(content.body[2])
    assert axis.count("−15m") == 3
    assert axis.count("▲") == 3


@pytest.mark.parametrize("width", [58, 78, 100, 118, 158, 240])
def test_rows_fit_their_width(width: int) -> None:
    content = metrics_panel(CANARY, canary_metrics(), CONNECTED, PLACES, NOW, width)
    assert all(width_of(line) <= width for line in (*content.head, *content.body))


def test_a_gap_is_a_gap_and_zero_is_not() -> None:
    assert plain(sparkline((0.0, None, 1.0, nan, inf, 0.5), 6, 1.0, Ink.TEXT)) == "▁ █  ▅"


def test_bars_over_the_threshold_differ() -> None:
    assert [part.ink for part in sparkline((0.1, 0.9), 2, 1.0, Ink.TEXT, 0.5)] == [Ink.TEXT, Ink.ERROR]
    assert sparkline((0.5,), 1, 1.0, Ink.TEXT, 0.5)[0].ink is Ink.ERROR, "a verdict counts the threshold itself"


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e9)), max_size=200), st.integers(0, 60))
def test_no_peak_is_lost_in_cells(points: list[float | None], width: int) -> None:
    cells = in_cells(points, width)
    assert len(cells) == width
    if width:
        assert max((cell for cell in cells if cell is not None), default=None) == max(
            (point for point in points if point is not None), default=None
        )


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.042, "ratio", "4.2%"),
        (0.0004, "ratio", "<0.1%"),
        (0.0, "ratio", "0.0%"),
        (1.0, "ratio", "100%"),
        (0.043, "s", "43 ms"),
        (0.0021, "s", "2.1 ms"),
        (1.25, "s", "1.2 s"),
        (64 * 2.0**20, "bytes", "64 MiB"),
        (1234.0, "1/s", "1.2k"),
        (120.4, "1/s", "120"),
        (0.123, "cores", "0.12"),
        (0.0, "cores", "0"),
        (99.7, "1/s", "100"),
        (12.0, "bytes", "12 B"),
        (None, "cores", "?"),
        (nan, "ratio", "?"),
        (inf, "s", "?"),
    ],
)
def test_quantities_are_short_and_say_their_unit(value: float | None, unit: str, words: str) -> None:
    assert quantity(value, unit) == words


@given(st.floats(0, 1e15), st.sampled_from(["ratio", "s", "bytes", "cores"]))
def test_quantities_fit_their_column(value: float, unit: str) -> None:
    assert len(quantity(min(value, 10.0) if unit == "ratio" else min(value, 1e5) if unit == "s" else value, unit)) <= 8


def test_a_change_is_a_factor() -> None:
    assert [factor(change) for change in (1.94, 42.0, 1e6, 0.0, None, inf)] == ["×1.9", "×42", "×>99", "×0.0", "", ""]


def chart(name: str = "error_ratio", cursor: int = 0, rows: int = 30, width: int = 100) -> list[str]:
    plot = plot_of(CANARY, canary_metrics(), name, PLACES, [NOW - timedelta(minutes=5)], cursor)
    return [plain(line) for line in chart_lines(plot, width, rows)]


def test_a_chart_has_axes_a_threshold_and_every_version_in_its_shape() -> None:
    text = "\n".join(chart())
    assert "5.0% ┤" in text
    assert "0.0% ┤" in text
    assert "◆" in text
    assert "●" in text
    assert "─────" in text
    assert "−15m" in text
    assert "▲" in text


def test_the_cursor_says_the_moment_and_each_value_there() -> None:
    now, before = chart(), chart(cursor=45)
    assert any("at cursor 4.2%" in line and "now 4.2%" in line for line in now)
    assert any("7m35s ago" in line for line in before)
    assert any("at cursor ?" in line and "v2" in line for line in before)


def test_a_chart_of_a_while_ago_does_not_end_now() -> None:
    later = NOW + timedelta(minutes=3)
    plot = plot_of(CANARY, canary_metrics(), "error_ratio", PLACES, cursor=45, now=later)
    text = "\n".join(plain(line) for line in chart_lines(plot, 100, 30))
    axis = next(line for line in text.splitlines() if "UTC" in line)
    assert axis.rstrip().endswith("3m00s ago")
    assert axis.split()[0] == "−18m"
    assert "10m ago" in axis, "the cursor stands seven and a half minutes before the newest points"


@pytest.mark.parametrize(("width", "rows"), [(78, 20), (58, 12), (30, 4), (10, 1), (200, 60)])
def test_a_chart_fits_its_room(width: int, rows: int) -> None:
    lines = chart_lines(plot_of(CANARY, canary_metrics(), "latency_p99", PLACES), width, rows)
    assert len(lines) <= max(rows, 2)


@given(st.floats(1e-6, 1e12), st.sampled_from(["s", "bytes"]))
def test_a_scale_holds_the_highest_value_and_is_not_much_higher(highest: float, unit: str) -> None:
    top, steps = round_scale(highest, unit)
    assert highest * (1 - 1e-9) <= top <= highest * 2.51
    assert steps in {4, 5}


@pytest.mark.parametrize(
    ("highest", "unit", "scale"),
    [
        (0.042, "ratio", (0.05, 5)),
        (0.0, "ratio", (1.0, 5)),
        (71 * 2.0**20, "bytes", (100 * 2.0**20, 5)),
        (inf, "", (1.0, 5)),
    ],
)
def test_a_scale_ends_at_a_round_figure(highest: float, unit: str, scale: tuple[float, int]) -> None:
    assert round_scale(highest, unit) == pytest.approx(scale)
