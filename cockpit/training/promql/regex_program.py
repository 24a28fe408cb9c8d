"""Regular expressions as programs for a machine that follows all ways at once (Thompson, Pike)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from cockpit.training.promql.failures import BadData
from cockpit.training.promql.regex_tree import Assertion, Characters, Choice, Group, Part, Repeat, Sequence

LARGEST = 10_000
"""Steps of a program. An alternation of 6 kB, as batches of pod names make it, has about as many."""


@dataclass(frozen=True, slots=True)
class Split:
    """Go on at both places, the first preferred."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Save:
    """Keep the place in the text: slot 2n is the beginning of group n, 2n + 1 its end."""

    slot: int


@dataclass(frozen=True, slots=True)
class End:
    """The expression matches."""


Step: TypeAlias = Characters | Assertion | Split | Save | End
Program: TypeAlias = tuple[Step, ...]


def compiled(part: Part) -> Program:
    """Return the program of an expression.

    Raises:
        BadData: it has too many steps.
    """
    if _size(part) > LARGEST:
        raise BadData("error parsing regexp: expression is too large")
    steps: list[Step] = []
    _emit(part, steps)
    return (*steps, End())


def _size(part: Part) -> int:
    match part:
        case Sequence(parts):
            return sum(map(_size, parts))
        case Choice(parts):
            return sum(map(_size, parts)) + 2 * len(parts)
        case Group(inner):
            return _size(inner) + 2
        case Repeat(inner, least, most):
            return (_size(inner) + 2) * max(least + (most is None), most or 0, 1)
    return 1


def _emit(part: Part, steps: list[Step]) -> None:
    match part:
        case Characters() | Assertion():
            steps.append(part)
        case Sequence(parts):
            for inner in parts:
                _emit(inner, steps)
        case Group(inner, number):
            steps.append(Save(2 * number))
            _emit(inner, steps)
            steps.append(Save(2 * number + 1))
        case Choice(parts):
            _emit_choice(parts, steps)
        case Repeat():
            _emit_repeat(part, steps)


def _emit_choice(parts: tuple[Part, ...], steps: list[Step]) -> None:
    ends = []
    for inner in parts[:-1]:
        fork = len(steps)
        steps.append(End())
        _emit(inner, steps)
        ends.append(len(steps))
        steps.append(End())
        steps[fork] = Split(fork + 1, len(steps))
    _emit(parts[-1], steps)
    for end in ends:
        steps[end] = Split(len(steps), len(steps))


def _emit_repeat(part: Repeat, steps: list[Step]) -> None:
    for _ in range(part.least):
        _emit(part.part, steps)
    if part.most is None:
        fork = len(steps)
        steps.append(End())
        _emit(part.part, steps)
        steps.append(Split(fork, fork))
        steps[fork] = _fork(fork + 1, len(steps), part.greedy)
        return
    forks = []
    for _ in range(part.most - part.least):
        forks.append(len(steps))
        steps.append(End())
        _emit(part.part, steps)
    for fork in forks:
        steps[fork] = _fork(fork + 1, len(steps), part.greedy)


def _fork(inside: int, after: int, greedy: bool) -> Split:
    preferred: Literal[True, False] = greedy
    return Split(inside, after) if preferred else Split(after, inside)
