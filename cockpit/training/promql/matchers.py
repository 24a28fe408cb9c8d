"""Label matchers: = != =~ !~. A label that a series lacks is an empty one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cockpit.training.promql.regex import Regex
from cockpit.training.promql.sample import Labels

Spend: TypeAlias = Callable[[int], None]
METRIC_NAME = "__name__"


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label. `regex` is the compiled value of =~ and !~."""

    name: str
    operator: Literal["=", "!=", "=~", "!~"]
    value: str
    regex: Regex | None = None

    def matches(self, value: str, spend: Spend) -> bool:
        """Tell whether a label's value fulfils the condition; `spend` is told what matching a regex costs."""
        if self.regex is None:
            return (value == self.value) == (self.operator == "=")
        return self.regex.matches(value, spend) == (self.operator == "=~")


class Selection:
    """All conditions of a selector, with what each said of the values that it has seen."""

    def __init__(self, matchers: Iterable[Matcher], spend: Spend) -> None:
        self._matchers = tuple(matchers)
        self._seen: list[dict[str, bool]] = [{} for _ in self._matchers]
        self._spend = spend

    @property
    def metric_name(self) -> str | None:
        """The only metric name that is possible, or None where there may be several."""
        named = (one for one in self._matchers if one.name == METRIC_NAME and one.operator == "=")
        return next((one.value for one in named), None)

    def takes(self, labels: Labels) -> bool:
        """Tell whether a series fulfils every condition."""
        self._spend(1)
        values = dict(labels)
        return all(self._holds(index, values) for index in range(len(self._matchers)))

    def _holds(self, index: int, values: Mapping[str, str]) -> bool:
        matcher = self._matchers[index]
        value = values.get(matcher.name, "")
        seen = self._seen[index]
        if value not in seen:
            seen[value] = matcher.matches(value, self._spend)
        return seen[value]
