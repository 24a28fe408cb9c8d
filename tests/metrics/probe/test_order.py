"""Whom a probe asks, and within which bounds; and that nothing secret can be read off it."""

from __future__ import annotations

import pytest

from cockpit.errors import UsageError
from cockpit.metrics.probe.order import Limits, ProbeOrder, duration_of, header_of
from cockpit.metrics.probe.target import ProxyTarget, UrlTarget, target_of


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("http://shop.example", "http://shop.example/"),
        ("https://shop.example:8443/a/b#c", "https://shop.example:8443/a/b"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("http://user:pass@shop.example/x?token=abc", "http://…@shop.example/x?…"),
        ("service/web", "service/web"),
        ("svc/web:http/health?deep=abc", "service/web:http/health?…"),
        ("pod/web-1:8080/x", "pod/web-1:8080/x"),
        ("service/https:web:443/", "service/https:web:443"),
    ],
)
def test_a_target_is_shown_without_what_may_be_secret(text: str, label: str) -> None:
    target = target_of(text)
    assert target.label == label
    assert "pass" not in repr(target)
    assert "abc" not in repr(target)


def test_the_parts_of_a_target_behind_the_api_server_are_told_apart() -> None:
    target = target_of("service/https:web:443/a?b=c")
    assert isinstance(target, ProxyTarget)
    assert (target.kind, target.name, target.port, target.path, target.scheme) == (
        "service",
        "web",
        "443",
        "/a?b=c",
        "https",
    )


def test_a_url_keeps_its_user_and_its_query_for_the_request() -> None:
    target = target_of("http://user:pass@shop.example/x?token=abc#part")
    assert isinstance(target, UrlTarget)
    assert target.url == "http://user:pass@shop.example/x?token=abc"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "web",
        "deployment/web",
        "service/",
        "service/Web",
        "service/web:²",
        "service/web:70000",
        "pod/web:http",
        "pod/web/../../secrets",
        "service/web/%2e%2e/x",
        "ftp://shop.example/",
        "http://",
        "http://shop.example:99999/",
        "http://shop.example/a b",
        "http://shop.example/\x1b[31m",
    ],
)
def test_what_is_nobody_to_ask_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        target_of(text)


def test_a_refusal_repeats_no_password() -> None:
    with pytest.raises(UsageError) as caught:
        target_of("ftp://user:secret@shop.example/")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "limits",
    [{"rate": 51}, {"rate": 0}, {"rate": float("nan")}, {"count": 0}, {"seconds": 0}, {"timeout": 0}, {"timeout": 61}],
)
def test_bounds_hold(limits: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        Limits(**limits)  # type: ignore[arg-type]  # one of them at a time


@pytest.mark.parametrize(("text", "seconds"), [("30", 30), ("30s", 30), ("1h30m", 5400), ("2m", 120), ("1.5s", 1.5)])
def test_durations_are_written_as_elsewhere(text: str, seconds: float) -> None:
    assert duration_of(text) == seconds


@pytest.mark.parametrize("text", ["", "s", "1x", "-1s", "1s2m", "١s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        duration_of(text)


def test_a_header_is_a_name_and_a_value_and_a_refusal_repeats_no_value() -> None:
    assert header_of("X-Canary:  always ") == ("X-Canary", "always")
    for text in ("no colon secret", "a b: secret", "X: sec\x00ret", "Content-Length: secret"):
        with pytest.raises(UsageError) as caught:
            header_of(text)
        assert "sec" not in str(caught.value)


@pytest.mark.parametrize("name", ["Authorization", "impersonate-user", "X-Remote-User", "Host"])
def test_what_the_api_server_would_take_for_itself_is_not_sent_through_it(name: str) -> None:
    with pytest.raises(UsageError, match="API server itself"):
        ProbeOrder(target_of("service/web"), headers=((name, "x"),))


def test_an_order_never_prints_the_values_of_its_headers() -> None:
    order = ProbeOrder(target_of("http://shop.example/"), headers=(("Authorization", "Bearer secret"),))
    assert "secret" not in repr(order)
