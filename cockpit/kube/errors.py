"""What can go wrong between the cockpit and an API server, each with what to do about it.

Texts that come from the server are cut and made inert here; credentials never enter a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from cockpit.errors import ChangedError, CockpitError, UnreachableError
from cockpit.resources.decode import Status, decode_status
from cockpit.resources.inert import inert

_LONGEST_QUOTE = 300
_LONGEST_WAIT_SECONDS = 300.0
_NO_RIGHT = re.compile(
    r'cannot (?P<verb>[\w*]+) resource "(?P<resource>[\w./*-]+)"(?: in API group "(?P<group>[\w.-]*)")?'
)
"""How the API server words a missing right: apiserver/pkg/endpoints/handlers/responsewriters/errors.go."""

_READING = frozenset({"get", "list", "watch"})
_MAYBE_SECRET = re.compile(r"[A-Za-z0-9_\-.+/=]{24,}")


class KubeconfigError(UnreachableError):
    """There is no kubeconfig, or what it says cannot be used."""


class CredentialError(UnreachableError):
    """The user's credentials cannot be had: the plugin failed, the token cannot be renewed."""


class NoAnswerError(UnreachableError):
    """The API server does not answer, or the connection broke."""


class AnswerLostError(NoAnswerError):
    """The request was sent, or may have been, and no whole answer came."""


class NotTrustedError(UnreachableError):
    """The server's certificate is not one that the kubeconfig trusts."""


class ApiError(CockpitError):
    """The API server answered, and the answer is no. `status` is the HTTP status."""

    def __init__(self, sentence: str, status: int, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.retry_after = retry_after
        """Seconds that the server asks to wait, or None where it asks for nothing."""


class RefusedTokenError(ApiError, UnreachableError):
    """401: the server does not know who asks."""

    exit_code = UnreachableError.exit_code


class ForbiddenError(ApiError):
    """403: the server knows who asks, and the user may not."""


class DeniedError(ForbiddenError):
    """The user has the right, but a quota, an admission policy or a webhook says no: 403, a webhook's of any status."""


class MissingError(ApiError):
    """404: no such object, or no such kind."""


class ExpiredError(ApiError):
    """410: the resourceVersion or the continue token is too old."""


class BusyError(ApiError):
    """429 or 5xx: the server cannot answer now, and may later. Nothing was done."""


class LostPreconditionError(ApiError, ChangedError):
    """409 Conflict, or 422 without causes: the object is not what the write relied on. Nothing was done."""

    exit_code = ChangedError.exit_code


class ExistsError(ApiError):
    """409 AlreadyExists: there is an object of that name. Nothing was done."""


class InvalidError(ApiError):
    """422 with causes, or 400: the object would not be valid. Nothing was done."""


class DryRunRefusedError(InvalidError):
    """400: an admission webhook does not take dry runs, so that nobody can know what the write would do."""


class OutcomeUnknownError(CockpitError):
    """A write may have been done, or not: the answer was lost, or the server failed (5xx). Read back; never repeat."""


class ReadOnlyError(CockpitError):
    """The cockpit may not write here, and the message names why. Nothing was sent."""


def quoted(text: str, longest: int = _LONGEST_QUOTE) -> str:
    """Return a stranger's text made inert, its white space folded, and cut to `longest` characters."""
    line = " ".join(inert(text).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def without_secrets(text: str) -> str:
    """Return `text` with everything masked that is long and shapeless enough to be a token."""
    return _MAYBE_SECRET.sub("••••••", text)


def api_error(doing: str, status: int, headers: Mapping[str, str], body: bytes) -> ApiError:
    """Return the error for an answer that is not 2xx. `doing` is what was asked, as "list pods in namespace shop"."""
    retry_after = seconds_to_wait(headers, datetime.now(UTC))
    said = decode_status(body)
    quote = f" ({quoted(said.message)})" if said and said.message else ""
    if status == 401:
        return RefusedTokenError(
            f"The API server does not accept your credentials (401, when the cockpit wanted to {doing}). "
            "Log in again, or look at the user of this context in the kubeconfig.",
            status,
        )
    if status == 403:
        return ForbiddenError(f"You may not {doing}{quote}. Ask for a role that allows {_wanted_right(said)}.", status)
    if status == 404:
        return MissingError(f"Not found, when the cockpit wanted to {doing}{quote}.", status)
    if status == 410:
        return ExpiredError(f"Too old to go on, when the cockpit wanted to {doing}{quote}.", status)
    if status == 429 or status >= 500:
        return BusyError(
            f"The API server cannot answer now ({status}, when the cockpit wanted to {doing}){quote}.",
            status,
            retry_after,
        )
    return ApiError(f"The API server refused to {doing} ({status}){quote}.", status, retry_after)


def lacks_right(said: Status | None) -> bool:
    """Say whether a 403 is about the user's rights: no message at all counts as such, as proxies send none."""
    return said is None or not said.message or _NO_RIGHT.search(said.message) is not None


def _wanted_right(said: Status | None) -> str:
    """Name the missing verb and resource as the server does; whoever may not read one way wants all three."""
    found = _NO_RIGHT.search(said.message) if said else None
    if found is None:
        return "get, list and watch"
    verb, resource, group = found["verb"], found["resource"], found["group"]
    verbs = "get, list and watch" if verb in _READING and "/" not in resource else verb
    return quoted(f"{verbs} on {resource}{f'.{group}' if group else ''}")


def seconds_to_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return what `Retry-After` asks for (RFC 9110, 10.2.3: seconds or a date), at most five minutes, else None."""
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), _LONGEST_WAIT_SECONDS)
    try:
        seconds = (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT_SECONDS)
