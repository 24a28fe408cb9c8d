"""Keeps what series exist, by namespace, and asks again every few minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cockpit.metrics.catalogue import Catalogue
from cockpit.metrics.existing import Row, questions, rows_of, window_of
from cockpit.metrics.packing import by_mark
from cockpit.metrics.round import Round

_STANDS_SECONDS = 300.0
_EMPTY_STANDS_SECONDS = 30.0
"""Where nothing was found, an application may just be starting."""


class Finder:
    """Knows the series of the namespaces that were asked for."""

    def __init__(self, catalogue: Catalogue, window: str) -> None:
        self._catalogue = catalogue
        self._chosen_window = window
        self._found: dict[str, tuple[float, tuple[Row, ...]]] = {}
        self.window = window or "1m"
        """Window of rates as PromQL writes it: the settings', else four scrape intervals."""

    async def know(self, namespaces: Sequence[str], asking: Round) -> None:
        """See to it that what exists in `namespaces` is known.

        Raises:
            MetricsError: there is no answer.
        """
        unknown = [name for name in dict.fromkeys(namespaces) if self._is_old(name, asking.began)]
        if not unknown:
            return
        answered = by_mark(await asking.ask(questions(self._catalogue, unknown)))
        rows = rows_of(answered)
        self._found = {name: entry for name, entry in self._found.items() if not self._is_old(name, asking.began)}
        self._found.update({name: (asking.began, _of(name, rows)) for name in unknown})
        self.window = self._chosen_window or window_of(answered)

    def rows(self, namespace: str) -> tuple[Row, ...]:
        """Return one series of each name that exists for `namespace`."""
        return self._found.get(namespace, (0.0, ()))[1]

    def _is_old(self, namespace: str, monotonic: float) -> bool:
        if namespace not in self._found:
            return True
        at, rows = self._found[namespace]
        return monotonic - at >= (_STANDS_SECONDS if rows else _EMPTY_STANDS_SECONDS)


def _of(namespace: str, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return the series of a namespace: those that name it, and those that name none."""
    return tuple(row for row in rows if namespace in row.values() or not _names_a_namespace(row))


def _names_a_namespace(row: Mapping[str, str]) -> bool:
    return any(name.endswith("namespace") for name in row)
