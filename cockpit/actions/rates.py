"""Requests a second by version, as metrics tell them: what a share comes to, where they are known."""

from __future__ import annotations

from collections.abc import Mapping

Rates = Mapping[str, float]
_NONE: Rates = {}


def known_rates(rates: Rates, shares: Mapping[str, float | None]) -> Rates:
    """Return the rates of those that share traffic, none where one that has a share has no rate.

    Whoever has no share may have no rate: nothing is counted where nothing comes. One that is not known is never 0.
    """
    if any(share != 0 and name not in rates for name, share in shares.items()):
        return _NONE
    found = {name: rates.get(name, 0.0) for name in shares}
    return found if sum(found.values()) > 0 else _NONE
