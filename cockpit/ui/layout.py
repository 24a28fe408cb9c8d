"""Divides the rows of a screen among its panels: what is needed most is the last to fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LEAST_WIDTH = 60
LEAST_HEIGHT = 15


@dataclass(frozen=True, slots=True)
class Need:
    """Rows that a panel asks for, heading included: `least` or none at all, `fair` beside others, `full` for all."""

    least: int
    fair: int
    full: int


def heights(rows: int, needs: Sequence[Need]) -> tuple[int, ...]:
    """Return the rows of each panel; `needs` come in order of need, the most needed first.

    Every panel gets its least before any gets more, then its fair share, then all that is left; a panel whose least
    does not fit folds away.
    """
    given = [0] * len(needs)
    left = rows
    for index, need in enumerate(needs):
        if need.least <= left:
            given[index] = need.least
            left -= need.least
    for goal in ([need.fair for need in needs], [need.full for need in needs]):
        for index, wanted in enumerate(goal):
            more = min(left, max(0, wanted - given[index])) if given[index] else 0
            given[index] += more
            left -= more
    return tuple(given)


def dialog_rows(screen_rows: int) -> int:
    """Return how many rows a dialog may have inside its border."""
    return max(3, screen_rows * 4 // 5 - 2)


def dialog_width(screen_width: int) -> int:
    """Return the width of a dialog inside its border and padding."""
    return max(10, min(96, screen_width * 9 // 10) - 4)


def too_small(width: int, height: int) -> str:
    """Say in one sentence what is missing where the terminal is too small, and "" where it is not."""
    if width >= LEAST_WIDTH and height >= LEAST_HEIGHT:
        return ""
    return f"The cockpit needs {LEAST_WIDTH}x{LEAST_HEIGHT} cells and has {width}x{height}: enlarge the terminal."
