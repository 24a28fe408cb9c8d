"""The parts of a regular expression, and sets of characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Ranges: TypeAlias = tuple[tuple[str, str], ...]
"""Characters by their first and last, both included."""

DIGIT: Ranges = (("0", "9"),)
SPACE: Ranges = ((" ", " "), ("\t", "\n"), ("\f", "\r"))
WORD: Ranges = (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))
EVERYTHING: Ranges = (("\0", chr(0x10FFFF)),)
POSIX: dict[str, Ranges] = {
    "alnum": (("0", "9"), ("A", "Z"), ("a", "z")),
    "alpha": (("A", "Z"), ("a", "z")),
    "blank": (("\t", "\t"), (" ", " ")),
    "digit": DIGIT,
    "lower": (("a", "z"),),
    "punct": (("!", "/"), (":", "@"), ("[", "`"), ("{", "~")),
    "space": (("\t", "\r"), (" ", " ")),
    "upper": (("A", "Z"),),
    "word": WORD,
    "xdigit": (("0", "9"), ("A", "F"), ("a", "f")),
}


def outside(ranges: Ranges) -> Ranges:
    """Return all characters that are not in `ranges`."""
    found: list[tuple[str, str]] = []
    first = 0
    for low, high in sorted(ranges):
        if ord(low) > first:
            found.append((chr(first), chr(ord(low) - 1)))
        first = max(first, ord(high) + 1)
    return (*found, (chr(first), chr(0x10FFFF))) if first <= 0x10FFFF else tuple(found)


@dataclass(frozen=True, slots=True)
class Characters:
    """One character of a set; `folded` takes the other case as well."""

    ranges: Ranges
    folded: bool = False

    def has(self, character: str) -> bool:
        """Tell whether a character is in the set."""
        if any(low <= character <= high for low, high in self.ranges):
            return True
        return self.folded and any(
            low <= other <= high for other in (character.lower(), character.upper()) for low, high in self.ranges
        )


@dataclass(frozen=True, slots=True)
class Sequence:
    """Parts one after the other; none matches the empty text."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several parts, the earlier ones preferred."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A part from `least` to `most` times (None: without end), as often as possible where it is `greedy`."""

    part: Part
    least: int
    most: int | None
    greedy: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A part whose text is kept, under a number from 1 on."""

    part: Part
    number: int


@dataclass(frozen=True, slots=True)
class Assertion:
    """A condition on the place: the start or the end of the text or a line, a word's boundary or none."""

    kind: Literal["start", "end", "line-start", "line-end", "boundary", "no-boundary"]


Part: TypeAlias = Characters | Sequence | Choice | Repeat | Group | Assertion
