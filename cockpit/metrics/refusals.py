"""What an HTTP answer comes to: the envelope of Prometheus, or an error that says what to do.

Source of the statuses: https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cockpit.kube.errors import quoted
from cockpit.metrics.answer import Envelope, decode_envelope
from cockpit.metrics.errors import (
    BusyPrometheusError,
    MetricsError,
    NotPrometheusError,
    RefusedQueryError,
    UnauthorisedError,
    UnreachablePrometheusError,
)
from cockpit.resources.decode import decode_status, is_api_status

_OF_THE_QUERY = frozenset({"bad_data", "execution", "not_acceptable"})


class Asked(msgspec.Struct, frozen=True):
    """Who was asked: `who` names it in a sentence, without secrets; `login` says what to do where it lets nobody in."""

    who: str
    login: str


def envelope_of(asked: Asked, status: int, headers: Mapping[str, str], body: bytes) -> Envelope:
    """Return the envelope of a good answer.

    Raises:
        MetricsError: the answer is a refusal, or not one of Prometheus.
    """
    if status >= 400 and is_api_status(body):
        raise _by_the_api_server(asked, status, body)
    if 300 <= status < 400:
        raise _redirected(asked, headers)
    envelope = decode_envelope(body)
    if envelope is None:
        raise _foreign(asked, status, headers, body)
    if envelope.status == "error" or status >= 400:
        raise _refused(asked, status, envelope)
    if not envelope.has_data:
        raise NotPrometheusError(f"{asked.who} answered without data. Check that it is Prometheus.")
    return envelope


def _by_the_api_server(asked: Asked, status: int, body: bytes) -> MetricsError:
    """Word what the API server says of its own, before anything reached Prometheus."""
    said = decode_status(body)
    why = f" ({quoted(said.message)})" if said and said.message else ""
    if status == 401:
        return UnauthorisedError("The API server does not accept your credentials. Log in again.")
    if status == 403:
        return UnauthorisedError(
            f"You may not ask {asked.who} through the API server{why}. Ask for a role that allows get on "
            "services/proxy, or name its address with --prometheus."
        )
    if status == 404:
        return UnreachablePrometheusError(f"{asked.who} is not there{why}. Name another one with --prometheus.")
    return UnreachablePrometheusError(
        f"The API server does not reach {asked.who}{why}. Look at the Service and its pods."
    )


def _redirected(asked: Asked, headers: Mapping[str, str]) -> MetricsError:
    # Only scheme and host of where it leads: the rest may hold a token.
    where = headers.get("Location", "").split("?")[0]
    to = f" to {quoted('/'.join(where.split('/')[:3]).rpartition('@')[2], 100)}" if "://" in where else ""
    return NotPrometheusError(
        f"{asked.who} redirects{to} instead of answering. "
        "If a login page stands in front, give a token; if the address moved, give the new one."
    )


def _foreign(asked: Asked, status: int, headers: Mapping[str, str], body: bytes) -> MetricsError:
    """Word an answer that is not in Prometheus' form: that of a proxy, or of a gateway in front of it."""
    if status in {401, 403}:
        tenant = " It wants a tenant: set metrics.tenant." if b"no org id" in body[:1000] else ""
        return UnauthorisedError(f"{asked.who} does not let you in ({status}).{tenant or ' ' + asked.login}")
    if status == 404:
        return NotPrometheusError(
            f"{asked.who} knows no path api/v1/… (404). Check the path of the address, as /prometheus for Mimir."
        )
    if status == 429 or status >= 500:
        return BusyPrometheusError(f"{asked.who} cannot answer now ({status}). It is asked again later.")
    if "html" in headers.get("Content-Type", "").lower() or body.lstrip()[:1] == b"<":
        return NotPrometheusError(
            f"{asked.who} answered HTML, not Prometheus: is there a login page in front? {asked.login}"
        )
    return NotPrometheusError(f"{asked.who} answered something that is not Prometheus' JSON ({status}).")


def _refused(asked: Asked, status: int, envelope: Envelope) -> MetricsError:
    kind = quoted(envelope.error_type, 40)
    why = f" ({': '.join(part for part in (kind, quoted(envelope.error)) if part)})"
    if status in {401, 403}:
        return UnauthorisedError(f"{asked.who} does not let you in{why}. {asked.login}")
    if envelope.error_type in _OF_THE_QUERY or status in {400, 422}:
        return RefusedQueryError(f"{asked.who} refuses the query{why}.", kind)
    return BusyPrometheusError(f"{asked.who} cannot answer now{why}. It is asked again later.")
