"""Shares as an operator says them: VERSION=PERCENT, and what they leave to the versions that are not named."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from cockpit.actions.wording import listed
from cockpit.errors import UsageError

Shares = Mapping[str, float]
"""Fractions of 1 by what a person calls a destination."""

_ROUNDING = 1e-9


def parsed(asked: Sequence[str]) -> dict[str, float]:
    """Return the shares that are asked for, by name.

    Raises:
        UsageError: nothing is asked for, or something that is no share; says how shares are written.
    """
    if not asked:
        raise UsageError("Say which version gets which share: VERSION=PERCENT, as in v2=25%.")
    found: dict[str, float] = {}
    for entry in asked:
        name, _, written = entry.rpartition("=")
        if not name:
            raise UsageError(f"{entry!r} is no share: say VERSION=PERCENT, as in v2=25%.")
        if name in found:
            raise UsageError(f"{name} is named twice: it gets one share.")
        found[name] = _share(name, written)
    return found


def _share(name: str, written: str) -> float:
    try:
        value = float(written.strip().removesuffix("%"))
    except ValueError:
        value = math.nan
    if not 0 <= value <= 100:
        raise UsageError(f"The share of {name} has to be a number from 0 to 100, not {written!r}.")
    return value / 100


def completed(
    asked: Shares, now: Mapping[str, float | None], all_zero: Callable[[], str] = lambda: ""
) -> dict[str, float]:
    """Return a share for every name in `now`: those asked for, and the rest in the proportion that the others have.

    `all_zero` says what the router does where nothing gets a share; it is asked only where that is what is wanted.

    Raises:
        UsageError: the shares cannot add up to 1, or nobody knows who gets the rest.
    """
    total = sum(asked.values())
    others = [name for name in now if name not in asked]
    rest = 1.0 - total
    if rest < -_ROUNDING:
        raise UsageError(f"The shares add up to {share_words(total)}: there is no more than 100%.")
    if not others and total == 0 and (said := all_zero()):
        raise UsageError(f"Nothing would get a share. {said}")
    if not others and rest > _ROUNDING:
        raise UsageError(
            f"{listed(asked)} would get {share_words(total)} together, and there is nobody else: "
            "shares add up to 100%. Leave one of them out, and it gets the rest."
        )
    return {name: asked.get(name, part) for name, part in _rest(now, others, max(rest, 0.0)).items()}


def _rest(now: Mapping[str, float | None], others: Sequence[str], rest: float) -> dict[str, float]:
    """Return what of the rest each name gets, 0 for those that are not among the `others`."""
    parts = {name: now[name] or 0.0 for name in others}
    held = sum(parts.values())
    if len(others) > 1 and rest > _ROUNDING and held <= 0:
        raise UsageError(
            f"Nobody knows how {listed(others)} share the other {share_words(rest)}: they have nothing now. "
            "Say a share for all but one of them."
        )
    if len(others) == 1:
        parts, held = dict.fromkeys(others, 1.0), 1.0
    return {name: rest * parts[name] / held if name in parts and held else 0.0 for name in now}


def share_words(share: float | None) -> str:
    """Return a share as percent in at most four digits; what is neither nothing nor everything never looks so."""
    if share is None:
        return "?"
    text = f"{share * 100:.4g}"
    if text == "100" and share < 1 - _ROUNDING:
        return ">99.99%"
    return "<0.01%" if 0 < share < 0.0001 else f"{text}%"
