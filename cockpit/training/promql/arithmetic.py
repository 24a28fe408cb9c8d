"""Binary operators on two numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

from cockpit.training.promql.numbers import divided, power, remainder

ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": divided,
    "%": remainder,
    "^": power,
    "atan2": math.atan2,
}
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
SETS = frozenset({"and", "or", "unless"})


def of_scalars(sign: str, left: list[float], right: list[float]) -> list[float]:
    """Return the operation on two scalars over all moments; a comparison is 0 or 1."""
    pairs = zip(left, right, strict=True)
    if sign in COMPARISONS:
        holds = COMPARISONS[sign]
        return [float(holds(one, other)) for one, other in pairs]
    return [ARITHMETIC[sign](one, other) for one, other in pairs]


def elementwise(sign: str, as_bool: bool) -> Callable[[float, float], float | None]:
    """Return what an operator makes of two elements: a comparison keeps the left one or nothing."""
    if sign in ARITHMETIC:
        return ARITHMETIC[sign]
    holds = COMPARISONS[sign]
    if as_bool:
        return lambda left, right: float(holds(left, right))
    return lambda left, right: left if holds(left, right) else None


def with_scalar(sign: str, as_bool: bool, scalar_first: bool) -> Callable[[float, float], float | None]:
    """Return what an operator makes of an element and a scalar; a comparison keeps the element, whatever side it is."""
    if sign in COMPARISONS and not as_bool:
        holds = COMPARISONS[sign]
        if scalar_first:
            return lambda value, scalar: value if holds(scalar, value) else None
        return lambda value, scalar: value if holds(value, scalar) else None
    apply = elementwise(sign, as_bool)
    return (lambda value, scalar: apply(scalar, value)) if scalar_first else apply
