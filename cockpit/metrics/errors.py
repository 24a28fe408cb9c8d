"""What can go wrong between the cockpit and Prometheus, each with what to do about it. No message carries a secret.

MetricsError
├── UnreachablePrometheusError   nothing answers there
├── SlowPrometheusError          no whole answer in time
├── UnauthorisedError            401 or 403
├── RefusedQueryError            the query itself is refused: it would be refused again
├── BusyPrometheusError          429 or 5xx: it may answer later
├── NotPrometheusError           an answer, but not one of Prometheus
├── NoPrometheusError            none was found to ask
└── CatalogueError               a file of queries that cannot be used
"""

from __future__ import annotations

from cockpit.errors import CockpitError


class MetricsError(CockpitError):
    """Metrics cannot be had."""


class UnreachablePrometheusError(MetricsError):
    """Nothing answers at the address, or it is not trusted."""


class SlowPrometheusError(MetricsError):
    """There was no whole answer in time."""


class UnauthorisedError(MetricsError):
    """The server does not know who asks, or does not let this user ask."""


class RefusedQueryError(MetricsError):
    """Prometheus takes no such query; `error_type` is its own word, as "bad_data" or "execution"."""

    def __init__(self, sentence: str, error_type: str = "") -> None:
        super().__init__(sentence)
        self.error_type = error_type


class BusyPrometheusError(MetricsError):
    """Prometheus cannot answer now."""


class NotPrometheusError(MetricsError):
    """Something answers that is not Prometheus, or that answers what Prometheus would not."""


class NoPrometheusError(MetricsError):
    """There is none among the Services of the cluster."""


class CatalogueError(MetricsError):
    """A file of queries cannot be used; the message says where it is wrong."""
