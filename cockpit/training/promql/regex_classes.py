"""Reads sets of characters in a regular expression: [a-z], [[:alpha:]], \\d and other escapes."""

from __future__ import annotations

import re

from cockpit.training.promql.failures import BadData
from cockpit.training.promql.regex_tree import DIGIT, POSIX, SPACE, WORD, Ranges, outside

_SETS = {"d": DIGIT, "s": SPACE, "w": WORD}
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_CODE = re.compile(r"x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|([0-7]{3}|0)")
_NAMED = re.compile(r"\[:(\^?)(\w+):\]", re.ASCII)


def read_escape(pattern: str, at: int) -> tuple[Ranges, int]:
    """Return the characters of the escape whose backslash stands before `at`, and where it ends.

    Raises:
        BadData: there is no such escape, or it is none of those known here.
    """
    letter = pattern[at : at + 1]
    if letter in _SETS and letter:
        return _SETS[letter], at + 1
    if letter.lower() in _SETS and letter:
        return outside(_SETS[letter.lower()]), at + 1
    if letter in _CONTROLS:
        return ((_CONTROLS[letter], _CONTROLS[letter]),), at + 1
    code = _CODE.match(pattern, at)
    if code is not None:
        number = int(code[1] or code[2], 16) if code[3] is None else int(code[3], 8)
        if number <= 0x10FFFF:
            return ((chr(number), chr(number)),), code.end()
    if not letter or letter.isalnum() or ord(letter) > 127:
        raise BadData(f"error parsing regexp: invalid or unsupported escape sequence: `\\{letter}`")
    return ((letter, letter),), at + 1


def read_class(pattern: str, at: int) -> tuple[Ranges, int]:
    """Return the characters of the class whose bracket stands before `at`, and where it ends.

    Raises:
        BadData: it cannot be read.
    """
    negated = pattern[at : at + 1] == "^"
    at = first = at + negated
    found: list[tuple[str, str]] = []
    while at < len(pattern) and (pattern[at] != "]" or at == first):
        named = _NAMED.match(pattern, at)
        if named is not None:
            found += _posix(named[2], bool(named[1]))
            at = named.end()
            continue
        low, at = _member(pattern, at)
        if pattern[at : at + 1] == "-" and pattern[at + 1 : at + 2] not in ("]", "") and len(low) == 1:
            high, at = _member(pattern, at + 1)
            low = ((low[0][0], high[-1][1]),)
            if low[0][0] > low[0][1] or len(high) != 1:
                raise BadData("error parsing regexp: invalid character class range")
        found += low
    if at >= len(pattern):
        raise BadData(f"error parsing regexp: missing closing ]: `{pattern[first - 1 - negated :][:200]}`")
    return (outside(tuple(found)) if negated else tuple(found)), at + 1


def _member(pattern: str, at: int) -> tuple[Ranges, int]:
    if pattern[at] == "\\":
        return read_escape(pattern, at + 1)
    return ((pattern[at], pattern[at]),), at + 1


def _posix(name: str, negated: bool) -> Ranges:
    if name not in POSIX:
        raise BadData(f"error parsing regexp: invalid character class range: `[:{name}:]`")
    return outside(POSIX[name]) if negated else POSIX[name]
