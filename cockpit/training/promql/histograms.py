"""Quantiles of classic histograms, whose buckets are series with the label `le`.

Source: Prometheus 3, promql/quantile.go (BucketQuantile) and docs/querying/functions.md.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left

from cockpit.training.promql.budget import Budget
from cockpit.training.promql.sample import Labels
from cockpit.training.promql.values import NAN, Row, Values, merged, unnamed, value_of, without

BUCKET = "le"
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf(inity)?|nan)", re.IGNORECASE | re.ASCII)
_SAME = 1e-12  # relative: counts that differ by less were the same before they were added up


def histogram_quantile(shares: list[float], rows: list[Row], budget: Budget) -> list[Row]:
    """Return the quantile of each histogram; buckets whose `le` is no number are left out."""
    groups: dict[Labels, dict[float, list[Row]]] = {}
    for row in rows:
        bound = upper_bound(value_of(row.labels, BUCKET))
        if bound is not None:
            groups.setdefault(without(row.labels, (BUCKET,)), {}).setdefault(bound, []).append(row)
    found = []
    for labels, buckets in groups.items():
        budget.spend(len(shares) * len(buckets))
        ordered = sorted(buckets.items())
        values: Values = [_at(index, share, ordered) for index, share in enumerate(shares)]
        found.append(Row(unnamed(labels), values))
    return merged(found)


def upper_bound(text: str) -> float | None:
    """Return the number that a bucket's `le` is, None where it is none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _at(index: int, share: float, buckets: list[tuple[float, list[Row]]]) -> float | None:
    bounds: list[float] = []
    counts: list[float] = []
    for bound, rows in buckets:
        there = [value for row in rows if (value := row.values[index]) is not None]
        if there:
            bounds.append(bound)
            counts.append(sum(there))
    return bucket_quantile(share, bounds, counts) if bounds else None


def bucket_quantile(share: float, bounds: list[float], counts: list[float]) -> float:
    """Return the value below which the share `share` lies, by a straight line within its bucket.

    Args:
        share: between 0 and 1; beyond, the answer is infinite.
        bounds: upper bounds of the buckets, rising; the last has to be +Inf.
        counts: how many lie below each bound. Where they fall (they were read at different times), they are mended.
    """
    if math.isnan(share):
        return NAN
    if not 0 <= share <= 1:
        return math.inf if share > 1 else -math.inf
    counts = _rising(counts)
    if bounds[-1] != math.inf or len(counts) < 2 or not counts[-1] or math.isnan(counts[-1]):
        return NAN
    rank = share * counts[-1]
    found = bisect_left(counts, rank, 0, len(counts) - 1)
    if found == len(counts) - 1:
        return bounds[-2]
    if found == 0 and bounds[0] <= 0:
        return bounds[0]
    below, start = (counts[found - 1], bounds[found - 1]) if found else (0.0, 0.0)
    within = counts[found] - below
    return start + (bounds[found] - start) * ((rank - below) / within) if within else NAN


def _rising(counts: list[float]) -> list[float]:
    found = counts[:1]
    for count in counts[1:]:
        before = found[-1]
        same = math.isclose(count, before, rel_tol=_SAME)
        found.append(before if same or count < before else count)
    return found
