"""What Prometheus answers, typed. Source: https://prometheus.io/docs/prometheus/latest/querying/api/

Raw JSON ends here. Values are floats and may be NaN or infinite: what reads them decides what that means.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cockpit.kube.errors import quoted
from cockpit.metrics.errors import NotPrometheusError

_MOST_MESSAGES = 5
_MOST_SERIES = 10_000


class Series(msgspec.Struct, frozen=True):
    """One series of an answer: points of (Unix seconds, value), oldest first; one point in an instant answer.

    `histograms` counts native histograms, which stand where a value would, and have none.
    """

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]
    histograms: int = 0


class Answer(msgspec.Struct, frozen=True):
    """The answer to one query. `warnings` say why it may be incomplete; `infos` what is odd about the query."""

    series: tuple[Series, ...] = ()
    warnings: tuple[str, ...] = ()
    infos: tuple[str, ...] = ()


class Envelope(msgspec.Struct, frozen=True, rename={"error_type": "errorType", "is_partial": "isPartial"}):
    """What surrounds the data; `is_partial` is VictoriaMetrics' word for a warning."""

    status: str = ""
    error_type: str = ""
    error: str = ""
    warnings: tuple[str, ...] | None = None
    infos: tuple[str, ...] | None = None
    is_partial: bool = False
    data: msgspec.Raw = msgspec.Raw()

    @property
    def has_data(self) -> bool:
        """Whether there is any data."""
        return bytes(self.data).strip() not in {b"", b"null"}

    def all_warnings(self) -> tuple[str, ...]:
        """Return the warnings made inert, a few of them."""
        partial = ("the answer is partial",) if self.is_partial and not self.warnings else ()
        return tuple(quoted(text) for text in (*(self.warnings or ()), *partial)[:_MOST_MESSAGES])

    def all_infos(self) -> tuple[str, ...]:
        """Return the infos made inert, a few of them."""
        return tuple(quoted(text) for text in (self.infos or ())[:_MOST_MESSAGES])


class _Row(msgspec.Struct, frozen=True):
    metric: dict[str, str] = {}
    value: tuple[float, str] | None = None
    values: tuple[tuple[float, str], ...] = ()
    histogram: object = None
    histograms: tuple[object, ...] = ()


def decode_envelope(body: bytes) -> Envelope | None:
    """Return what surrounds the data, or None where the body is not that of Prometheus."""
    try:
        envelope = msgspec.json.decode(body, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return envelope if envelope.status in {"success", "error"} else None


def answer_of(result: object, envelope: Envelope) -> Answer:
    """Return the answer whose `data.result` is given.

    Raises:
        NotPrometheusError: it is no vector, matrix, scalar or string.
    """
    return Answer(_series(result), envelope.all_warnings(), envelope.all_infos())


def label_sets(data: object) -> tuple[Mapping[str, str], ...]:
    """Return the label sets of an answer of `/api/v1/series`.

    Raises:
        NotPrometheusError: it is no list of label sets.
    """
    try:
        return msgspec.convert(data, tuple[dict[str, str], ...])
    except msgspec.ValidationError as error:
        raise _odd(error) from error


def _series(result: object) -> tuple[Series, ...]:
    try:
        if isinstance(result, list) and len(result) == 2 and isinstance(result[1], str):
            return (Series({}, (_point(msgspec.convert(result, tuple[float, str], strict=True)),)),)
        if isinstance(result, list) and len(result) > _MOST_SERIES:
            raise ValueError(f"{len(result)} series")
        rows = msgspec.convert(result, tuple[_Row, ...])
        return tuple(_one(row) for row in rows)
    except (msgspec.ValidationError, ValueError) as error:
        raise _odd(error) from error


def _one(row: _Row) -> Series:
    points = tuple(_point(pair) for pair in ((row.value,) if row.value is not None else row.values))
    histograms = len(row.histograms) + (row.histogram is not None)
    return Series(row.metric, points, histograms)


def _point(pair: tuple[float, str]) -> tuple[float, float]:
    return pair[0], float(pair[1])


def _odd(error: Exception) -> NotPrometheusError:
    return NotPrometheusError(
        f"The answer does not hold what Prometheus' HTTP API promises ({quoted(str(error), 120)}). "
        "Check that the address is that of Prometheus, or of what speaks its API."
    )
