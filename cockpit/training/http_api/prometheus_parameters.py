"""Parameters of Prometheus' HTTP API: moments, durations and limits, from the URL or from a form.

Source: Prometheus, web/api/v1/api.go (parseTime, parseDuration, parseLimitParam).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from cockpit.training.promql.failures import BadData, bad_parameter

FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 1000
_LARGEST = 2**63 / 1000  # seconds that fit into a count of milliseconds
_DURATION = re.compile(r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?", re.ASCII)
_UNITS = (31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


class Parameters:
    """What a request asks with. All times are whole milliseconds."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def text(self, name: str) -> str:
        """Return the first value, "" where there is none."""
        return self._values.get(name, [""])[0]

    def texts(self, name: str) -> list[str]:
        """Return all values."""
        return self._values.get(name, [])

    def moment(self, name: str, default: int | None = None) -> int:
        """Return a time: seconds since the epoch, or RFC 3339.

        Raises:
            BadData: it cannot be read, or there is none and no default.
        """
        text = self.text(name)
        if not text and default is not None:
            return default
        found = _seconds(text)
        if found is None and _RFC3339.fullmatch(text):
            found = _date(text)
        if found is None:
            raise bad_parameter(name, f'cannot parse "{text[:100]}" to a valid timestamp')
        return math.floor(found * 1000 + 0.5)

    def duration(self, name: str, default: int | None = None) -> int:
        """Return a duration: seconds, or with units, e.g. 1h30m.

        Raises:
            BadData: it cannot be read, or there is none and no default.
        """
        text = self.text(name)
        if not text and default is not None:
            return default
        found = _seconds(text)
        if found is not None:
            return math.floor(found * 1000 + 0.5)
        parts = _DURATION.fullmatch(text)
        if parts is None or not text:
            raise bad_parameter(name, f'cannot parse "{text[:100]}" to a valid duration')
        return sum(int(part) * unit for part, unit in zip(parts.groups(), _UNITS, strict=True) if part)

    def limit(self) -> int:
        """Return how many series are wanted at most, 0 for all.

        Raises:
            BadData: it is no number, or less than 0.
        """
        text = self.text("limit")
        if text and not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII):
            raise bad_parameter("limit", f'cannot parse "{text[:100]}" to a valid limit')
        if text and int(text) < 0:
            raise bad_parameter("limit", "limit must be non-negative")
        return int(text or 0)


def parameters_of(query: str, content_type: str, body: bytes) -> Parameters:
    """Return the parameters of a request; those of the form count before those of the URL.

    Raises:
        BadData: there are too many.
    """
    form = body.decode("utf-8", "replace") if content_type == FORM else ""
    try:
        pairs = [
            pair
            for text in (form, query)
            for pair in parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MOST_FIELDS)
        ]
    except ValueError as error:
        raise BadData(f"error parsing form values: more than {_MOST_FIELDS} fields") from error
    return Parameters(pairs)


def _seconds(text: str) -> float | None:
    if len(text) > 100 or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
        return None
    found = float(text)
    return found if abs(found) < _LARGEST else None


def _date(text: str) -> float | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        return None
