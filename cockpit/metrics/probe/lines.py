"""The output of `cockpit probe`: a line an answer, and a summary at the end; as a table, or as JSON documents. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from cockpit.metrics.probe.order import ProbeOrder
from cockpit.metrics.probe.tally import Seen, Summary
from cockpit.metrics.probe.words import latency_words, status_words, summary_words

HEADINGS = f"{'#':>6}  {'TIME':<12}  {'STATUS':<8}  {'LATENCY':>8}  VERSION"


@dataclass(frozen=True, slots=True)
class Moments:
    """Turns moments of the probe's clock into times of day: `began` is the moment at which it was `wall`."""

    began: float
    wall: datetime

    def of(self, moment: float) -> datetime:
        """Return the time of a moment."""
        return self.wall + timedelta(seconds=moment - self.began)


def table_line(seen: Seen, moments: Moments) -> str:
    """Return the row of one answer; a problem goes to the end, for it may be long."""
    reply = seen.reply
    time = moments.of(seen.sent_at).strftime("%H:%M:%S.%f")[:-3]
    mark = "✖" if reply.failed else "●"
    status = "-" if reply.status is None else str(reply.status)
    said = reply.version if reply.status is not None else status_words(seen)
    return f"{seen.number:>6}  {time}  {mark} {status:<6}  {latency_words(seen.latency):>8}  {said}"


def json_line(seen: Seen, moments: Moments) -> str:
    """Return the document of one answer."""
    return _json(
        {
            "number": seen.number,
            "sentAt": _stamp(moments.of(seen.sent_at)),
            "status": seen.reply.status,
            "version": None if seen.reply.status is None else seen.reply.version,
            "milliseconds": round(seen.latency * 1000, 3),
            "failed": seen.reply.failed,
            "problem": seen.reply.problem,
        }
    )


def json_summary(order: ProbeOrder, summary: Summary) -> str:
    """Return the closing document. Of the target only what may be shown; of headers their names."""
    total = sum(summary.versions.values())
    return _json(
        {
            "summary": {
                "target": order.target.label,
                "headers": [name for name, _ in order.headers],
                "rate": order.limits.rate,
                "asked": summary.asked,
                "waiting": summary.waiting,
                "answered": summary.answered,
                "failed": summary.failed,
                "notSent": summary.not_sent,
                "versions": summary.versions,
                "shares": {name: count / total for name, count in summary.versions.items()},
                "p50Milliseconds": _milliseconds(summary.p50),
                "p99Milliseconds": _milliseconds(summary.p99),
            }
        }
    )


def table_summary(order: ProbeOrder, summary: Summary) -> str:
    """Return the closing line."""
    return f"{order.target.label}: {summary_words(summary)}"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)
