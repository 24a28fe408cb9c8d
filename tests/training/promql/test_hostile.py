"""Nothing that a stranger asks stops the server, or holds it up."""

from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.training.clock import SimulatedClock
from cockpit.training.http_api.prometheus import Asked, PrometheusHandler
from cockpit.training.promql.matchers import Selection
from cockpit.training.promql.series import Run, SeriesStore
from tests.training.promql.asked import NOW, SERIES, ask
from tests.training.promql.loaded import stored


@pytest.mark.parametrize(
    "text",
    [
        "a" * 70_000,
        "(" * 20_000,
        "(" * 20_000 + "1" + ")" * 20_000,
        "-" * 20_000 + "1",
        "+".join(["up"] * 20_000),
        "^".join(["2"] * 20_000),
        " and ".join(["up"] * 20_000),
        "abs(" * 5_000 + "up" + ")" * 5_000,
        "max_over_time(" * 100 + "up" + "[5m:1m])" * 100,
        'up{job=~"' + "(" * 5_000 + ")" * 5_000 + '"}',
        'up{job=~"(((a{1,1000}){1,1000}){1,1000})"}',
        "max_over_time(up[300y:1ms])",
        "sum_over_time(max_over_time(up[1d:1s])[1d:1s])",
        "up @ 1e400",
        "up offset 99999999999999y",
        "up[9999999999999999d]",
        "\x00",
        'up{job="\ud800"}'.encode("utf-8", "replace").decode(),
        "topk(1e300, up)",
        "label_replace(up, 'a', '$99999999999999999999', 'job', '(.*)')",
        "vector(1e308 * 10) % 0 ^ 1e308",
        "predict_linear(up[5m], 1e308 * 10)",
        "round(up, 0)",
    ],
    ids=range(23),
)
def test_a_query_that_is_too_much_is_answered(text: str) -> None:
    status, body = ask("/api/v1/query", query=text)
    assert (status, body["status"]) in ((200, "success"), (400, "error"), (422, "error"))


_STORE = stored(**SERIES)
_WORDS = ("up", "c_total", "5m", "sum", "by", "rate", "offset", "1", "1e9", "le", "bool")
_PIECES = (*"()[]{},\"'`@#:$%^*/+-<>=!~ \n", *_WORDS)


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from(_PIECES) | st.text(max_size=2), max_size=12).map("".join),
)
def test_whatever_is_asked_gets_an_answer(text: str) -> None:
    status, body = ask("/api/v1/query", _STORE, query=text)
    assert status in (200, 400, 422)
    assert body["status"] in ("success", "error")


def test_a_query_ends_when_its_asker_goes_away() -> None:
    begun, ended = threading.Event(), threading.Event()

    class Slow(SeriesStore):
        def select(self, selection: Selection, after: int, until: int) -> list[Run]:
            begun.set()
            try:
                while True:
                    selection.takes(())
            finally:
                ended.set()

    async def story() -> None:
        handler = PrometheusHandler(Slow(), SimulatedClock(NOW))
        task = asyncio.create_task(handler.answer(Asked("GET", "/api/v1/query", "query=up")))
        await asyncio.to_thread(begun.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(ended.wait, 30)
        handler.close()

    asyncio.run(story())


def test_the_loop_goes_on_while_a_query_is_evaluated() -> None:
    begun, goes_on = threading.Event(), threading.Event()

    class Waiting(SeriesStore):
        def select(self, selection: Selection, after: int, until: int) -> list[Run]:
            begun.set()
            assert goes_on.wait(30)
            return []

    async def story() -> int:
        handler = PrometheusHandler(Waiting(), SimulatedClock(NOW))
        task = asyncio.create_task(handler.answer(Asked("GET", "/api/v1/query", "query=up")))
        await asyncio.to_thread(begun.wait, 30)
        ready = await handler.answer(Asked("GET", "/-/ready"))
        assert not task.done()
        goes_on.set()
        assert (await task).status == 200
        handler.close()
        return ready.status

    assert asyncio.run(story()) == 200
