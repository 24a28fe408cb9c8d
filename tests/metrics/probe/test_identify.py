"""Which version an answer names."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.errors import UsageError
from cockpit.metrics.probe.identify import UNKNOWN, identified, identify_of


def told(how: str, body: object = b"", **headers: str) -> str:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return identified(identify_of(how), {name.replace("_", "-"): value for name, value in headers.items()}, sent)


@pytest.mark.parametrize(
    ("body", "headers", "version"),
    [
        ({"version": "v1"}, {}, "v1"),
        ({"version": "v1"}, {"X_Version": "v2"}, "v2"),
        (b"", {"X_App_Version": "v3"}, "v3"),
        ({"version": 7}, {}, "7"),
        ({"version": True}, {}, UNKNOWN),
        ({"version": {"a": 1}}, {}, UNKNOWN),
        ([1], {}, UNKNOWN),
        (b"<html>version</html>", {}, UNKNOWN),
        (b'{"version": "v1', {}, UNKNOWN),
        (b"[" * 60_000, {}, UNKNOWN),
        (b"", {}, UNKNOWN),
    ],
)
def test_without_a_word_the_usual_headers_and_version_in_json_are_tried(
    body: object, headers: dict[str, str], version: str
) -> None:
    assert told("", body, **headers) == version


@pytest.mark.parametrize(
    ("how", "version"),
    [
        ("header:X-Build", "b7"),
        ("header:X-Nothing", UNKNOWN),
        ("json:a.b[0]", "deep"),
        ("json:a.b[9]", UNKNOWN),
        ('json:a["app.kubernetes.io/version"]', "labelled"),
        ("json:a", UNKNOWN),
        (r'"b": \["(\w+)"', "deep"),
        (r"(never)", UNKNOWN),
        (r"(never)?", UNKNOWN),
    ],
)
def test_what_is_asked_for_is_taken_and_nothing_else(how: str, version: str) -> None:
    body = {"version": "usual", "a": {"b": ["deep"], "app.kubernetes.io/version": "labelled"}}
    assert told(how, body, X_Build="b7", X_Version="usual") == version


@pytest.mark.parametrize(
    "how", ["header:", "json:", "json:.a", "json:a..b", "json:a[x]", "json:a[", "(", "no group", "(two)(groups)"]
)
def test_what_means_nothing_is_refused(how: str) -> None:
    with pytest.raises(UsageError):
        identify_of(how)


def test_a_hostile_version_is_inert_and_short() -> None:
    shown = told("", {"version": "\x1b[31mred\n\u202e" + "x" * 5000})
    assert len(shown) == 60
    assert shown.startswith("␛[31mred↵�xxx")


@given(st.binary(max_size=300), st.sampled_from(["", "json:a[0].b", "header:X", "(.)"]))
def test_no_body_whatever_makes_it_fail(body: bytes, how: str) -> None:
    shown = identified(identify_of(how), {}, body)
    assert shown
    assert shown.isprintable()
