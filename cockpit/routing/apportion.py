"""Shares into whole weights: by largest remainder, in the coarsest total that says them exactly."""

from __future__ import annotations

from collections.abc import Sequence

FINEST = 1_000_000
"""Gateway API takes weights up to this (apis/v1/shared_types.go); Istio's int32 takes more, and nobody needs it."""

_TOTALS = (100, 1_000, 10_000, 100_000, FINEST)
_EXACT = 1e-9
_SUM = 1e-6


def require_shares(shares: Sequence[float], backends: int) -> None:
    """Return where `shares` are one for each backend, fractions of 1 that add up to 1.

    Raises:
        ValueError: they are not.
    """
    if len(shares) != backends:
        raise ValueError(f"{len(shares)} shares for {backends} backends")
    for share in shares:
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"a share is a fraction of 1, not {share}")
    if abs(sum(shares) - 1.0) > _SUM:
        raise ValueError(f"shares add up to 1, not to {sum(shares)}")


def apportion(shares: Sequence[float], total: int) -> tuple[int, ...]:
    """Return whole weights that add up to `total` and are as near to the shares as whole numbers get."""
    exact = [share * total for share in shares]
    whole = [int(part + _EXACT) for part in exact]
    order = sorted(range(len(shares)), key=lambda position: (whole[position] - exact[position], position))
    for position in order[: max(total - sum(whole), 0)]:
        whole[position] += 1
    return tuple(whole)


def relative_weights(shares: Sequence[float], held: Sequence[int]) -> tuple[int, ...]:
    """Return weights for a system that divides each by their sum.

    The sum that stands there is kept where it can say the shares; else the weights are percent, or as fine as they
    need to be.
    """
    kept = sum(held)
    totals = [kept] if 0 < kept <= FINEST else []
    for total in (*totals, *_TOTALS):
        if all(abs(share * total - round(share * total)) < _EXACT * total for share in shares):
            return apportion(shares, total)
    return apportion(shares, FINEST)
