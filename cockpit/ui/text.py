"""Cuts, pads and breaks text by terminal cells; whatever the text is, it is made inert first."""

from __future__ import annotations

from typing import Literal

from rich.cells import cell_len

from cockpit.resources.inert import inert

ELLIPSIS = "…"
Keep = Literal["start", "end"]
Align = Literal["left", "right"]


LONGEST = 2000
"""Characters of a stranger's text that are looked at for one line: more than the widest terminal can show."""


def shortened(text: str, most: int = LONGEST, keep: Keep = "start") -> str:
    """Return at most `most` characters of `text` and an ellipsis for the rest, so that no text takes long to draw."""
    if len(text) <= most:
        return text
    return ELLIPSIS + text[-most:] if keep == "end" else text[:most] + ELLIPSIS


def cut(text: str, width: int, keep: Keep = "start") -> str:
    """Return inert `text` in at most `width` cells; what does not fit is replaced by one ellipsis."""
    shown = inert(shortened(text, keep=keep))
    if cell_len(shown) <= width:
        return shown
    if width <= 0:
        return ""
    if keep == "end":
        return ELLIPSIS + _prefix(shown[::-1], width - 1)[::-1]
    return _prefix(shown, width - 1) + ELLIPSIS


def cut_middle(text: str, width: int) -> str:
    """Return inert `text` in at most `width` cells, without its middle: of images and addresses the ends differ."""
    shown = inert(shortened(text))
    if cell_len(shown) <= width:
        return shown
    start = _prefix(shown, max(0, (width - 1) // 3))
    return start + cut(shown, width - cell_len(start), keep="end")


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


def fold(text: str, width: int, rows: int, breaks: str = " ") -> tuple[str, ...]:
    """Return inert `text` in at most `rows` lines of at most `width` cells, with all its spaces, and broken anywhere.

    A break goes behind one of the `breaks`, the first of them first, where that leaves the line mostly filled.
    """
    rest = inert(shortened(text, max(LONGEST, 2 * width * rows)))
    lines: list[str] = []
    while rest and len(lines) < rows - 1:
        piece = _prefix(rest, width)
        if not piece:
            break
        ends = (piece.rfind(character) + 1 for character in breaks)
        end = next((end for end in ends if end > len(piece) * 2 // 3), 0)
        if len(piece) < len(rest) and end:
            piece = piece[:end]
        lines.append(piece)
        rest = rest[len(piece) :]
    return (*lines, cut(rest, width)) if rest and rows > 0 else tuple(lines)


def wrap(text: str, width: int, rows: int) -> tuple[str, ...]:
    """Return inert `text` in at most `rows` lines of at most `width` cells, broken at spaces where there are any."""
    lines: list[str] = []
    words = inert(shortened(text, max(LONGEST, 2 * width * rows))).split()
    while words and len(lines) < rows:
        if len(lines) == rows - 1:
            lines.append(cut(" ".join(words), width))
            break
        lines.append(cut(words.pop(0), width))
        while words and cell_len(lines[-1]) + 1 + cell_len(words[0]) <= width:
            lines[-1] += f" {words.pop(0)}"
    return tuple(lines)
