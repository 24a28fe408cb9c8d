"""Makes text from a cluster safe to draw, and cuts it by terminal cells.

Names, annotations and messages come from strangers. Whatever they hold, one line goes in as one line, nothing in it
moves the cursor or turns the reading direction, and its width in cells is known.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len

ELLIPSIS = "…"
REPLACEMENT = "�"
"""Stands for a character that would steer the terminal, or the direction of reading."""

Keep = Literal["start", "end"]
Align = Literal["left", "right"]

_LINE_BREAKS = {"\n": "↵", "\r": "↵", "\v": "↵", "\f": "↵", "\x85": "↵", "\u2028": "↵", "\u2029": "↵", "\t": " "}
# Selectors, joiners and skin tones change the width of what stands before them, in some terminals only.
_DROPPED = frozenset("\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u180e\u034f\u115f\u1160\u3164\uffa0")
_TONES = range(0x1F3FB, 0x1F400)
_MARKS_KEPT = 2


@lru_cache(maxsize=8192)
def inert(text: str) -> str:
    """Return `text` as one line without any character that is not drawn: controls show as what they are."""
    if text.isascii() and text.isprintable():
        return text
    drawn: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        shown = _shown(character)
        # A heap of combining marks climbs over the lines above; no script needs more than two on a letter.
        marks = marks + 1 if shown and cell_len(shown) == 0 else 0
        if marks <= _MARKS_KEPT:
            drawn.append(shown)
    return "".join(drawn)


def _shown(character: str) -> str:
    if character in _LINE_BREAKS:
        return _LINE_BREAKS[character]
    category = unicodedata.category(character)
    if category == "Cc":
        return chr(0x2400 + ord(character)) if ord(character) < 0x20 else REPLACEMENT
    if character in _DROPPED or ord(character) in _TONES or unicodedata.name(character, "").startswith("VARIATION SEL"):
        return ""
    if category in {"Cf", "Cs", "Cn"}:
        return REPLACEMENT
    return " " if category == "Zs" else character


def cut(text: str, width: int, keep: Keep = "start") -> str:
    """Return inert `text` in at most `width` cells; what does not fit is replaced by one ellipsis."""
    shown = inert(text)
    if cell_len(shown) <= width:
        return shown
    if width <= 0:
        return ""
    if keep == "end":
        return ELLIPSIS + _prefix(shown[::-1], width - 1)[::-1]
    return _prefix(shown, width - 1) + ELLIPSIS


def _prefix(text: str, width: int) -> str:
    if text.isascii():
        return text[:width]
    used = 0
    for index, character in enumerate(text):
        used += cell_len(character)
        if used > width:
            return text[:index]
    return text


def fit(text: str, width: int, align: Align = "left", keep: Keep = "start") -> str:
    """Return inert `text` in exactly `width` cells: cut with an ellipsis, or padded with spaces."""
    shown = cut(text, width, keep)
    padding = " " * (width - cell_len(shown))
    return padding + shown if align == "right" else shown + padding


def wrap(text: str, width: int, rows: int) -> tuple[str, ...]:
    """Return inert `text` in at most `rows` lines of at most `width` cells, broken at spaces where there are any."""
    lines: list[str] = []
    words = inert(text).split()
    while words and len(lines) < rows:
        if len(lines) == rows - 1:
            lines.append(cut(" ".join(words), width))
            break
        lines.append(cut(words.pop(0), width))
        while words and cell_len(lines[-1]) + 1 + cell_len(words[0]) <= width:
            lines[-1] += f" {words.pop(0)}"
    return tuple(lines)
