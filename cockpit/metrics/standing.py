"""How well a Prometheus answers, and when it may be asked again. Time is an argument."""

from __future__ import annotations

from datetime import datetime

from cockpit.metrics.errors import (
    CatalogueError,
    MetricsError,
    NoPrometheusError,
    RefusedQueryError,
    SlowPrometheusError,
    UnauthorisedError,
)
from cockpit.release.metrics_view import MetricsSourceView, MetricsState

_LONGEST_WAIT = 60.0
_SLOW_SECONDS = 2.0
"""From here on an answer is late: it takes a good part of the time between two refreshes."""


class Standing:
    """The state of one source: what happened last decides it; failures make the wait until the next question double."""

    def __init__(self, name: str, refresh: float) -> None:
        self.view = MetricsSourceView(state=MetricsState.CONNECTING, name=name)
        self._refresh = refresh
        self._failures = 0
        self._not_before = float("-inf")

    def may_ask(self, monotonic: float) -> bool:
        """Say whether the wait after the last failure is over."""
        return monotonic >= self._not_before

    def answered(self, at: datetime, took: float, warnings: tuple[str, ...]) -> None:
        """Note a round of answers, the slowest of which took `took` seconds."""
        self._failures = 0
        state, message = MetricsState.CONNECTED, ""
        if took >= _SLOW_SECONDS:
            state, message = MetricsState.SLOW, f"It answers in {took:.1f} s."
        if warnings:
            state, message = MetricsState.PARTIAL, f"The answer may be incomplete: {warnings[0]}."
        self.view = MetricsSourceView(state=state, name=self.view.name, message=message, answered_at=at)

    def failed(self, monotonic: float, error: MetricsError) -> None:
        """Note that a round failed. A refused query is no failure of the connection, but is not asked at once again."""
        wait = min(self._refresh * 2.0**self._failures, _LONGEST_WAIT)
        self._failures = min(self._failures + 1, 16)
        self._not_before = monotonic + wait
        self.view = MetricsSourceView(
            state=state_after(error),
            name=self.view.name,
            message=str(error),
            answered_at=self.view.answered_at,
        )


def state_after(error: MetricsError) -> MetricsState:
    """Return the state of a source whose last word was `error`; OFF where there is none to ask."""
    if isinstance(error, UnauthorisedError):
        return MetricsState.UNAUTHORISED
    if isinstance(error, SlowPrometheusError):
        return MetricsState.SLOW
    if isinstance(error, RefusedQueryError):
        return MetricsState.PARTIAL
    if isinstance(error, NoPrometheusError | CatalogueError):
        return MetricsState.OFF
    return MetricsState.GONE
