"""Everything random in the cluster comes from one seeded generator: same seed and inputs, same cluster."""

from __future__ import annotations

from random import Random

ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
"""Letters of generated names: no vowels, no look-alikes (k8s.io/apimachinery, util/rand)."""


class Chance:
    """Names, uids and latencies."""

    def __init__(self, seed: int | str) -> None:
        self._seed = seed
        self._random = Random(seed)  # noqa: S311  # a simulation, no secret comes from here

    def apart(self, purpose: str) -> Chance:
        """Return another generator of the same seed: what it draws changes nothing that this one draws."""
        return Chance(f"{self._seed}/{purpose}")

    def suffix(self, length: int = 5) -> str:
        """Return the random end of a generated name."""
        return "".join(self._random.choices(ALPHABET, k=length))

    def uid(self) -> str:
        """Return a version 4 UUID."""
        digits = f"{self._random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def between(self, low: float, high: float) -> float:
        """Return a number between `low` and `high`."""
        return self._random.uniform(low, high)

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to `limit` - 1."""
        return self._random.randrange(limit)
