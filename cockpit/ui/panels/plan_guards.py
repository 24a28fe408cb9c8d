"""What the guards of a plan and the health checks found: what blocks first, then warnings, then what passed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cockpit.actions.examination import Answer, CheckFindings, Examination
from cockpit.actions.guards import Guard, Outcome
from cockpit.actions.plan import Plan
from cockpit.ui.ink import Ink, Line, Span, fit_line
from cockpit.ui.panels.paragraphs import paragraph, section
from cockpit.ui.panels.plan_changes import ANSWERS

_SHAPES = {
    Outcome.BLOCK: ("✖", Ink.ERROR, "blocks: "),
    Outcome.WARN: ("▲", Ink.WARNING, "warns: "),
    Outcome.PASS: ("✔", Ink.STEADY, ""),
}
_BY_WEIGHT = (Outcome.BLOCK, Outcome.WARN, Outcome.PASS)
_CHECKED = {
    Answer.ASKED: "{}: asked",
    Answer.YES: "{} answers",
    Answer.NO: "{} fails",
    Answer.LATER: "{}: asked when reached",
    Answer.UNKNOWN: "{} could not be asked",
}


def summary_line(guards: Sequence[Guard], overridden: Collection[str], width: int) -> Line:
    """Return how many guards block, warn and pass, for a line that is never scrolled away."""
    overruled = sum(guard.outcome is Outcome.BLOCK and guard.id.value in overridden for guard in guards)
    blocks, warns, passed = (sum(guard.outcome is outcome for guard in guards) for outcome in _BY_WEIGHT)
    blocks -= overruled
    told = (
        ("✖", Ink.ERROR, blocks, "blocks" if blocks == 1 else "block"),
        ("▲", Ink.WARNING, overruled, "overridden"),
        ("▲", Ink.WARNING, warns, "warning" if warns == 1 else "warnings"),
        ("✔", Ink.STEADY, passed, "passed"),
    )
    shown = [
        (Span(f" {shape}", ink, bold=True), Span(f" {count} {word} ")) for shape, ink, count, word in told if count
    ]
    return fit_line(tuple(part for pair in shown for part in pair), width)


def guard_lines(guards: Sequence[Guard], overridden: Collection[str], width: int) -> list[Line]:
    """Return one paragraph a guard; `overridden` are ids of those that were overridden with a reason."""
    if not guards:
        return []
    counts = {outcome: sum(guard.outcome is outcome for guard in guards) for outcome in Outcome}
    words = {Outcome.BLOCK: "block", Outcome.WARN: "warn", Outcome.PASS: "pass"}
    told = [f"{counts[outcome]} {words[outcome]}" for outcome in words if counts[outcome]]
    lines = section("GUARDS", ", ".join(told))
    for guard in guards:
        lines += _guard(guard, guard.id.value in overridden, width)
    return lines


def _guard(guard: Guard, overridden: bool, width: int) -> list[Line]:
    shape, ink, word = _SHAPES[guard.outcome]
    if overridden and guard.outcome is Outcome.BLOCK:
        shape, ink, word = "▲", Ink.WARNING, "overridden: "
    lines = paragraph(f"{word}{guard.sentence}", width, shape, ink, 2)
    if guard.remedy and guard.outcome is not Outcome.PASS:
        lines += paragraph(guard.remedy, width, "→", Ink.MUTED, 4, Ink.MUTED)
    return lines


def check_lines(plan: Plan, examination: Examination, width: int) -> list[Line]:
    """Return the health checks that were asked for, or the one that is offered."""
    if not plan.pod_checks:
        return _offer(plan, width)
    lines = section("HEALTH CHECK", f"GET {plan.pod_checks[0].path}")
    known = {entry.pod: entry for entry in examination.checks}
    for check in plan.pod_checks:
        found = known.get(check.pod) or CheckFindings(check.pod)
        shape, ink = ANSWERS[found.answer]
        text = _CHECKED[found.answer].format(check.pod)
        lines += paragraph(f"{text}: {found.message}" if found.message else text, width, shape, ink, 2)
    return lines


def _offer(plan: Plan, width: int) -> list[Line]:
    if not plan.offered_check:
        return []
    text = f"h asks each target pod for {plan.offered_check}, the path of its readiness probe, before anything is sent."
    return [*section("HEALTH CHECK", "none"), *paragraph(text, width, "·", Ink.MUTED, 2, Ink.MUTED)]
