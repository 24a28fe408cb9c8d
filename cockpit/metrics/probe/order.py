"""What a probe is told to do: whom to ask, how often, how long, and how to tell a version from an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from cockpit.errors import UsageError
from cockpit.metrics.probe.identify import DEFAULT_IDENTIFY, Identify
from cockpit.metrics.probe.target import ProxyTarget, Target
from cockpit.resources.inert import inert

DEFAULT_RATE: Final = 5.0
MOST_RATE: Final = 50.0
LEAST_RATE: Final = 0.1
DEFAULT_TIMEOUT: Final = 5.0
MOST_TIMEOUT: Final = 60.0
MOST_SECONDS: Final = 7 * 86_400.0
BODY_BYTES: Final = 65_536
"""Bytes of a body that are read; the rest is left where it is."""

Header = tuple[str, str]

# RFC 9110, 5.6.2 (token) and 5.5 (field values).
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_SENT_BY_OURSELVES = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a probe: requests a second, requests in all, seconds in all, seconds for each answer.

    Raises:
        UsageError: one of them is out of bounds.
    """

    rate: float = DEFAULT_RATE
    count: int | None = None
    seconds: float | None = None
    timeout: float = DEFAULT_TIMEOUT

    def __post_init__(self) -> None:
        if not LEAST_RATE <= self.rate <= MOST_RATE:
            raise UsageError(f"The rate has to be from {LEAST_RATE:g} to {MOST_RATE:g} requests a second.")
        if self.count is not None and self.count < 1:
            raise UsageError("The count has to be 1 or more.")
        if self.seconds is not None and not 0 < self.seconds <= MOST_SECONDS:
            raise UsageError("The duration has to be more than 0 and at most seven days.")
        if not 0 < self.timeout <= MOST_TIMEOUT:
            raise UsageError(f"The timeout has to be more than 0 and at most {MOST_TIMEOUT:g} seconds.")


@dataclass(frozen=True, slots=True)
class ProbeOrder:
    """One probe. Values of headers may be secrets, so they are never printed; `ca` is a file of trusted authorities."""

    target: Target
    limits: Limits = Limits()
    identify: Identify = DEFAULT_IDENTIFY
    headers: tuple[Header, ...] = field(default=(), repr=False)
    ca: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.target, ProxyTarget):
            _check_for_proxy(self.headers, self.ca)


def header_of(text: str) -> Header:
    """Return a header that was written as `NAME: VALUE`.

    Raises:
        UsageError: it cannot be sent. The value is not repeated, for it may be a secret.
    """
    name, colon, value = text.partition(":")
    name, value = name.strip(), value.strip()
    if not colon or not _HEADER_NAME.fullmatch(name):
        raise UsageError("A header is written as NAME: VALUE, its name without spaces.")
    if name.lower() in _SENT_BY_OURSELVES and name.lower() != "host":
        raise UsageError(f"The header {name} is set by the probe itself; leave it out.")
    if any(character < " " or character == "\x7f" or "\ud800" <= character <= "\udfff" for character in value):
        raise UsageError(f"The value of the header {name} holds a line break or a control character.")
    return (name, value)


def duration_of(text: str) -> float:
    """Return the seconds that a duration stands for: 30s, 2m, 1h30m, or a number of seconds.

    Raises:
        UsageError: it is none of these.
    """
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return float(text)
    found = _DURATION.fullmatch(text)
    if not text or found is None:
        raise UsageError(f"{inert(text[:40])!r} is no duration: write it as 30s, 2m or 1h30m.")
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _check_for_proxy(headers: tuple[Header, ...], ca: str) -> None:
    """Refuse what the API server would take as meant for itself.

    It strips Authorization before it passes a request on, and Impersonate-* headers change who asks it:
    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
    """
    for name, _ in headers:
        if name.lower() in {"authorization", "host"} or name.lower().startswith(("impersonate-", "x-remote-")):
            raise UsageError(
                f"The header {name} would be taken by the API server itself, not by the application behind it. "
                "Leave it out, or probe a URL."
            )
    if ca:
        raise UsageError("--ca is for https:// URLs; through the API server the kubeconfig says what is trusted.")
