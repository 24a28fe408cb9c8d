"""JSON as a Go server reads it: what it says of a body that it cannot read, and fields that come twice.

Source of the wording: the Go standard library, encoding/json/scanner.go; k8s.io/apiserver, handlers/rest.go
(summarizeData).
"""

from __future__ import annotations

import json
from typing import Any

_SHOWN = 30  # bytes of a body that a message repeats
_NAMED = {"true": "true", "false": "false", "null": "null"}
_ESCAPES = '"\\/bfnrt'
_SPACE = " \t\r\n"
_END = "unexpected end of JSON input"


class _UnreadableError(Exception):
    """What is wrong, in the words of Go."""


def syntax_error(body: bytes) -> str:
    """Return what a Go server says of a body that is not JSON, "" where it is."""
    try:
        _Scanner(body.decode("latin-1")).whole()
    except _UnreadableError as fault:
        return str(fault)
    except RecursionError:
        return "exceeded max depth"
    return ""


def summary(body: bytes) -> str:
    """Return the beginning of a body as a message shows it."""
    if not body:
        return "<empty>"
    more = " ..." if len(body) > _SHOWN else ""
    shown = body[:_SHOWN]
    return (shown.decode(errors="replace") if body.startswith(b"{") else shown.hex()) + more


def duplicates(body: bytes) -> list[str]:
    """Return the paths of the fields that a JSON body has twice, e.g. spec.replicas."""
    twice: dict[int, list[str]] = {}
    kept: list[dict[str, Any]] = []  # keeps ids apart while the body is read

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        kept.append(made)
        if len(made) < len(found):
            names = [name for name, _ in found]
            twice[id(made)] = [name for name in made if names.count(name) > 1]
        return made

    try:
        whole = json.loads(body, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return []
    return list(_named(whole, "", twice)) if twice else []


def _named(value: object, path: str, twice: dict[int, list[str]]) -> list[str]:
    if isinstance(value, list):
        return [found for index, inner in enumerate(value) for found in _named(inner, f"{path}[{index}]", twice)]
    if not isinstance(value, dict):
        return []
    dot = f"{path}." if path else ""
    own = [dot + name for name in twice.get(id(value), ())]
    return own + [found for name, inner in value.items() for found in _named(inner, dot + name, twice)]


class _Scanner:
    """Reads as far as the text is JSON; each byte is one character, as Go's scanner sees it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def whole(self) -> None:
        self._value()
        self._skip()
        if self._at < len(self._text):
            raise self._invalid("after top-level value")

    def _value(self) -> None:
        self._skip()
        found = self._peek()
        if found == "{":
            self._members("}", self._member, "after object key:value pair")
        elif found == "[":
            self._members("]", self._value, "after array element")
        elif found == '"':
            self._string()
        elif found == "-" or found.isdigit():
            self._number()
        else:
            name = next((name for name in _NAMED if name[0] == found), "")
            if not name:
                raise self._invalid("looking for beginning of value")
            self._literal(name)

    def _members(self, end: str, member: Any, after: str) -> None:  # noqa: ANN401  # a bound method
        self._at += 1
        self._skip()
        if self._peek() == end:
            self._at += 1
            return
        while True:
            member()
            self._skip()
            found = self._peek()
            if found not in (",", end):
                raise self._invalid(after)
            self._at += 1
            if found == end:
                return

    def _member(self) -> None:
        self._skip()
        if self._peek() != '"':
            raise self._invalid("looking for beginning of object key string")
        self._string()
        self._skip()
        if self._peek() != ":":
            raise self._invalid("after object key")
        self._at += 1
        self._value()

    def _string(self) -> None:
        self._at += 1
        while (found := self._peek()) != '"':
            if found < " ":
                raise self._invalid("in string literal")
            self._at += 1
            if found == "\\":
                self._escape()
        self._at += 1

    def _escape(self) -> None:
        found = self._peek()
        if found != "u" and found not in _ESCAPES:
            raise self._invalid("in string escape code")
        self._at += 1
        if found == "u":
            for _ in range(4):
                if self._peek() not in "0123456789abcdefABCDEF":
                    raise self._invalid("in \\u hexadecimal character escape")
                self._at += 1

    def _number(self) -> None:
        if self._peek() == "-":
            self._at += 1
            self._digit("in numeric literal")
        elif self._peek() != "":
            self._digit("in numeric literal")
        if self._text[self._at - 1] != "0":
            self._digits()
        if self._ahead(".") and self._step():
            self._digit("after decimal point in numeric literal")
            self._digits()
        if self._ahead("eE") and self._step():
            if self._ahead("+-"):
                self._at += 1
            self._digit("in exponent of numeric literal")
            self._digits()

    def _literal(self, name: str) -> None:
        for expected in name:
            if self._peek() != expected:
                raise self._invalid(f"in literal {name} (expecting '{expected}')")
            self._at += 1

    def _digit(self, where: str) -> None:
        if self._peek() not in "0123456789":
            raise self._invalid(where)
        self._at += 1

    def _digits(self) -> None:
        while self._ahead("0123456789"):
            self._at += 1

    def _ahead(self, characters: str) -> bool:
        return self._at < len(self._text) and self._text[self._at] in characters

    def _step(self) -> bool:
        self._at += 1
        return True

    def _skip(self) -> None:
        while self._ahead(_SPACE):
            self._at += 1

    def _peek(self) -> str:
        if self._at >= len(self._text):
            raise _UnreadableError(_END)
        return self._text[self._at]

    def _invalid(self, where: str) -> _UnreadableError:
        return _UnreadableError(f"invalid character {_quoted(self._peek())} {where}")


def _quoted(character: str) -> str:
    if character in ("'", '"'):
        return "'\\''" if character == "'" else "'\"'"
    plain = json.dumps(character, ensure_ascii=False)[1:-1]
    if character < " " and plain.startswith("\\u"):
        plain = f"\\x{ord(character):02x}"
    return f"'{plain}'" if character.isprintable() or plain != character else f"'\\u{ord(character):04x}'"
