"""Bars of shares, in eighths of a cell."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.release.view import Shares
from cockpit.ui.durations import percent, portions
from cockpit.ui.ink import Ink, Line, Span, width_of
from cockpit.ui.marks import Places, mark_of, named
from cockpit.ui.text import cut

_NAME_WIDTH = 12
_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")


def ordered(shares: Shares, places: Places) -> tuple[str, ...]:
    """Return the versions of `shares` in the order of their places, the unknown one last."""
    return tuple(sorted(shares, key=lambda name: (name not in places, places.get(name, 0), name)))


def block(eighths: int) -> str:
    """Return a bar of `eighths` of a cell."""
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8]


def bar_room(shares: Shares, places: Places, width: int) -> int:
    """Return how many cells of `width` names and figures leave to the bars."""
    labels = sum(width_of(_label(name, places)) for name in shares)
    values = sum(len(f" {percent(share)}") for share in shares.values())
    return max(0, width - labels - values - 2 * (len(shares) - 1))


def labelled_bars(shares: Shares, places: Places, room: int) -> Line:
    """Return mark, name, bar and per cent of every version; `room` cells stand for 100 %."""
    names = ordered(shares, places)
    labels = [_label(name, places) for name in names]
    values = [f" {percent(shares[name])}" for name in names]
    sizes = _bar_sizes([shares[name] for name in names], room)
    spans: list[Span] = []
    for name, label, value, size in zip(names, labels, values, sizes, strict=True):
        spans += [Span("  ")] if spans else []
        spans += [*label, Span(block(size), mark_of(name, places).ink), Span(value, Ink.TEXT, bold=True)]
    return tuple(spans)


def _label(name: str, places: Places) -> Line:
    mark, *rest = named(name, places)
    return (mark, *(part._replace(text=cut(part.text, _NAME_WIDTH)) for part in rest), Span(" "))


def _bar_sizes(shares: Sequence[float], cells: int) -> tuple[int, ...]:
    """Return the bars in eighths; each rounds up to whole cells at its end, so that their cells fit into `cells`."""
    least = [1 if share > 0 else 0 for share in shares]
    room = max(0, cells - len(shares))
    sizes = portions(shares, room * 8)
    return tuple(max(size, floor) if cells > len(shares) else 0 for size, floor in zip(sizes, least, strict=True))


def mini_bar(shares: Shares, places: Places, width: int) -> Line:
    """Return one bar of `width` cells in which every version has its part; no part that is not nothing disappears."""
    names = [name for name in ordered(shares, places) if shares[name] > 0]
    cells = list(portions([shares[name] for name in names], width))
    for index, count in enumerate(cells):
        largest = max(range(len(cells)), key=lambda place: cells[place])
        if count == 0 and cells[largest] > 1:
            cells[index], cells[largest] = 1, cells[largest] - 1
    return tuple(Span("━" * count, mark_of(name, places).ink) for name, count in zip(names, cells, strict=True))


def figures(shares: Shares, places: Places) -> Line:
    """Return the shares as per cent, each in its version's ink and with its shape: ●95 ◆5."""
    spans: list[Span] = []
    for name in ordered(shares, places):
        mark = mark_of(name, places)
        spans += [Span(" ")] if spans else []
        spans += [Span(f"{mark.shape}{percent(shares[name]).removesuffix('%')}", mark.ink)]
    return tuple(spans)
