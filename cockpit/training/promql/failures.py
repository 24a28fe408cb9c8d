"""What goes wrong with a query, in the words and with the codes of Prometheus' HTTP API.

Source: Prometheus, docs/querying/api.md and web/api/v1/api.go.
"""

from __future__ import annotations


class QueryError(Exception):
    """A query that gets no answer. `type` is the API's errorType, `code` the HTTP status that goes with it."""

    type = "internal"
    code = 500


class BadData(QueryError):  # noqa: N818  # the name of the errorType
    """The request itself is wrong: a parameter that cannot be read, a query that does not parse."""

    type = "bad_data"
    code = 400


class ExecutionFailure(QueryError):  # noqa: N818  # the name of the errorType
    """The query parses, and cannot be evaluated on these series."""

    type = "execution"
    code = 422


class TimedOut(QueryError):  # noqa: N818  # the name of the errorType
    """The query took longer than it may."""

    type = "timeout"
    code = 503


class Cancelled(QueryError):  # noqa: N818  # the name of the errorType
    """Nobody waits for the answer any more."""

    type = "canceled"
    code = 499


def bad_parameter(name: str, why: str) -> BadData:
    """Return the refusal of one parameter of a request."""
    return BadData(f'invalid parameter "{name}": {why}')


def unsupported(what: str) -> ExecutionFailure:
    """Return the refusal of something that Prometheus knows and this one does not: better than a wrong number."""
    return ExecutionFailure(f"{what} is not supported by the Prometheus of the embedded cluster")
