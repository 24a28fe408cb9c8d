"""Says that traffic drifts once it has done so for a while: a gap of a moment is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from cockpit.release.drift import drift_of
from cockpit.release.metrics_view import ReleaseMetrics
from cockpit.release.view import ReleaseView, Shares

replace = msgspec.structs.replace
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class DriftRule:
    """A gap of `share` (a fraction of 1) and more, for longer than `lasting`."""

    share: float = 0.1
    lasting: timedelta = timedelta(seconds=60)


USUAL = DriftRule()


@dataclass(slots=True)
class _Past:
    written: tuple[Shares | None, ...]
    written_since: datetime | None = None
    """None while it has not changed in front of us."""
    apart_since: datetime | None = None


@dataclass(slots=True)
class Drifts:
    """Remembers, by key of the release, since when its traffic drifts."""

    rule: DriftRule = USUAL
    _pasts: dict[tuple[str, str], _Past] = field(default_factory=dict)

    def told(self, release: ReleaseView, metrics: ReleaseMetrics) -> ReleaseView:
        """Return the joined release with its drift, where that has lasted by the time of `metrics`."""
        past = self._past(release, metrics.until)
        observed = metrics.observed
        if observed is None:
            past.apart_since = None
            return release
        lately = past.written_since is not None and metrics.until - past.written_since <= _window(observed.window)
        drift = drift_of(release, observed.samples, self.rule.share, lately)
        if drift is None:
            past.apart_since = None
            return release
        past.apart_since = past.apart_since or metrics.until
        if metrics.until - past.apart_since < self.rule.lasting:
            return release
        return replace(release, splits=replace(release.splits, drift=drift))

    def keep_only(self, keys: Iterable[tuple[str, str]]) -> None:
        """Forget all other releases."""
        kept = set(keys)
        self._pasts = {key: past for key, past in self._pasts.items() if key in kept}

    def _past(self, release: ReleaseView, now: datetime) -> _Past:
        # Pods that come and go are no change of what is meant, and are none here.
        written = (release.splits.configured, *(route.shares for route in release.routes or ()))
        past = self._pasts.setdefault(release.key, _Past(written))
        if past.written != written:
            # What was meant before says nothing of the new shares: the gap begins anew.
            past.written, past.written_since, past.apart_since = written, now, None
        return past


def _window(written: str) -> timedelta:
    """Return how far back requests are counted, and a scrape more; a minute where the window cannot be read."""
    number, unit = written[:-1], written[-1:]
    seconds = float(number) * _UNITS[unit] if number.isdigit() and unit in _UNITS else 60.0
    return timedelta(seconds=seconds + 30.0)
