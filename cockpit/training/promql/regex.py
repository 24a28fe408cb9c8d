"""Regular expressions that take time in proportion to the text, whatever the pattern.

Python's `re` tries one way after the other, so that a pattern such as (a*)*b can keep it busy for years; a stranger's
query could stop the whole server with it. This machine follows all ways at once, as RE2 does, and remembers where each
character led. A pattern is anchored at both ends, as everywhere in PromQL.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cockpit.training.promql.regex_program import End, Program, Save, Split, compiled
from cockpit.training.promql.regex_syntax import Parser
from cockpit.training.promql.regex_tree import Assertion, Characters, Choice, Part, Sequence

_MOST_REMEMBERED = 20_000


class Regex:
    """A compiled pattern; `compile_regex` makes it."""

    def __init__(self, program: Program, words: frozenset[str] | None, names: dict[str, int], groups: int) -> None:
        self.names = names
        self.groups = groups
        self._program = program
        self._words = words
        self._placed = any(isinstance(step, Assertion) for step in program)
        self._known: dict[tuple[frozenset[int], str, str], frozenset[int]] = {}

    def matches(self, text: str, spend: Callable[[int], None]) -> bool:
        """Tell whether the whole text matches; `spend` is told of each step."""
        if self._words is not None:
            return text in self._words
        states = frozenset({0})
        before = ""
        for character in text:
            key = (states, before if self._placed else "", character)
            following = self._known.get(key)
            if following is None:
                following = self._remember(key, self._follow(states, before, character, spend))
            if not following:
                return False
            states, before = following, character
        ends = self._ways([(state, ()) for state in states], before, "", spend)
        return any(isinstance(self._program[state], End) for state, _ in ends)

    def groups_of(self, text: str, spend: Callable[[int], None]) -> list[str] | None:
        """Return what the groups of the pattern hold, the whole text first, or None where it does not match."""
        threads: list[tuple[int, tuple[tuple[int, int], ...]]] = [(0, ())]
        before = ""
        for place, character in enumerate(text):
            here = self._ways(threads, before, character, spend, place)
            threads = [(state + 1, saved) for state, saved in here if self._has(state, character)]
            before = character
        for state, saved in self._ways(threads, before, "", spend, len(text)):
            if isinstance(self._program[state], End):
                places = dict(saved)
                found = ((places.get(2 * n, 0), places.get(2 * n + 1, 0)) for n in range(1, self.groups + 1))
                return [text, *(text[first:last] for first, last in found)]
        return None

    def _follow(
        self, states: frozenset[int], before: str, character: str, spend: Callable[[int], None]
    ) -> frozenset[int]:
        ways = self._ways([(state, ()) for state in states], before, character, spend)
        return frozenset(state + 1 for state, _ in ways if self._has(state, character))

    def _has(self, state: int, character: str) -> bool:
        step = self._program[state]
        return isinstance(step, Characters) and step.has(character)

    def _remember(self, key: tuple[frozenset[int], str, str], found: frozenset[int]) -> frozenset[int]:
        if len(self._known) > _MOST_REMEMBERED:
            self._known.clear()
        self._known[key] = found
        return found

    def _ways(
        self,
        threads: list[tuple[int, tuple[tuple[int, int], ...]]],
        before: str,
        after: str,
        spend: Callable[[int], None],
        place: int = 0,
    ) -> list[tuple[int, tuple[tuple[int, int], ...]]]:
        """Return every state that takes a character or ends, in the order of preference, with what it saved."""
        found = []
        seen: set[int] = set()
        pending = threads[::-1]
        while pending:
            state, saved = pending.pop()
            if state in seen:
                continue
            seen.add(state)
            step = self._program[state]
            if isinstance(step, Split):
                pending += ((step.second, saved), (step.first, saved))
            elif isinstance(step, Save):
                pending.append((state + 1, (*saved, (step.slot, place))))
            elif isinstance(step, Assertion):
                pending += [(state + 1, saved)] * _holds(step, before, after)
            else:
                found.append((state, saved))
        spend(1 + len(seen) // 8)
        return found


def _holds(assertion: Assertion, before: str, after: str) -> bool:
    match assertion.kind:
        case "start":
            return not before
        case "end":
            return not after
        case "line-start":
            return before in ("", "\n")
        case "line-end":
            return after in ("", "\n")
    return (_is_word(before) != _is_word(after)) == (assertion.kind == "boundary")


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")


@lru_cache(maxsize=64)
def compile_regex(pattern: str) -> Regex:
    """Compile a pattern in RE2's syntax.

    Raises:
        BadData: it cannot be read, is too large, or asks for what RE2 does not offer.
    """
    parser = Parser(pattern)
    part = parser.parse()
    return Regex(compiled(part), _words(part), parser.names, parser.groups)


def _words(part: Part) -> frozenset[str] | None:
    """Return the words of a plain choice such as a|b|c, the commonest pattern of all, None where it is another."""
    choices = part.parts if isinstance(part, Choice) else (part,)
    words = [_word(choice) for choice in choices]
    return frozenset(word for word in words if word is not None) if None not in words else None


def _word(part: Part) -> str | None:
    steps = part.parts if isinstance(part, Sequence) else (part,)
    letters = [_letter(step) for step in steps]
    return "".join(letter for letter in letters if letter is not None) if None not in letters else None


def _letter(step: Part) -> str | None:
    if not isinstance(step, Characters) or step.folded or len(step.ranges) != 1:
        return None
    low, high = step.ranges[0]
    return low if low == high else None
