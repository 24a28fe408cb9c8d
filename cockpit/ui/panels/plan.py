"""A plan as a page: what it does and why, change by change, with everything that speaks for and against it."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.actions.guards import Outcome
from cockpit.actions.plan import Plan
from cockpit.release.view import ReleaseView
from cockpit.runner.progress import Result
from cockpit.ui.ink import BLANK, Ink, Line, Span, span
from cockpit.ui.marks import Places
from cockpit.ui.panels.paragraphs import paragraph, section
from cockpit.ui.panels.plan_changes import change_lines, undo_lines
from cockpit.ui.panels.plan_doors import effects_now
from cockpit.ui.panels.plan_guards import check_lines, guard_lines
from cockpit.ui.panels.plan_run import run_lines
from cockpit.ui.plan_stage import Phase, Stage, all_guards
from cockpit.ui.text import fold

_GOES_ON = "↪"
_BY_HAND = f"The same by hand; c copies it. What goes on has {_GOES_ON} before it."
_HOPEFUL = frozenset({Result.RUNNING, Result.HELD, Result.NOT_SEEN})
"""Results of runs after which the effects of the plan are, or will be, so."""


def plan_lines(stage: Stage, view: ReleaseView | None, places: Places, width: int) -> tuple[Line, ...]:
    """Return the page of a stage; `view` is the release as it is now, None where it is not seen."""
    plan = stage.plan
    if plan is None:
        return tuple(paragraph(stage.trouble, width, "✖", Ink.ERROR)) if stage.trouble else ()
    lines = [*_title(plan, width)]
    if stage.phase in {Phase.RUNNING, Phase.ENDED}:
        hopeful = stage.progress is None or stage.progress.result in _HOPEFUL
        return (*lines, *run_lines(stage.progress, places, width), *(_effects(plan, view, width) if hopeful else ()))
    lines += change_lines(plan, stage.examination, view, width)
    lines += guard_lines(all_guards(stage), stage.consent.overridden, width)
    lines += _effects(plan, view, width)
    lines += check_lines(plan, stage.examination, width)
    return (*lines, *undo_lines(plan, width))


def _title(plan: Plan, width: int) -> list[Line]:
    return [*paragraph(plan.why, width, words=Ink.MUTED)] if plan.why else []


def warning_rows(stage: Stage, view: ReleaseView | None, width: int) -> tuple[int, ...]:
    """Return the rows of the page at which warnings begin, before the plan runs."""
    if stage.plan is None or stage.phase is not Phase.SHOWN or stage.kubectl:
        return ()
    above = len(_title(stage.plan, width)) + len(change_lines(stage.plan, stage.examination, view, width))
    guards = all_guards(stage)
    blocks = [guard for guard in guards if guard.outcome is Outcome.BLOCK]
    warns = [guard for guard in guards if guard.outcome is Outcome.WARN]
    rows = (len(guard_lines((*blocks, *warns[:index]), (), width)) for index in range(len(warns)))
    # Without any guard before it a warning stands below an empty line and the heading.
    return tuple(above + max(2, count) for count in rows)


def _effects(plan: Plan, view: ReleaseView | None, width: int) -> list[Line]:
    if not plan.effects:
        return []
    return [
        *section("AFTERWARDS"),
        *(line for text in effects_now(plan, view) for line in paragraph(text, width, "·", Ink.MUTED, 2)),
    ]


def kubectl_page(lines: Sequence[str], width: int) -> tuple[Line, ...]:
    """Return shell lines as they are, broken where they do not fit; what goes on is marked."""
    shown: list[Line] = paragraph(_BY_HAND, width, words=Ink.MUTED)
    for command in lines:
        shown.append(BLANK)
        for line in command.splitlines():
            first, *rest = fold(line, width - len(_GOES_ON) - 1, 60, breaks=" ,") or ("",)
            shown += [(span(first),), *((Span(f"{_GOES_ON} ", Ink.ACCENT), span(text)) for text in rest)]
    return tuple(shown)
