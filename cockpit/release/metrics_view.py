"""What is known of a release from metrics at one moment: frozen values that screen, JSON and tables draw alike.

None always means "not known". A series of points is evenly spaced, oldest first; a point that is not known is None, so
that a gap is drawn as a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from cockpit.release.view import Shares, View


class Verdict(StrEnum):
    """What is to be thought of one metric of one version."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    NO_DATA = "no data"


class MetricsState(StrEnum):
    """How well metrics are known. OFF: none is configured and none was found."""

    OFF = "off"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    SLOW = "slow"
    PARTIAL = "partial"
    UNAUTHORISED = "unauthorised"
    GONE = "gone"


class MetricsSourceView(View, frozen=True):
    """The Prometheus that is asked: `name` says which in a few words, without secrets; `message` what is amiss."""

    state: MetricsState = MetricsState.OFF
    name: str = ""
    message: str = ""
    answered_at: datetime | None = None


class MetricView(View, frozen=True):
    """One metric of one version.

    `value` is the latest one in `unit`, over `window` (as PromQL writes a duration; "" for one of the moment);
    `samples` the number of requests (or other events) that it rests on, None where it rests on none. `verdict` is None
    for a metric that there is, and that nothing is set to judge by, as requests a second. `why` words the verdict.
    `change` is the value over that of the stable version, None where either is not known. `points` end at
    `ReleaseMetrics.until`.
    """

    value: float | None
    unit: str
    window: str
    verdict: Verdict | None
    source: str
    samples: float | None = None
    why: str = ""
    threshold: float | None = None
    change: float | None = None
    points: tuple[float | None, ...] = ()


class IpvsEntry(View, frozen=True):
    """One real server of one virtual server of kube-proxy in ipvs mode, summed over nodes (weight: the largest)."""

    protocol: str
    local_address: str
    local_port: int
    remote_address: str
    remote_port: int
    weight: int | None
    active_connections: int | None
    inactive_connections: int | None


class ObservedSplit(View, frozen=True):
    """Where requests were seen to go; `window` as PromQL writes it, `samples` the requests that were counted."""

    shares: Shares
    window: str
    samples: float
    source: str


class ReleaseMetrics(View, frozen=True):
    """All that metrics tell of one release.

    `by_version` holds metrics by their name in the catalogue, by version name. Points are `step` seconds apart, the
    last one at `until`. `ipvs` is None where no ipvs collector is scraped, and `ipvs_absent` says why.
    """

    until: datetime
    step: float
    by_version: Mapping[str, Mapping[str, MetricView]]
    observed: ObservedSplit | None = None
    ipvs: tuple[IpvsEntry, ...] | None = None
    ipvs_absent: str = ""
    message: str = ""
    """What is amiss with the answers in a sentence, "" where nothing is."""
    titles: Mapping[str, str] = {}
    """What the catalogue calls metrics on a screen, by their names."""


REQUESTS = "requests_per_second"
"""The metric of the catalogue that counts requests."""


def observed_rates(metrics: ReleaseMetrics) -> Mapping[str, float]:
    """Return the requests a second by version, of those for which they are known."""
    found = {version: by_name.get(REQUESTS) for version, by_name in metrics.by_version.items()}
    return {
        version: metric.value for version, metric in found.items() if metric is not None and metric.value is not None
    }
