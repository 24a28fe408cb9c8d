"""Reads regular expressions in the syntax of RE2: no backreference and no look-around.

What RE2 knows and this does not (classes by Unicode name, \\Q...\\E, \\C) is refused.
Source of the syntax: RE2's own page (github.com/google/re2/wiki/Syntax).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import NoReturn

from cockpit.training.promql.failures import BadData
from cockpit.training.promql.regex_classes import read_class, read_escape
from cockpit.training.promql.regex_tree import (
    EVERYTHING,
    Assertion,
    Characters,
    Choice,
    Group,
    Part,
    Repeat,
    Sequence,
    outside,
)

_MOST_REPEATS = 1000
_DEEPEST = 50
_COUNT = re.compile(r"\{(\d{1,4})(,?)(\d{0,4})\}")
_GROUP = re.compile(r"\?(?:P?<([A-Za-z_]\w*)>|([imsU]*)(?:-([imsU]+))?([:)]))", re.ASCII)
_ASSERTIONS = {
    "A": Assertion("start"),
    "z": Assertion("end"),
    "b": Assertion("boundary"),
    "B": Assertion("no-boundary"),
}


@dataclass(frozen=True, slots=True)
class Flags:
    """What (?ims) and (?U) set. A dot takes a line break too: Prometheus compiles matchers so."""

    folded: bool = False
    lines: bool = False
    dot_all: bool = True
    lazy: bool = False

    def changed(self, letters: str, value: bool) -> Flags:
        """Return the flags with those of some letters set or taken back."""
        names = {"i": "folded", "m": "lines", "s": "dot_all", "U": "lazy"}
        return replace(self, **{names[letter]: value for letter in letters})


@dataclass(slots=True)
class Parser:
    """Reads one pattern; `names` are those of its groups by number."""

    pattern: str
    at: int = 0
    groups: int = 0
    names: dict[str, int] = field(default_factory=dict)

    def parse(self) -> Part:
        """Return the pattern's parts.

        Raises:
            BadData: it cannot be read, or asks for what RE2 does not offer.
        """
        part = self._choice(Flags(), 0)
        if self.at < len(self.pattern):
            self._refuse("unexpected )")
        return part

    def _choice(self, flags: Flags, depth: int) -> Part:
        if depth > _DEEPEST:
            self._refuse("expression nests too deeply")
        choices: list[Part] = []
        parts: list[Part] = []
        while self.at < len(self.pattern) and self.pattern[self.at] != ")":
            if self._take("|"):
                choices.append(Sequence(tuple(parts)))
                parts = []
                continue
            changed = self._flags_here(flags)
            if changed is None:
                parts.append(self._repeated(self._atom(flags, depth), flags))
            else:
                flags = changed
        choices.append(Sequence(tuple(parts)))
        return choices[0] if len(choices) == 1 else Choice(tuple(choices))

    def _flags_here(self, flags: Flags) -> Flags | None:
        """Return the flags that a part such as (?i) sets for the rest of its group, None where there is none."""
        found = _GROUP.match(self.pattern, self.at + 1) if self.pattern[self.at] == "(" else None
        if found is None or found[4] != ")":
            return None
        self.at = found.end()
        return flags.changed(found[2], True).changed(found[3] or "", False)

    def _atom(self, flags: Flags, depth: int) -> Part:
        character = self.pattern[self.at]
        if character in "*+?":
            self._refuse(f"missing argument to repetition operator: `{character}`")
        self.at += 1
        if character == "(":
            return self._group(flags, depth)
        if character == "[":
            ranges, self.at = read_class(self.pattern, self.at)
            return Characters(ranges, flags.folded)
        if character == "\\":
            return self._escape(flags)
        if character == ".":
            return Characters(EVERYTHING if flags.dot_all else outside((("\n", "\n"),)))
        if character == "^":
            return Assertion("line-start" if flags.lines else "start")
        if character == "$":
            return Assertion("line-end" if flags.lines else "end")
        return Characters(((character, character),), flags.folded)

    def _escape(self, flags: Flags) -> Part:
        following = self.pattern[self.at : self.at + 1]
        if following in _ASSERTIONS:
            self.at += 1
            return _ASSERTIONS[following]
        ranges, self.at = read_escape(self.pattern, self.at)
        return Characters(ranges, flags.folded)

    def _group(self, flags: Flags, depth: int) -> Part:
        number = 0
        if self.pattern[self.at : self.at + 1] == "?":
            found = _GROUP.match(self.pattern, self.at)
            if found is None:
                self._refuse("invalid or unsupported Perl syntax")
            self.at = found.end()
            if found[1]:
                number = self._numbered(found[1])
            else:
                flags = flags.changed(found[2], True).changed(found[3] or "", False)
        else:
            number = self._numbered("")
        part = self._choice(flags, depth + 1)
        if not self._take(")"):
            self._refuse("missing closing )")
        return Group(part, number) if number else part

    def _numbered(self, name: str) -> int:
        self.groups += 1
        if name:
            self.names[name] = self.groups
        return self.groups

    def _repeated(self, part: Part, flags: Flags) -> Part:
        while self.at < len(self.pattern):
            bounds = self._bounds()
            if bounds is None:
                return part
            lazy = self._take("?")
            part = Repeat(part, bounds[0], bounds[1], lazy == flags.lazy)
            if self.pattern[self.at : self.at + 1] in ("*", "+", "?") and self.at < len(self.pattern):
                self._refuse("invalid nested repetition operator")
        return part

    def _bounds(self) -> tuple[int, int | None] | None:
        simple = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(self.pattern[self.at])
        if simple is not None:
            self.at += 1
            return simple
        found = _COUNT.match(self.pattern, self.at)
        if found is None:
            return None
        least = int(found[1])
        most = int(found[3]) if found[3] else None if found[2] else least
        if max(least, most or 0) > _MOST_REPEATS or (most is not None and most < least):
            self._refuse("invalid repeat count")
        self.at = found.end()
        return least, most

    def _take(self, character: str) -> bool:
        here = self.pattern[self.at : self.at + 1] == character
        self.at += here
        return here

    def _refuse(self, why: str) -> NoReturn:
        raise BadData(f"error parsing regexp: {why} in `{self.pattern[:200]}`")
