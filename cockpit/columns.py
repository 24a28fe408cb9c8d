"""Lines up plain text in columns, as wide as a terminal draws it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_GAP = "   "


def lined_up(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a line for each row, every column as wide as its widest cell; rows have the same number of cells."""
    widths = [max(map(_cells, column)) for column in zip(*rows, strict=True)]
    return [_GAP.join(_pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _cells(text: str) -> int:
    """Return the width in terminal cells: East Asian wide characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(character) in {"Mn", "Me"} else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _cells(text))
