"""The HTTP API: envelopes, parameters, and what is refused."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from cockpit.training.http_api.prometheus import BUILD, Asked
from cockpit.training.http_api.prometheus_parameters import FORM
from cockpit.training.objects import Json
from tests.training.promql.asked import answered, ask


def query(text: str, **more: object) -> Json:
    status, body = ask("/api/v1/query", query=text, **more)
    assert (status, body["status"]) == (200, "success"), body
    data: Json = body["data"]
    return data


def refused(path: str, **parameters: object) -> tuple[int, str, str]:
    """Return status, type and words of an error."""
    status, body = ask(path, **parameters)
    assert body["status"] == "error"
    return status, body["errorType"], body["error"]


def test_results_are_written_as_prometheus_writes_them() -> None:
    assert query("c_total") == {
        "resultType": "vector",
        "result": [{"metric": {"__name__": "c_total"}, "value": [90, "9"]}],
    }
    assert query("1.5", time="80.25") == {"resultType": "scalar", "result": [80.25, "1.5"]}
    assert query('"a\\"b"') == {"resultType": "string", "result": [90, 'a"b']}
    (series,) = query("c_total[20s]")["result"]
    assert series == {"metric": {"__name__": "c_total"}, "values": [[80, "8"], [90, "9"]]}
    _, body = ask("/api/v1/query_range", query="c_total", start=60, end=90, step="15s")
    assert body["data"] == {
        "resultType": "matrix",
        "result": [{"metric": {"__name__": "c_total"}, "values": [[60, "6"], [75, "7"], [90, "9"]]}],
    }
    _, body = ask("/api/v1/query_range", query="1", start=60, end=60, step=1)
    assert body["data"]["result"] == [{"metric": {}, "values": [[60, "1"]]}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tiny", "1e-07"),
        ("huge", "1e+21"),
        ("huge / 10", "100000000000000000000"),
        ("odd @ 0", "NaN"),
        ("odd @ 10", "+Inf"),
        ("odd @ 20", "-Inf"),
        ("vector(0.1)", "0.1"),
        ("vector(-0.0)", "-0"),
        ("vector(1e15 + 0.5)", "1000000000000000.5"),
    ],
)
def test_numbers_are_written_as_go_writes_them(text: str, expected: str) -> None:
    assert query(text)["result"][0]["value"][1] == expected


@pytest.mark.parametrize("moment", ["80", "80.000", "8e1", "1970-01-01T00:01:20Z", "1970-01-01T01:01:20.000+01:00"])
def test_a_time_is_seconds_or_rfc_3339(moment: str) -> None:
    assert query("c_total", time=moment)["result"][0]["value"] == [80, "8"]


def test_warnings_infos_and_limits_stand_beside_the_data() -> None:
    _, body = ask("/api/v1/query", query="quantile(2, up)")
    assert body["warnings"] == ["PromQL warning: quantile value should be between 0 and 1, got 2"]
    _, body = ask("/api/v1/query", query="rate(up[1m])")
    assert [info.partition(":")[0] for info in body["infos"]] == ["PromQL info"]
    _, body = ask("/api/v1/query", query="up", limit=1)
    assert (len(body["data"]["result"]), body["warnings"]) == (1, ["results truncated due to limit"])
    _, body = ask("/api/v1/query", query="c_total")
    assert body.keys() == {"status", "data"}


def test_series_labels_and_values_are_listed() -> None:
    assert ask("/api/v1/labels")[1]["data"] == ["__name__", "instance", "job", "pod"]
    assert ask("/api/v1/labels", **{"match[]": "c_total"})[1]["data"] == ["__name__"]
    assert ask("/api/v1/label/job/values")[1]["data"] == ["node", "pods"]
    assert ask("/api/v1/label/job/values", limit=1)[1] == {
        "status": "success",
        "data": ["node"],
        "warnings": ["results truncated due to limit"],
    }
    _, body = ask("/api/v1/series", **{"match[]": ['up{job="node"}', "c_total"]})
    assert body["data"] == [{"__name__": "c_total"}, {"__name__": "up", "job": "node"}]
    assert ask("/api/v1/series", **{"match[]": "up", "start": 500, "end": 600})[1]["data"] == []


def test_targets_are_those_of_up() -> None:
    _, body = ask("/api/v1/targets")
    assert [(one["scrapePool"], one["health"]) for one in body["data"]["activeTargets"]] == [
        ("pods", "up"),
        ("pods", "up"),
        ("node", "down"),
    ]
    assert ask("/api/v1/targets", state="dropped")[1]["data"]["activeTargets"] == []


def test_it_says_what_it_is() -> None:
    assert ask("/api/v1/status/buildinfo")[1] == {"status": "success", "data": BUILD}
    assert ask("/api/v1/metadata")[1] == {"status": "success", "data": {}}


def test_a_form_counts_before_the_url() -> None:
    body = urlencode({"query": "vector(2)"}).encode()
    found = answered(Asked("POST", "/api/v1/query", "query=vector(1)&time=80", FORM, body))
    assert json.loads(found.body)["data"]["result"] == [{"metric": {}, "value": [80, "2"]}]


def test_other_methods_and_paths_are_refused_in_plain_text() -> None:
    assert answered(Asked("DELETE", "/api/v1/query")).status == 405
    for path in ("/api/v1/nothing", "/graph", "/api/v1/label//values", "/api/v1/label/a/b/values"):
        assert answered(Asked("GET", path)).status in (400, 404)


@pytest.mark.parametrize(
    ("path", "parameters", "expected"),
    [
        ("query", {}, 'invalid parameter "query": parse error: no expression found in input'),
        ("query", {"query": "sum("}, 'invalid parameter "query": parse error: unclosed left parenthesis'),
        ("query", {"query": "1", "time": "soon"}, 'invalid parameter "time": cannot parse "soon" to a valid timestamp'),
        ("query", {"query": "1", "time": "nan"}, 'invalid parameter "time": cannot parse "nan" to a valid timestamp'),
        ("query", {"query": "1", "time": "1e300"}, 'invalid parameter "time": cannot parse'),
        ("query", {"query": "1", "time": "9999-99-99T00:00:00Z"}, 'invalid parameter "time": cannot parse'),
        ("query", {"query": "1", "timeout": "x"}, 'invalid parameter "timeout": cannot parse "x" to a valid duration'),
        ("query", {"query": "1", "limit": "-1"}, 'invalid parameter "limit": limit must be non-negative'),
        ("query", {"query": "1", "limit": "many"}, 'invalid parameter "limit": cannot parse "many"'),
        ("query_range", {"query": "1"}, 'invalid parameter "start": cannot parse "" to a valid timestamp'),
        ("query_range", {"query": "1", "start": 0}, 'invalid parameter "end": cannot parse "" to a valid timestamp'),
        ("query_range", {"query": "1", "start": 0, "end": 9}, 'invalid parameter "step": cannot parse ""'),
        (
            "query_range",
            {"query": "1", "start": 9, "end": 0, "step": 1},
            'invalid parameter "end": end timestamp must not be before start time',
        ),
        ("query_range", {"query": "1", "start": 0, "end": 9, "step": 0}, 'invalid parameter "step": zero or negative'),
        ("query_range", {"query": "1", "start": 0, "end": 9, "step": -1}, 'invalid parameter "step": zero or negative'),
        (
            "query_range",
            {"query": "1", "start": 0, "end": 11_001, "step": 1},
            "exceeded maximum resolution of 11,000 points per timeseries. "
            "Try decreasing the query resolution (?step=XX)",
        ),
        (
            "query_range",
            {"query": "up[5m]", "start": 0, "end": 9, "step": 1},
            'invalid parameter "query": invalid expr',
        ),
        ("series", {}, "no match[] parameter provided"),
        ("series", {"match[]": "sum(up)"}, 'invalid parameter "match[]": parse error: a series selector is expected'),
        ("series", {"match[]": "{"}, 'invalid parameter "match[]": parse error'),
        ("labels", {"start": 9, "end": 0}, 'invalid parameter "end": end timestamp must not be before start time'),
    ],
)
def test_a_bad_request_is_400_and_says_which_parameter(path: str, parameters: dict[str, object], expected: str) -> None:
    status, kind, words = refused(f"/api/v1/{path}", **parameters)
    assert (status, kind) == (400, "bad_data")
    assert words.startswith(expected)


def test_exactly_eleven_thousand_steps_are_taken() -> None:
    _, body = ask("/api/v1/query_range", query="1", start=0, end=11_000, step=1)
    assert len(body["data"]["result"][0]["values"]) == 11_001


def test_what_cannot_be_evaluated_is_422() -> None:
    assert refused("/api/v1/query", query="up * on (job) up")[:2] == (422, "execution")
    status, kind, words = refused("/api/v1/query", query="mad_over_time(up[5m])")
    assert (status, kind, "mad_over_time" in words) == (422, "execution", True)


def test_a_query_without_time_left_is_503() -> None:
    text = "max_over_time(up[10000s:100ms])"
    assert refused("/api/v1/query", query=text, timeout="0.000001")[:2] == (503, "timeout")
