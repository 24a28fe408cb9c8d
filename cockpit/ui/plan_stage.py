"""Where a plan stands between the key that asks for it and its end: what Enter does, and which keys are offered.

Pure: the screen tells what came in and at which moment (seconds of any steady clock), and draws what is returned.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import msgspec

from cockpit.actions.acts import Act
from cockpit.actions.consent import blocking, objections
from cockpit.actions.examination import Consent, Examination
from cockpit.actions.guards import Guard, Outcome
from cockpit.actions.plan import Confirmation, Plan
from cockpit.actions.request import Request
from cockpit.runner.progress import Progress, Result
from cockpit.ui.plan_renewal import renewed, speaks_up

replace = msgspec.structs.replace
QUIET_SECONDS = 0.5
"""How long a plan has been on the screen, and Enter not been pressed, before Enter runs it."""

_OTHERWISE = "The cluster changed under this plan: it would write something else now. Press a to draw it again."

Objections = Callable[[Plan, Examination, Consent], tuple[str, ...]]


class Phase(StrEnum):
    """What the screen of a plan is about."""

    DRAWING = "drawing"
    SHOWN = "shown"
    RUNNING = "running"
    ENDED = "ended"


class Stage(msgspec.Struct, frozen=True):
    """A plan with everything that is known of it."""

    request: Request
    phase: Phase = Phase.DRAWING
    plan: Plan | None = None
    examination: Examination = Examination()
    consent: Consent = Consent()
    quiet_since: float | None = None
    """When the plan was shown, or Enter pressed in vain; None before it is on the screen."""
    progress: Progress | None = None
    trouble: str = ""
    """Why there is no plan, or why it was not run."""
    outdated: str = ""
    """What changed in the cluster so that the plan does not fit any more."""
    kubectl: bool = False
    """Whether the kubectl lines are shown in place of the plan."""
    nudged: bool = False
    """Whether the last key was an Enter that ran nothing."""


def asked(stage: Stage, request: Request) -> Stage:
    """Return the stage of a plan that is drawn for `request`; a reason that was given stays."""
    return Stage(request, consent=Consent(reason=stage.consent.reason))


def drawn(stage: Stage, plan: Plan) -> Stage:
    """Return the stage with its plan; nothing is known about it yet, and it is not on the screen yet."""
    return replace(stage, phase=Phase.SHOWN, plan=plan, examination=Examination(), trouble="", quiet_since=None)


def failed(stage: Stage, sentence: str) -> Stage:
    """Return the stage of a plan that could not be drawn, or examined."""
    return replace(stage, phase=Phase.SHOWN, trouble=sentence)


def on_screen(stage: Stage, moment: float) -> Stage:
    """Return the stage of a plan that is on the screen since `moment`."""
    return replace(stage, quiet_since=moment)


def found(stage: Stage, examination: Examination) -> Stage:
    """Return the stage with what is known by now."""
    return replace(stage, examination=examination, nudged=False)


def compared(stage: Stage, sentence: str) -> Stage:
    """Return the stage of a plan that was held against a new picture: what changed, "" where nothing did."""
    return replace(stage, outdated=sentence)


def taken_in(stage: Stage, fresh: Plan) -> Stage:
    """Return the stage with a plan that was drawn again behind the screen.

    What was found out stays while what is written does. Whoever reads it gets half a second anew where a guard speaks
    up.
    """
    shown = stage.plan
    plan = renewed(shown, fresh) if shown else None
    if shown is None or plan is None:
        return compared(stage, _OTHERWISE)
    loud = speaks_up(shown.guards, plan.guards)
    checked = shown.pod_checks == plan.pod_checks
    return replace(
        stage,
        plan=plan,
        examination=stage.examination if checked else Examination(),
        outdated="",
        quiet_since=None if loud or not checked else stage.quiet_since,
    )


def turned(stage: Stage) -> Stage:
    """Return the stage with the kubectl lines in place of the plan, or the plan in theirs."""
    return replace(stage, kubectl=not stage.kubectl)


def consented(stage: Stage, consent: Consent) -> Stage:
    """Return the stage with another consent."""
    return replace(stage, consent=consent, trouble="", nudged=False)


def started(stage: Stage) -> Stage:
    """Return the stage of a plan that was told to run."""
    return replace(stage, phase=Phase.RUNNING, progress=None, trouble="", kubectl=False, nudged=False)


def progressed(stage: Stage, progress: Progress | None, refusal: str) -> Stage:
    """Return the stage of a run: how far it is, or why it did not begin."""
    if refusal:
        return replace(stage, phase=Phase.SHOWN, trouble=refusal)
    over = progress is not None and progress.result is not Result.RUNNING
    return replace(stage, phase=Phase.ENDED if over else Phase.RUNNING, progress=progress)


def missing(stage: Stage, busy: str = "", judge: Objections = objections) -> tuple[str, ...]:
    """Return what stands between the plan and its run, a sentence each; `busy` is the title of another run."""
    if stage.phase is Phase.DRAWING or stage.plan is None:
        return (stage.trouble or "The plan is being drawn.",)
    said: tuple[str, ...] = (stage.outdated,) if stage.outdated else ()
    if busy:
        said += (f"Another plan runs ({busy}): wait for its end, or stop it.",)
    return (*said, *judge(stage.plan, stage.examination, stage.consent))


def settled(stage: Stage, moment: float) -> bool:
    """Say whether the plan has been on the screen for long enough, with no Enter in that time."""
    return stage.quiet_since is not None and moment - stage.quiet_since >= QUIET_SECONDS


def armed(stage: Stage, moment: float, busy: str = "", judge: Objections = objections) -> bool:
    """Say whether Enter runs the plan now."""
    return stage.phase is Phase.SHOWN and settled(stage, moment) and not missing(stage, busy, judge)


def pressed_in_vain(stage: Stage, moment: float) -> Stage:
    """Return the stage after an Enter that was dropped: one that is held down never runs anything."""
    return replace(stage, quiet_since=None if stage.quiet_since is None else moment, nudged=True)


def all_guards(stage: Stage) -> tuple[Guard, ...]:
    """Return what every guard found, what blocks first."""
    order = {Outcome.BLOCK: 0, Outcome.WARN: 1, Outcome.PASS: 2}
    if stage.plan is None:
        return ()
    guards = (*stage.plan.guards, *stage.examination.guards, *blocking(stage.plan, stage.examination))
    return tuple(sorted(dict.fromkeys(guards), key=lambda guard: order[guard.outcome]))


def to_override(stage: Stage) -> tuple[Guard, ...]:
    """Return what blocks and can be overridden with a reason."""
    return tuple(guard for guard in all_guards(stage) if guard.outcome is Outcome.BLOCK and guard.can_override)


def offered(stage: Stage) -> frozenset[str]:
    """Return the ids of the actions that mean something now."""
    if stage.phase is Phase.RUNNING:
        return frozenset({"plan.back", "plan.stop"})
    if stage.phase is Phase.ENDED:
        return frozenset({"plan.back"}) | _ways(stage.progress)
    if stage.plan is None:
        return frozenset({"plan.back"}) | (_instead(stage.request) if stage.trouble else frozenset())
    always = frozenset({"plan.run", "plan.back", "plan.again", "plan.kubectl", "plan.copy", "plan.reason"})
    return always | _by_plan(stage, stage.plan)


def _instead(request: Request) -> frozenset[str]:
    """Return what may help where no plan could be made: an isolation may need another name."""
    asked_otherwise = {"plan.service", "plan.port"} if request.act is Act.ISOLATE else set()
    return frozenset({"plan.again", *asked_otherwise})


def is_held_up(stage: Stage) -> bool:
    """Say whether drawing the plan again may be what helps: a guard blocks it, or it does not fit any more."""
    blocked = any(guard.outcome is Outcome.BLOCK for guard in all_guards(stage))
    return bool(stage.outdated or stage.trouble or blocked)


def _ways(progress: Progress | None) -> frozenset[str]:
    if progress is None:
        return frozenset()
    ways = {"plan.undo": progress.way_back, "plan.finish": progress.way_on}
    found_ways = {action for action, way in ways.items() if way is not None}
    return frozenset(found_ways | ({"plan.undo"} if progress.act_id and undoable(progress) else set()))


def undoable(progress: Progress) -> bool:
    """Say whether a run did what it was to do, so that the whole of it can be taken back."""
    can_go_back = any(not change.final for change in progress.plan.changes)
    return progress.result in {Result.HELD, Result.NOT_SEEN} and progress.plan.act is not Act.UNDO and can_go_back


def _by_plan(stage: Stage, plan: Plan) -> frozenset[str]:
    wanted = {
        "plan.name": plan.confirmation is Confirmation.NAME,
        "plan.override": bool(to_override(stage)),
        "plan.check": bool(plan.offered_check) and not plan.pod_checks,
        "plan.service": plan.act is Act.ISOLATE,
        "plan.port": plan.act is Act.ISOLATE,
    }
    return frozenset(action for action, is_wanted in wanted.items() if is_wanted)
