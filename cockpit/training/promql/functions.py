"""Functions of single elements: mathematics, the calendar, labels.

Source: Prometheus, docs/querying/functions.md and promql/functions.go.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime

from cockpit.training.promql.budget import Budget
from cockpit.training.promql.failures import BadData, ExecutionFailure
from cockpit.training.promql.numbers import divided, total
from cockpit.training.promql.regex import compile_regex
from cockpit.training.promql.values import INFINITY, NAN, Row, changed, merged, value_of

OfNumber = Callable[[float], float]
_TEMPLATE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})", re.ASCII)


def _log(function: OfNumber) -> OfNumber:
    return lambda value: -INFINITY if value == 0 else total(function)(value)


def _whole(function: Callable[[float], int]) -> OfNumber:
    return lambda value: math.copysign(float(function(value)), value) if math.isfinite(value) else value


def _sign(value: float) -> float:
    return -1.0 if value < 0 else 1.0 if value > 0 else value


def _atanh(value: float) -> float:
    return math.copysign(INFINITY, value) if abs(value) == 1 else total(math.atanh)(value)


def _sinh(value: float) -> float:
    return total(math.sinh, math.copysign(INFINITY, value))(value)


OF_NUMBER: dict[str, OfNumber] = {
    "abs": abs,
    "ceil": _whole(math.ceil),
    "floor": _whole(math.floor),
    "exp": total(math.exp),
    "sqrt": total(math.sqrt),
    "ln": _log(math.log),
    "log2": _log(math.log2),
    "log10": _log(math.log10),
    "sgn": _sign,
    "deg": lambda value: value * 180 / math.pi,
    "rad": lambda value: value * math.pi / 180,
    "sin": total(math.sin),
    "cos": total(math.cos),
    "tan": total(math.tan),
    "asin": total(math.asin),
    "acos": total(math.acos),
    "atan": math.atan,
    "sinh": _sinh,
    "cosh": total(math.cosh),
    "tanh": math.tanh,
    "asinh": math.asinh,
    "acosh": total(math.acosh),
    "atanh": _atanh,
}

OF_DATE: dict[str, Callable[[datetime], int]] = {
    "minute": lambda date: date.minute,
    "hour": lambda date: date.hour,
    "day_of_week": lambda date: date.isoweekday() % 7,
    "day_of_month": lambda date: date.day,
    "day_of_year": lambda date: date.timetuple().tm_yday,
    "days_in_month": lambda date: monthrange(date.year, date.month)[1],
    "month": lambda date: date.month,
    "year": lambda date: date.year,
}


def calendar(name: str) -> OfNumber:
    """Return the function that reads a number as seconds since the epoch, and gives a part of that date in UTC."""

    def part(value: float) -> float:
        try:
            return float(OF_DATE[name](datetime.fromtimestamp(math.trunc(value), UTC)))
        except (ValueError, OverflowError, OSError):
            return NAN

    return part


def rounded(value: float, to: float) -> float:
    """Return the nearest multiple; halves go up."""
    inverse = divided(1.0, to)
    shifted = value * inverse + 0.5
    return divided(float(math.floor(shifted)) if math.isfinite(shifted) else shifted, inverse)


def clamped(value: float, low: float, high: float) -> float:
    """Return the value within its limits; NaN where any of the three is."""
    return NAN if math.isnan(value + 0.0) or math.isnan(low) or math.isnan(high) else max(low, min(high, value))


def label_replace(rows: list[Row], texts: list[str], budget: Budget) -> list[Row]:
    """Set a label from what a regular expression finds in another: texts are target, template, source and pattern."""
    target, template, source, pattern = texts
    _check_label(target, "destination label name in label_replace()")
    try:
        regex = compile_regex(pattern)
    except BadData as error:
        raise ExecutionFailure(f'invalid regular expression in label_replace(): "{pattern[:200]}"') from error
    found = []
    for row in rows:
        groups = regex.groups_of(value_of(row.labels, source), budget.spend)
        if groups is None:
            found.append(row)
            continue
        new = _TEMPLATE.sub(lambda match, groups=groups: _expanded(match, groups, regex.names), template)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        found.append(Row(changed(row.labels, {target: new}), row.values))
    return merged(found)


def _expanded(found: re.Match[str], groups: list[str], names: dict[str, int]) -> str:
    name = found[1] or found[2]
    if name is None:
        return "$"
    number = int(name) if name.isdigit() else names.get(name, len(groups))
    return groups[number] if number < len(groups) else ""


def label_join(rows: list[Row], texts: list[str]) -> list[Row]:
    """Set a label to others joined together: texts are target, separator and the sources."""
    target, separator, *sources = texts
    _check_label(target, "destination label name in label_join()")
    for source in sources:
        _check_label(source, "source label name in label_join()")
    joined = [(row, separator.join(value_of(row.labels, source) for source in sources)) for row in rows]
    return merged(Row(changed(row.labels, {target: text}), row.values) for row, text in joined)


def _check_label(name: str, what: str) -> None:
    if not name:
        raise ExecutionFailure(f'invalid {what}: "{name}"')
