"""Where shares are set: a bar for every rule, and beneath what they come to."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.actions.guards import Guard
from cockpit.ui.content import Content
from cockpit.ui.ink import BLANK, Ink, Line, Span, ends, span
from cockpit.ui.marks import Places, mark_of, named
from cockpit.ui.panels.bars import bar_room, figures, labelled_bars
from cockpit.ui.panels.paragraphs import paragraph
from cockpit.ui.panels.plan_guards import guard_lines
from cockpit.ui.text import cut
from cockpit.ui.weighing_stage import Slide, Weighing

_INDENT = Span("  ")
_UNKNOWN = "the shares that it has now are not known: a digit sets them"


def weight_rows(weighing: Weighing, places: Places, width: int) -> Content:
    """Return two rows for each rule: its words, and its shares as bars; the second can be selected."""
    shown = [slide for slide in weighing.slides if slide.wanted and not slide.why_not]
    # All bars have one scale, whatever stands between them.
    rooms = [bar_room(slide.shares, places, width - 3 - _was_width(slide, places)) for slide in shown]
    room = min(rooms, default=0)
    lines: list[Line] = []
    keys: list[object] = []
    for slide in weighing.slides:
        lines += [_words(slide, width), _bars(slide, places, width, room)]
        keys += [None, slide.key]
    return Content((), tuple(lines), tuple(keys))


def _words(slide: Slide, width: int) -> Line:
    ink = Ink.MUTED if slide.why_not else Ink.TEXT
    route: Line = (Span("  "), span(cut(slide.route, width // 3), Ink.MUTED), Span(" "))
    return ends((span(slide.text, ink, bold=not slide.why_not),), route, width)


def _was(slide: Slide, places: Places) -> Line:
    if not slide.changed or not slide.before:
        return ()
    before = {name: value / 100 for name, value in slide.before.items()}
    return (Span("  was ", Ink.MUTED), *figures(before, places), Span(" "))


def _was_width(slide: Slide, places: Places) -> int:
    return sum(len(part.text) for part in _was(slide, places))


def _bars(slide: Slide, places: Places, width: int, room: int) -> Line:
    if slide.why_not:
        return (_INDENT, Span("· ", Ink.MUTED), span(cut(slide.why_not, max(10, width - 6)), Ink.MUTED))
    if not slide.wanted:
        return (_INDENT, Span("? ", Ink.UNKNOWN, bold=True), span(_UNKNOWN, Ink.MUTED))
    return ends((_INDENT, *labelled_bars(slide.shares, places, room)), _was(slide, places), width)


def effect_rows(
    weighing: Weighing,
    effects: Sequence[str],
    guards: Sequence[Guard],
    trouble: str,
    places: Places,
    width: int,
    rows: int,
) -> tuple[Line, ...]:
    """Return what the shares come to in `rows` rows: a line for each version, what else moves, and the guards.

    `trouble` says why there is no plan for them.
    """
    slide = weighing.slide
    lines: list[Line] = [BLANK, _heading(weighing, places)]
    if slide is not None and slide.why_not:
        lines += paragraph(slide.why_not, width - 2, "·", Ink.MUTED, 2)
    if slide is not None and slide.problem and slide.problem != slide.why_not:
        # What new shares lead to is said by a guard.
        said = f"As it is now: {slide.problem}" if slide.changed else slide.problem
        lines += paragraph(said, width - 2, "▲", Ink.WARNING, 2)
    for effect in effects:
        lines += _effect(effect, weighing, places, width)
    if trouble:
        lines += paragraph(trouble, width - 2, "✖", Ink.ERROR, 2)
    lines += guard_lines(guards, (), width - 2)
    if len(lines) <= rows:
        return tuple(lines)
    more = len(lines) - max(rows, 1) + 1
    return (*lines[: max(rows, 1) - 1], (_INDENT, Span(f"{more} more lines: enter shows the whole plan", Ink.MUTED)))


def _heading(weighing: Weighing, places: Places) -> Line:
    slide = weighing.slide
    if slide is None:
        return (Span("No route divides the traffic of this release any more.", Ink.MUTED),)
    title = "WILL BE SO" if slide.changed else "IS SO NOW"
    moving: Line = () if slide.why_not else (Span("  the keys move ", Ink.MUTED), *_named(weighing.name, places))
    return (Span(title, Ink.HEADING, bold=True), *moving)


def _effect(effect: str, weighing: Weighing, places: Places, width: int) -> list[Line]:
    names = sorted(weighing.slide.names if weighing.slide else (), key=len, reverse=True)
    name = next((name for name in names if effect.startswith(f"{name}: ")), "")
    if not name:
        return paragraph(effect, width - 2, "·", Ink.MUTED, 2)
    pointer = Span("▸ ", Ink.ACCENT, bold=True) if name == weighing.name else _INDENT
    return [(pointer, *_named(name, places), span(cut(effect[len(name) :], width - len(name) - 6)))]


def _named(name: str, places: Places) -> Line:
    """Return mark and name; a destination that is no version has a mark of its own, and keeps its name."""
    if name in places:
        return named(name, places, bold=True)
    mark = mark_of(name, places)
    return (Span(f"{mark.shape} ", mark.ink), span(name, Ink.TEXT, bold=True))
