"""How much one query may cost: points that it touches, and seconds that it takes."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from cockpit.training.promql.failures import Cancelled, ExecutionFailure, TimedOut

MOST_POINTS = 20_000_000
"""What a query may touch in all, where Prometheus (--query.max-samples) counts what it holds at once."""
LONGEST = 10.0
"""Seconds of real time (--query.timeout is two minutes; this server shares its processor with the whole cluster)."""
_CHECK_EVERY = 2_000  # points between two looks at the clock


class Budget:
    """Counts down. `now` tells real time in seconds; `rest` is called between steps, so that others get their turn."""

    def __init__(
        self,
        points: int = MOST_POINTS,
        seconds: float = LONGEST,
        now: Callable[[], float] = monotonic,
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        self._left = points
        self._unchecked = 0
        self._now = now
        self._rest = rest
        self._end = now() + seconds
        self._cancelled = False

    def cancel(self) -> None:
        """End the query at its next step: nobody waits for it any more. May be called from another thread."""
        self._cancelled = True

    def spend(self, points: int) -> None:
        """Take `points` off.

        Raises:
            ExecutionFailure: nothing is left of the points.
            TimedOut: nothing is left of the time.
            Cancelled: somebody called `cancel`.
        """
        self._left -= points
        if self._left < 0:
            raise ExecutionFailure("query processing would load too many samples into memory in query execution")
        self._unchecked += points
        if self._unchecked >= _CHECK_EVERY:
            self._unchecked = 0
            self._rest()
            if self._cancelled:
                raise Cancelled("query was canceled in expression evaluation")
            if self._now() > self._end:
                raise TimedOut("query timed out in expression evaluation")
