"""The lines under a plan: that Enter runs it, or what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.ui.ink import Ink, Line, Span
from cockpit.ui.panels.paragraphs import paragraph
from cockpit.ui.plan_stage import Phase, Stage, offered
from cockpit.ui.runs import RESULT_WORDS, all_sent, done_words

_NOT_YET = " NOT YET "
_WAYS = {"plan.undo": "u takes back what was done", "plan.finish": "f does what is left"}


def verdict_lines(
    stage: Stage, missing: Sequence[str], settled: bool, width: int, rows: int, unseen: str = ""
) -> tuple[Line, ...]:
    """Return at most `rows` lines; `missing` is what stands between the plan and its run.

    `unseen` says in a sentence which warnings are not on the screen, "" where all are.
    """
    lines = _verdict(stage, missing, settled, width, unseen)
    if len(lines) <= rows:
        return tuple(lines)
    rows = max(1, rows)
    return (*lines[: rows - 1], (*lines[rows - 1], Span(" …", Ink.WARNING)))


def _verdict(stage: Stage, missing: Sequence[str], settled: bool, width: int, unseen: str) -> list[Line]:
    if stage.phase is Phase.DRAWING:
        return paragraph("Drawing the plan.", width, " ◌", Ink.PROGRESSING)
    if stage.phase in {Phase.RUNNING, Phase.ENDED}:
        return _run_verdict(stage, width)
    if stage.plan is None:
        return paragraph("There is nothing to run. a draws the plan again, esc leaves it.", width, " ■", Ink.WARNING)
    if stage.nudged:
        # Room for what an Enter that ran nothing is answered with.
        width -= len(_NOT_YET)
    said = [*([stage.trouble] if stage.trouble and stage.trouble not in missing else []), *missing]
    if said:
        lines = [line for text in said for line in paragraph(text, width, " ✖", Ink.ERROR)]
        return [(Span(_NOT_YET, Ink.BADGE), *lines[0]), *lines[1:]] if stage.nudged else lines
    if not settled:
        return paragraph("Enter runs it in a moment.", width, " ◌", Ink.PROGRESSING)
    reason = f" Reason: {stage.consent.reason}" if stage.consent.reason else ""
    warned = f" {unseen}" if unseen else ""
    return paragraph(f"Enter runs it.{warned}{reason}", width, " ⏎", Ink.STEADY)


def _run_verdict(stage: Stage, width: int) -> list[Line]:
    if stage.phase is Phase.RUNNING:
        text = f"Running, {done_words(stage.progress)}. esc leaves it running, s stops before the next change."
        if all_sent(stage.progress):
            text = "Everything is sent; it is watched until it is seen. esc leaves it running."
        return paragraph(text, width, " ↻", Ink.PROGRESSING)
    result = stage.progress.result if stage.progress else None
    ways = [words for action, words in _WAYS.items() if action in offered(stage)]
    text = f"{RESULT_WORDS[result]}." if result else "Ended."
    return paragraph(f"{text} {'; '.join(ways)}." if ways else text, width, " ■", Ink.ACCENT)
