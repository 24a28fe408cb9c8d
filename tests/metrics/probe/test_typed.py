"""A probe as it is typed into one field."""

from __future__ import annotations

import pytest

from cockpit.errors import UsageError
from cockpit.metrics.probe.typed import order_from, typed_of

FULL = "https://me:secret@shop.example/x?key=1 --rate 10 --timeout=2 --header 'X-A: b c' --identify json:v --ca ca.crt"


def test_the_words_of_the_command_line_are_understood() -> None:
    order = order_from(FULL)
    assert order.target.label == "https://…@shop.example/x?…"
    assert (order.limits.rate, order.limits.timeout, order.ca) == (10, 2, "ca.crt")
    assert (order.headers, order.identify.text) == ((("X-A", "b c"),), "json:v")


def test_what_is_shown_again_holds_no_secret_and_means_the_same() -> None:
    order = order_from(FULL)
    shown = typed_of(order)
    assert shown == "https://…@shop.example/x?… --rate 10 --timeout 2 --header X-A:… --identify json:v --ca ca.crt"
    assert order_from(shown, order) == order
    assert order_from(shown.replace("--rate 10", "--rate 5"), order).target == order.target


def test_a_mask_for_which_nothing_is_known_is_refused() -> None:
    with pytest.raises(UsageError, match="X-A"):
        order_from("https://shop.example/ --header X-A:…", order_from(FULL))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://a/ http://b/",
        "http://a/ --rate",
        "http://a/ --rate fast",
        "http://a/ --rate 51",
        "http://a/ --count 3",
        "http://a/ --identify (.)",
        "http://a/ 'open",
        "service/web --header Authorization:x",
        "service/web --ca x",
    ],
)
def test_what_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        order_from(text)


def test_the_usual_is_not_spelled_out() -> None:
    assert typed_of(order_from("service/web:80")) == "service/web:80"
