"""Makes text from a cluster safe to show.

Names, annotations and messages come from strangers. Whatever they hold, one line goes in as one line, and nothing in it
moves the cursor or turns the reading direction.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

REPLACEMENT = "�"
"""Stands for a character that would steer the terminal, or the direction of reading."""

_LINE_BREAKS = {"\n": "↵", "\r": "↵", "\v": "↵", "\f": "↵", "\x85": "↵", "\u2028": "↵", "\u2029": "↵", "\t": " "}
# Selectors, joiners and skin tones change the width of what stands before them, in some terminals only.
_DROPPED = frozenset("\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u180e\u034f\u115f\u1160\u3164\uffa0")
_TONES = range(0x1F3FB, 0x1F400)
_MARKS_KEPT = 2


_REMEMBERED = 256
"""Longest text, in characters, that is remembered: names and states come again and again, long texts do not."""


def inert(text: str) -> str:
    """Return `text` as one line without any character that is not drawn: controls show as what they are."""
    if text.isascii() and text.isprintable():
        return text
    return _remembered(text) if len(text) <= _REMEMBERED else _inert(text)


def _inert(text: str) -> str:
    drawn: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        shown = _shown(character)
        # A heap of combining marks climbs over the lines above; no script needs more than two on a letter.
        marks = marks + 1 if shown and unicodedata.category(shown) in {"Mn", "Me"} else 0
        if marks <= _MARKS_KEPT:
            drawn.append(shown)
    return "".join(drawn)


_remembered = lru_cache(maxsize=8192)(_inert)


@lru_cache(maxsize=4096)
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
