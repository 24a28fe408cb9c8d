"""The table of faults: how many were tried, and how many survived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.cluster.faults.fault import Fault


class Tally:
    """Counts cases by act and fault."""

    def __init__(self) -> None:
        self.tried: Counter[tuple[str, str]] = Counter()
        self.survived: Counter[tuple[str, str]] = Counter()

    def note(self, act: str, fault: str, survived: bool) -> None:
        """Count one case."""
        self.tried[act, fault] += 1
        self.survived[act, fault] += survived

    def lines(self) -> Iterator[str]:
        """Yield the table; a cell is SURVIVED/TRIED, or what was tried where all survived."""
        faults = [fault for fault in (*(f.value for f in Fault), "kill -9") if any(fault == f for _, f in self.tried)]
        acts = list(dict.fromkeys(act for act, _ in self.tried))
        width = max((len(act) for act in acts), default=0)
        yield " ".join([" " * width, *(f"{fault:>11}" for fault in faults), f"{'all':>11}"])
        for act in acts:
            cells = [self._cell([(act, fault)]) for fault in faults]
            yield " ".join([f"{act:<{width}}", *cells, self._cell([(act, fault) for fault in faults])])
        totals = [self._cell([(act, fault) for act in acts]) for fault in faults]
        yield " ".join([f"{'all':<{width}}", *totals, self._cell(list(self.tried))])

    def _cell(self, keys: list[tuple[str, str]]) -> str:
        tried = sum(self.tried[key] for key in keys)
        survived = sum(self.survived[key] for key in keys)
        return f"{f'{survived}/{tried}' if tried else '-':>11}"


TALLY = Tally()
"""What this run of the tests tried; the summary at its end shows it."""
