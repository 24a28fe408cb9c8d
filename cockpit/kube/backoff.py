"""How long to wait before asking again."""

from __future__ import annotations

from cockpit.kube.clock import Clock

_FIRST_SECONDS = 0.5
_LONGEST_SECONDS = 30.0


class Backoff:
    """Waits that double, with jitter so that many watches do not come back as one; what the server asks for wins."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.failures = 0
        """Failures since the last success."""

    def succeeded(self) -> None:
        """Begin anew with the shortest wait."""
        self.failures = 0

    def next_seconds(self, retry_after: float | None = None) -> float:
        """Count a failure, and return how long to wait now."""
        longest = min(_FIRST_SECONDS * 2.0**self.failures, _LONGEST_SECONDS)
        self.failures = min(self.failures + 1, 16)
        wait = self._clock.uniform(longest / 2, longest)
        return wait if retry_after is None else retry_after + self._clock.uniform(0.0, 0.5)
