"""The changes of a plan: object, field diff, what the server says of it, and what undoes it."""

from __future__ import annotations

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.diff import DiffLine, diff_lines
from cockpit.actions.examination import Answer, ChangeFindings, Examination
from cockpit.actions.holds import words
from cockpit.actions.plan import Plan
from cockpit.release.view import ReleaseView
from cockpit.ui.durations import duration
from cockpit.ui.ink import Ink, Line, Span, fit_line, span, width_of
from cockpit.ui.panels.paragraphs import paragraph, section
from cockpit.ui.text import cut, cut_middle

ANSWERS = {
    Answer.ASKED: ("◌", Ink.MUTED),
    Answer.YES: ("✔", Ink.STEADY),
    Answer.NO: ("✖", Ink.ERROR),
    Answer.LATER: ("◷", Ink.MUTED),
    Answer.UNKNOWN: ("?", Ink.WARNING),
}
_TRIED = {
    Answer.ASKED: "dry run asked",
    Answer.YES: "dry run passed",
    Answer.NO: "dry run refused",
    Answer.LATER: "checked when reached",
    Answer.UNKNOWN: "dry run not possible",
}
_ALLOWED = {
    Answer.ASKED: "may you {}? asked",
    Answer.YES: "you may {}",
    Answer.NO: "you may not {}",
    Answer.LATER: "{}: checked when reached",
    Answer.UNKNOWN: "may you {}? not known",
}
_INDENT = 5
_TAKEN, _GIVEN = Span("- ", Ink.ERROR, bold=True), Span("+ ", Ink.STEADY, bold=True)
_BECOMES = Span(" → ", Ink.ACCENT, bold=True)


def change_lines(plan: Plan, examination: Examination, view: ReleaseView | None, width: int) -> list[Line]:
    """Return every change in its order, with what is known about it."""
    count = len(plan.changes)
    lines = section("CHANGES", f"{count} writes, one after the other" if count > 1 else "")
    for index, change in enumerate(plan.changes):
        known = examination.changes[index] if index < len(examination.changes) else None
        lines += _head(index + 1, change, width)
        lines += _diff(change, known, width)
        lines += _findings(known, width)
        lines += _hold(change, view, width)
    return lines


def _head(number: int, change: Change, width: int) -> list[Line]:
    """Return what is done to which object; a summary that names the object needs it not once more."""
    verb = "" if change.summary.startswith(f"{change.kind.value} ") else f"{change.kind.value} "
    lead: Line = (Span(f"  {number}  ", Ink.ACCENT, bold=True), Span(verb, Ink.MUTED))
    named = () if change.object.short in change.summary else (span(change.object.short, bold=True), Span("  "))
    room = width - width_of(lead) - width_of(named)
    summary = span(change.summary, bold=not named)
    if room >= width_of((summary,)):
        return [(*lead, *named, summary)]
    return [
        fit_line((*lead, span(change.object.short, bold=True)), width),
        *paragraph(change.summary, width, indent=_INDENT),
    ]


def _diff(change: Change, known: ChangeFindings | None, width: int) -> list[Line]:
    shown = diff_lines(change, known.template_diff if known else ())
    path_width = min(width * 2 // 5, max((len(line.path) for line in shown), default=0))
    return [row for line in shown for row in _diff_rows(line, path_width, width)]


def _diff_rows(line: DiffLine, path_width: int, width: int) -> list[Line]:
    """Return a field with both values behind it; values that are too long for that have a row each."""
    path = fit_line((span(line.path, Ink.MUTED),), path_width, keep="end")
    lead: Line = (Span(" " * _INDENT), *path, Span("  "))
    room = max(4, width - _INDENT - path_width - 2)
    pair: Line = (span(line.before or ""), _BECOMES, span(line.after or "", bold=True))
    if line.before is not None and line.after is not None and width_of(pair) <= room:
        return [(*lead, *pair)]
    signed = ((_TAKEN, line.before), (_GIVEN, line.after))
    values = [(sign, value) for sign, value in signed if value is not None]
    if len(values) == 1:
        return [(*lead, values[0][0], span(cut(values[0][1], room - 2)))]
    wide = width - _INDENT - 4
    rows: list[Line] = [(Span(" " * (_INDENT + 2)), sign, span(cut_middle(value, wide))) for sign, value in values]
    return [(Span(" " * _INDENT), span(cut(line.path, width - _INDENT, keep="end"), Ink.MUTED)), *rows]


def _findings(known: ChangeFindings | None, width: int) -> list[Line]:
    if known is None:
        return [(Span(" " * _INDENT), Span("◌ nothing is known of it yet", Ink.MUTED))]
    tried, allowed = ANSWERS[known.dry_run], ANSWERS[known.allowed]
    indent = Span(" " * _INDENT)
    one: Line = (indent, Span(f"{tried[0]} ", tried[1]), Span(_TRIED[known.dry_run]))
    two: Line = (Span(f"{allowed[0]} ", allowed[1]), span(_ALLOWED[known.allowed].format(known.right.words)))
    fits = width_of((*one, *two)) + 3 <= width
    lines = [(*one, Span("   "), *two)] if fits else [one, fit_line((indent, *two), width)]
    said = paragraph(known.message, width, indent=_INDENT + 2, words=tried[1]) if _says_more(known) else []
    return [*lines, *said]


def _says_more(known: ChangeFindings) -> bool:
    """Say whether the message of a finding tells more than its words do."""
    return bool(known.message) and known.dry_run is not Answer.LATER


def _hold(change: Change, view: ReleaseView | None, width: int) -> list[Line]:
    if change.hold is None:
        return []
    text = f"then waits, at most {duration(change.hold_seconds)}; now {words(change.hold, view)}"
    return paragraph(text, width, "↻", Ink.PROGRESSING, _INDENT, Ink.MUTED)


def undo_lines(plan: Plan, width: int) -> list[Line]:
    """Return what takes the plan back, or why nothing does."""
    lines = section("TAKES IT BACK", "u, in the release")
    for change in reversed(plan.changes):
        if change.final:
            lines += paragraph(f"{change.object.short}: {change.final}", width, "▲", Ink.WARNING, 2)
        else:
            lines += paragraph(_backwards(change), width, "↶", Ink.MUTED, 2, Ink.MUTED)
    return lines


def _backwards(change: Change) -> str:
    if change.kind is ChangeKind.CREATE:
        return f"deletes {change.object.short} again"
    if change.kind is ChangeKind.DELETE:
        return f"creates {change.object.short} again"
    if change.template_from is not None:
        return f"puts the template of before back into {change.object.short}"
    back = [_put_back(line) for line in diff_lines(change)]
    return f"on {change.object.short} {', '.join(back)}"


def _put_back(line: DiffLine) -> str:
    return f"takes {line.path} away" if line.before is None else f"sets {line.path} to {line.before}"
