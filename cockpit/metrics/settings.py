"""What a user may choose about metrics: the tree `metrics` of the settings file.

metrics:
  url: https://prometheus.example/prometheus
  token_file: ~/.config/prometheus.token     # or token_command, or user with password_file
  tenant: team-a
  range_minutes: 15
  thresholds: {error_ratio: 0.01, latency_p99: 1.0}
  catalogues: [~/.config/cockpit/queries.yaml]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, 5.6.2
_DURATION = re.compile(r"[1-9][0-9]{0,5}[smh]")
_RANGES = (
    ("range_minutes", 1, 1440),
    ("refresh_seconds", 1, 3600),
    ("timeout_seconds", 0.1, 60),
    ("minimum_sample", 0, 1e9),
    ("relative_factor", 0, 1e6),
    ("drift_share", 0, 1),
    ("drift_seconds", 0, 86400),
)


class MetricsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which Prometheus is asked, how it is reached, and what its answers are judged by."""

    url: str = ""
    """Base address of the HTTP API, without `/api/v1`; "" is what is found in the cluster."""
    search: bool = True
    """Look for Prometheus among the Services of the cluster where no `url` is given."""
    token_file: str = ""
    """File with a bearer token; it is read for each request, so that it may be rotated."""
    token_command: tuple[str, ...] = ()
    """Program with its arguments that prints a bearer token; it is run again when a token is refused."""
    user: str = ""
    """User for basic authentication, with `password_file`."""
    password_file: str = ""
    ca_file: str = ""
    """Certificates (PEM) that the server's must lead to; "" is those of the system."""
    client_certificate_file: str = ""
    client_key_file: str = ""
    tenant: str = ""
    """Tenant of Mimir, Cortex or Thanos; sent as `tenant_header`."""
    tenant_header: str = "X-Scope-OrgID"
    headers: Mapping[str, str] = {}
    """Further headers of each request. Their values are never shown."""
    range_minutes: float = 15.0
    """Minutes that sparklines show."""
    refresh_seconds: float = 10.0
    timeout_seconds: float = 5.0
    """Seconds to wait for an answer."""
    window: str = ""
    """Window of rates as PromQL writes it; "" is four scrape intervals, at least a minute."""
    thresholds: Mapping[str, float] = {}
    """Limits by metric, above which a version is unhealthy; those of the catalogue hold for what is not named."""
    relative_factor: float = 2.0
    """A version is unhealthy where it is so many times worse than the stable one; 0 is never."""
    minimum_sample: float = 20.0
    """Requests that a verdict needs at least."""
    drift_share: float = 0.1
    """A gap between meant and observed shares (fractions of 1) that counts as drift ..."""
    drift_seconds: float = 60.0
    """... once it has lasted so long."""
    catalogues: tuple[str, ...] = ()
    """Files with queries beside, or instead of, those that come along."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            ValueError: an address that is none, a number out of range; msgspec says where.
        """
        if self.url:
            _check_url(self.url)
        _check_numbers(self)
        _check_credentials(self)

    def __repr__(self) -> str:
        """Name nothing: address and headers may hold secrets."""
        return "MetricsSettings(…)"


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    # The address may hold a password, so it is not repeated.
    if not good:
        raise ValueError("the address of Prometheus has to start with http:// or https://, and name a host")
    if parts.query or parts.fragment:
        raise ValueError(
            "the address of Prometheus cannot have a query (what follows ?) or a fragment (what follows #)"
        )


def _check_numbers(chosen: MetricsSettings) -> None:
    for name, least, most in _RANGES:
        if not least <= getattr(chosen, name) <= most:
            raise ValueError(f"{name} has to be from {least:g} to {most:g}")
    if chosen.window and not _DURATION.fullmatch(chosen.window):
        raise ValueError('window has to be a duration of Prometheus, as "2m"')


def _check_credentials(chosen: MetricsSettings) -> None:
    if bool(chosen.client_certificate_file) != bool(chosen.client_key_file):
        raise ValueError("client_certificate_file and client_key_file go together")
    if bool(chosen.user) != bool(chosen.password_file):
        raise ValueError("user and password_file go together")
    if sum(map(bool, (chosen.token_file, chosen.token_command, chosen.user))) > 1:
        raise ValueError("only one of token_file, token_command and user can be used")
    for name, value in {**chosen.headers, chosen.tenant_header: chosen.tenant}.items():
        if name.lower() in _SECRET_HEADERS:
            raise ValueError(f"the header {name} comes from token_file, token_command, or user")
        if not _HEADER.fullmatch(name) or not value.isascii() or not value.isprintable():
            raise ValueError(f"the header {name!r} cannot be sent: it has to be one line of ASCII")
