"""YAML as lines: keys told from values, matches of a search marked. Made line by line, as they come into sight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cockpit.ui.ink import Ink, Line, Span, span
from cockpit.ui.text import shortened

_KEY = re.compile(r"^(\s*(?:- )*)([\w./-]+|\"[^\"]*\"|'[^']*')(:)(?=\s|$)")
_NUMBER_GAP = 2


@dataclass(frozen=True, slots=True)
class YamlRows(Sequence[Line]):
    """Numbered lines of YAML; `wanted` is the text of a search."""

    lines: tuple[str, ...]
    wanted: str = ""

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, index: int | slice) -> Line:  # type: ignore[override]  # only single lines are asked for
        if isinstance(index, slice):
            raise TypeError(index)
        width = len(str(len(self.lines)))
        number = Span(f"{index + 1:>{width}}{' ' * _NUMBER_GAP}", Ink.MUTED)
        text = shortened(self.lines[index])
        return (number, *(_marked(text, self.wanted) if _holds(text, self.wanted) else _coloured(text)))


def matches(lines: Sequence[str], wanted: str) -> tuple[int, ...]:
    """Return the indices of the lines that hold `wanted`, whatever its case."""
    return tuple(index for index, line in enumerate(lines) if _holds(line, wanted))


def _holds(text: str, wanted: str) -> bool:
    return bool(wanted) and wanted.casefold() in text.casefold()


def _coloured(text: str) -> Line:
    found = _KEY.match(text)
    if found is None:
        return (span(text),)
    return (Span(found[1]), span(found[2], Ink.ACCENT), Span(":", Ink.MUTED), span(text[found.end() :]))


def _marked(text: str, wanted: str) -> Line:
    spans: list[Span] = []
    start = 0
    for found in re.finditer(re.escape(wanted), text, re.IGNORECASE):
        spans += [span(text[start : found.start()]), span(found[0], Ink.BADGE)]
        start = found.end()
    return (*spans, span(text[start:]))
