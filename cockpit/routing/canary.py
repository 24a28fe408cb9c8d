"""What a canary Ingress asks for, whoever reads it."""

from __future__ import annotations

import msgspec


class Canary(msgspec.Struct, frozen=True):
    """One canary: `weight` of `total` requests, after the `matches` have been asked; `weight` None takes no share.

    `problem` says what the controller does other than what is written.
    """

    system: str
    weight: int | None
    total: int
    matches: tuple[str, ...]
    problem: str = ""
    why_not: str = ""
    known: bool = True
    """Whether it is known how the controller divides by what is written."""

    @property
    def share(self) -> float | None:
        """The part of the requests that the weight gives to the canary."""
        if self.weight is None or not self.known:
            return None
        return min(max(self.weight / self.total, 0.0), 1.0)
