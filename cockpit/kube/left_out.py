"""Which objects of a watch are missing because they do not fit their kind."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.kube.errors import quoted
from cockpit.resources.decode import LeftOut
from cockpit.resources.meta import PodMeta


class LeftOuts:
    """Remembers what was left out until it comes right, goes away, or the next complete list comes without it."""

    def __init__(self, plural: str) -> None:
        self._plural = plural
        self._why: dict[tuple[str, str], str] = {}
        self._nameless: tuple[str, ...] = ()

    def replace(self, skipped: Iterable[LeftOut]) -> None:
        """Take what a complete list left out."""
        self._why, self._nameless = {}, ()
        for entry in skipped:
            self.add(entry)

    def add(self, entry: LeftOut) -> None:
        """Take one more."""
        if entry.metadata.name:
            self._why[entry.metadata.namespace, entry.metadata.name] = entry.why
        else:
            self._nameless += (entry.why,)

    def discard(self, metadata: PodMeta) -> bool:
        """Take an object that fits, or is gone; return whether it had been left out."""
        return self._why.pop((metadata.namespace, metadata.name), None) is not None

    def sentence(self) -> str:
        """Return how many are missing, and which is the first, or "" where none is."""
        reasons = [(name, why) for (_, name), why in self._why.items()] + [("", why) for why in self._nameless]
        if not reasons:
            return ""
        name, why = reasons[0]
        first = f"{quoted(name, 80)}: {quoted(why)}" if name else quoted(why)
        number = "1 was left out, as it does" if len(reasons) == 1 else f"{len(reasons)} were left out, as they do"
        return f"Of the {self._plural} {number} not fit the kind ({first})."
