"""What Prometheus answers, typed. Source: https://prometheus.io/docs/prometheus/latest/querying/api/

Raw JSON ends here. Values are floats and may be NaN or infinite: what reads them decides what that means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from cockpit.kube.errors import quoted
from cockpit.metrics.errors import NotPrometheusError
from cockpit.resources.decode import UNREADABLE

_MOST_MESSAGES = 5
_MOST_SERIES = 10_000
_MOST_PARTS = 100_000
"""Objects and lists in an answer; the widest question brings some 40,000 points."""


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
    histogram: msgspec.Raw = msgspec.Raw()
    histograms: tuple[msgspec.Raw, ...] = ()


class _Data(msgspec.Struct, frozen=True):
    result: list[msgspec.Raw]


_ROW = msgspec.json.Decoder(_Row)
_LABELS = msgspec.json.Decoder(dict[str, str])
_TIME, _VALUE = msgspec.json.Decoder(float), msgspec.json.Decoder(str)


def decode_envelope(body: bytes) -> Envelope | None:
    """Return what surrounds the data, or None where the body is not that of Prometheus."""
    try:
        envelope = msgspec.json.decode(body, type=Envelope)
    except UNREADABLE:
        return None
    return envelope if envelope.status in {"success", "error"} else None


def parts_of(data: msgspec.Raw) -> Mapping[str, list[msgspec.Raw]] | list[msgspec.Raw]:
    """Return `data` as the library expects it, whose parts are still to be read: of a query, or of a list.

    One part after the other, the event loop has its turns in between: no other thread runs while JSON is read.

    Raises:
        NotPrometheusError: it is neither.
    """
    raw = bytes(data)
    try:
        if raw.count(b"{") + raw.count(b"[") > _MOST_PARTS:
            raise ValueError("too many parts")
        if raw.lstrip()[:1] == b"[":
            return msgspec.json.decode(data, type=list[msgspec.Raw])
        return {"result": msgspec.json.decode(data, type=_Data).result}
    except (*UNREADABLE, ValueError) as error:
        raise _odd(error) from error


def answer_of(parts: Sequence[msgspec.Raw], envelope: Envelope) -> Answer:
    """Return the answer to a query, whose `data.result` is given in parts.

    Raises:
        NotPrometheusError: it is no vector, matrix, scalar or string.
    """
    return Answer(tuple(_series(parts)), envelope.all_warnings(), envelope.all_infos())


def label_sets(parts: Sequence[msgspec.Raw]) -> tuple[Mapping[str, str], ...]:
    """Return the label sets of an answer of `/api/v1/series`.

    Raises:
        NotPrometheusError: it is no list of label sets.
    """
    try:
        return tuple(_LABELS.decode(part) for part in parts)
    except UNREADABLE as error:
        raise _odd(error) from error


def _series(parts: Sequence[msgspec.Raw]) -> list[Series]:
    try:
        if len(parts) > _MOST_SERIES:
            raise ValueError(f"{len(parts)} series")
        if len(parts) == 2 and bytes(parts[1])[:1] == b'"':
            return [Series({}, ((_TIME.decode(parts[0]), float(_VALUE.decode(parts[1]))),))]
        return [_one(_ROW.decode(part)) for part in parts]
    except (*UNREADABLE, ValueError) as error:
        raise _odd(error) from error


def _one(row: _Row) -> Series:
    points = tuple((at, float(text)) for at, text in ((row.value,) if row.value is not None else row.values))
    return Series(row.metric, points, len(row.histograms) + bool(bytes(row.histogram)))


def _odd(error: Exception) -> NotPrometheusError:
    return NotPrometheusError(
        f"The answer does not hold what Prometheus' HTTP API promises ({quoted(str(error), 120)}). "
        "Check that the address is that of Prometheus, or of what speaks its API."
    )
