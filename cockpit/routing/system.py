"""What a traffic system is to the rest of the cockpit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cockpit.resources.json_values import Json, Path
from cockpit.resources.meta import KubernetesObject
from cockpit.routing.objects import Objects
from cockpit.routing.rules import Rule

Held: TypeAlias = tuple[Path, Json]
"""A field with what it holds as the API writes it, ABSENT for nothing."""

Field: TypeAlias = tuple[Path, Json, Json]
"""A field with what it holds and what it shall hold."""

Share: TypeAlias = float
"""A fraction of 1."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The fields of one object that say the shares of one rule.

    `held` are the fields as they are; `relies_on` what has to hold still for them to mean this rule; `wanted` says what
    the fields have to hold, in the order of `held`, for other shares (in the order of the rule's backends).
    """

    held: tuple[Held, ...]
    relies_on: tuple[Held, ...]
    wanted: Callable[[Sequence[Share]], tuple[Json, ...]]


@dataclass(frozen=True, slots=True)
class System:
    """One traffic system, or one family that shares a kind: pure functions of the objects of a namespace.

    `names` are what its rules carry as `Rule.system`. `rules` must not fail, whatever the objects hold. `weights` is
    asked for writable rules of this system only, and returns None where the object is gone or has no such rule.
    """

    names: tuple[str, ...]
    reads: tuple[type[KubernetesObject], ...]
    rules: Callable[[Objects], tuple[Rule, ...]]
    weights: Callable[[Objects, Rule], Weights | None]
