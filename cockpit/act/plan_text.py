"""A plan as plain text, in the order in which an operator reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cockpit.act.sheet import Sheet, way_back
from cockpit.actions.awaited import awaited
from cockpit.actions.change import Change
from cockpit.actions.diff import DiffLine, diff_lines
from cockpit.actions.examination import Answer, ChangeFindings, CheckFindings
from cockpit.actions.guards import Guard, Outcome
from cockpit.release.view import ReleaseView
from cockpit.resources.inert import inert

_MARKS = {Outcome.PASS: "✔", Outcome.WARN: "▲", Outcome.BLOCK: "✖"}
_DRY_RUN = {
    Answer.ASKED: "not answered yet",
    Answer.YES: "would succeed",
    Answer.NO: "would be refused",
    Answer.LATER: "checked when reached",
    Answer.UNKNOWN: "not known",
}
_ALLOWED = {
    Answer.ASKED: "not answered yet",
    Answer.YES: "you have it",
    Answer.NO: "you do not have it",
    Answer.LATER: "checked when reached",
    Answer.UNKNOWN: "not known whether you have it",
}
_CHECK_MARKS = {Answer.YES: "✔", Answer.NO: "✖", Answer.UNKNOWN: "▲"}
_ANSWERED = {Answer.YES: "answers", Answer.NO: "fails", Answer.UNKNOWN: "could not be asked"}


def plan_text(sheet: Sheet) -> str:
    """Return the plan in lines; nothing in them steers a terminal. The kubectl lines stand at the margin, to copy."""
    plan = sheet.plan
    lines = [plan.title, f"  {plan.why}" if plan.why else "", "", "Changes, in this order", *_changes(sheet)]
    lines += _section("Guards", map(_guard, sheet.guards))
    lines += _section("Health checks", (_check(path, found) for path, found in sheet.checks()))
    lines += _section("Afterwards", (f"  {effect}" for effect in plan.effects))
    lines += _section("Done when", (f"  {awaited(condition, sheet.view)}" for condition in plan.expects))
    lines += _section("The same by kubectl", (line for entry in sheet.kubectl for line in entry.split("\n")))
    return "\n".join(inert(line) for line in lines)


def _section(heading: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return ["", heading, *found] if found else []


def _changes(sheet: Sheet) -> Iterator[str]:
    for position, (change, findings) in enumerate(sheet.entries(), start=1):
        yield f"  {position}. {change.kind} {change.object.short}: {change.summary}"
        yield from (f"       {line}" for line in _details(change, findings, sheet.view))
    if not sheet.plan.changes:
        yield "  none"


def _details(change: Change, findings: ChangeFindings, view: ReleaseView) -> Iterator[str]:
    for line in diff_lines(change, findings.template_diff):
        yield _difference(line)
    said = f" ({findings.message})" if findings.message else ""
    yield f"dry run: {_DRY_RUN[findings.dry_run]}{said}"
    yield f"needs the right to {findings.right.words}: {_ALLOWED[findings.allowed]}"
    if change.hold is not None:
        yield f"then waits until {awaited(change.hold, view)}, {change.hold_seconds:g} s at most"
    yield f"cannot be taken back: {change.final}" if change.final else f"undone by: {way_back(change) or 'nothing'}"


def _difference(line: DiffLine) -> str:
    if line.before is None:
        return f"+ {line.path}: {line.after}"
    return f"- {line.path}: {line.before}" if line.after is None else f"  {line.path}: {line.before} → {line.after}"


def _guard(guard: Guard) -> str:
    remedy = f" {guard.remedy}" if guard.remedy else ""
    against = f" (--override {guard.id} --reason TEXT)" if guard.can_override and guard.outcome is Outcome.BLOCK else ""
    return f"  {_MARKS[guard.outcome]} {guard.id}: {guard.sentence}{remedy}{against}"


def _check(path: str, found: CheckFindings) -> str:
    mark = _CHECK_MARKS.get(found.answer, "·")
    return f"  {mark} GET {path} of {found.pod}: {found.message or _ANSWERED.get(found.answer, 'not answered yet')}"
