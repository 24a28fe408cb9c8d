"""What a panel shows: a head that stays, and a body that scrolls, of which only the visible lines are made."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from cockpit.ui.ink import Line


@dataclass(frozen=True, slots=True)
class Content:
    """`keys` name the rows of `body` that can be selected, None the others; empty where none can be."""

    head: tuple[Line, ...] = ()
    body: Sequence[Line] = ()
    keys: Sequence[Hashable | None] = ()

    @property
    def rows(self) -> int:
        """Rows in all, head included."""
        return len(self.head) + len(self.body)


EMPTY = Content()


def folded(content: Content, rows: int) -> Content:
    """Return `content` for a panel of `rows` rows: without its body where only the head fits."""
    return content if rows > len(content.head) else Content(content.head)


def plain_rows(lines: Sequence[Line]) -> tuple[None, ...]:
    """Return keys for lines of which none can be selected."""
    return (None,) * len(lines)


def step(keys: Sequence[Hashable | None], index: int | None, by: int) -> int | None:
    """Return the index of the row that can be selected, `by` of them away from `index`; None where there is none.

    It stops at the first and the last one. With no row selected it starts at the end that it moves away from.
    """
    selectable = [place for place, key in enumerate(keys) if key is not None]
    if not selectable:
        return None
    if index is None or index not in selectable:
        return selectable[0] if by >= 0 else selectable[-1]
    return selectable[max(0, min(len(selectable) - 1, selectable.index(index) + by))]


def nearest(keys: Sequence[Hashable | None], index: int) -> int | None:
    """Return the index of the row that can be selected and is nearest to `index`; None where there is none."""
    selectable = [place for place, key in enumerate(keys) if key is not None]
    return min(selectable, key=lambda place: abs(place - index), default=None)
