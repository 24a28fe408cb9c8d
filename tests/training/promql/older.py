"""What Prometheus 2 does otherwise than Prometheus 3, whose ways the evaluator has."""

from __future__ import annotations


def extrapolated(to_start: float, to_end: float, sampled: float, average: float, to_zero: float | None) -> float:
    """Go on to the edges of a range as Prometheus 2.42 does.

    It first cuts the way to the first sample where the counter was at zero, and only then asks whether that is near;
    Prometheus 3 asks first. They differ for a counter that began within the range, longer ago than 1.1 intervals from
    its start, and that was at zero more than half an interval before its first sample (promql/functions.go).
    """
    if to_zero is not None:
        to_start = min(to_start, to_zero)
    near = average * 1.1
    return sampled + (to_start if to_start < near else average / 2) + (to_end if to_end < near else average / 2)
