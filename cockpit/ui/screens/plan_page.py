"""The page of a plan: draws its stage, and keeps it in step with runner, run and picture."""

from __future__ import annotations

import dataclasses

from textual.app import ComposeResult

from cockpit.actions.examination import Examination
from cockpit.actions.plan import Plan
from cockpit.actions.request import Request
from cockpit.actions.table import Action, Scope, actions_in
from cockpit.errors import CockpitError, UsageError
from cockpit.release.view import ReleaseView
from cockpit.ui.content import Content, plain_rows
from cockpit.ui.follow import find_again
from cockpit.ui.ink import Ink, Line, Span, fit_line, span
from cockpit.ui.marks import Places, identity
from cockpit.ui.panels.plan import kubectl_page, plan_lines, warning_rows
from cockpit.ui.panels.plan_guards import summary_line
from cockpit.ui.panels.plan_scroll import more_lines, unseen_words
from cockpit.ui.panels.plan_verdict import verdict_lines
from cockpit.ui.plan_basis import outdated
from cockpit.ui.plan_stage import (
    QUIET_SECONDS,
    Phase,
    Stage,
    all_guards,
    compared,
    drawn,
    failed,
    found,
    is_held_up,
    missing,
    offered,
    on_screen,
    progressed,
    settled,
    started,
    taken_in,
)
from cockpit.ui.plan_words import title_of
from cockpit.ui.runs import Run
from cockpit.ui.scene import Scene
from cockpit.ui.screens.frame import FrameScreen, set_rows
from cockpit.ui.widgets.lines import Lines
from cockpit.ui.widgets.plan_list import PlanList

_BEHIND_SECONDS = 1.0
_SELDOM = 9
"""Rank of drawing again in the footer, while nothing holds the plan up."""
_IDS = frozenset(action.id for action in actions_in(Scope.PLAN))


class PlanPage(FrameScreen):
    """Shows one plan at a time, before, while and after it runs."""

    CSS_PATH = "plan.tcss"
    scopes = (Scope.PLAN,)
    AUTO_FOCUS = "#plan"

    def __init__(self, release: ReleaseView, request: Request, run: Run | None = None) -> None:
        """Plan `request` on `release`, or show a `run` that goes on."""
        super().__init__()
        self._release = release
        self._run: Run | None = run
        self._stage = started(drawn(Stage(request), run.plan)) if run else Stage(request)
        self._seen: ReleaseView | None = None
        self._is_behind = False
        """Whether the release has changed since the plan was drawn."""
        self._draw_behind_at = 0.0

    def compose_body(self) -> ComposeResult:
        """Yield title, page and verdict."""
        yield Lines(id="plan-title")
        yield PlanList(id="plan", keeps_pointer=True)
        yield Lines(id="more")
        yield Lines(id="verdict")

    def on_mount(self) -> None:
        """Draw the plan, unless it runs already; what the screen below said must not cover it."""
        self.app.clear_notifications()
        # The frame is drawn in whole, for the verdict counts what is not on the screen.
        self.watch(self.query_one("#plan", PlanList), "scroll_y", self._scrolled, init=False)
        if self._run is None:
            self._plan()

    def _scrolled(self) -> None:
        self.draw(self.host.scene)

    @property
    def stage(self) -> Stage:
        """Where the plan stands."""
        return self._stage

    def shows(self, run: Run) -> bool:
        """Say whether this screen is about `run`."""
        return self._run is run

    def _enter(self, stage: Stage) -> None:
        self._stage = stage
        self.draw(self.host.scene)

    def _plan(self) -> None:
        self.run_worker(self._draw_plan(), group="plan", exclusive=True, exit_on_error=False)

    async def _draw_plan(self) -> None:
        """Draw the plan, show it, and tell what is found out about it as it comes."""
        try:
            runner = self.host.acting.runner
            subject = self.host.acting.subject(self._release)
            if subject is None:
                raise UsageError("The release is not in the picture: nothing can be planned on it.")
            plan = await runner.plan(subject, self._stage.request)
            self._seen = subject.view
            self._enter(drawn(self._stage, plan))
            self.call_after_refresh(self._settle)
        except CockpitError as error:
            self._enter(failed(self._stage, str(error)))
        else:
            await self._examine(plan)

    def _draw_behind(self) -> None:
        """Draw the plan again behind the screen, when the release has changed under it: once a second at most."""
        moment = self.host.acting.moment()
        if self._is_behind and moment >= self._draw_behind_at:
            self._is_behind, self._draw_behind_at = False, moment + _BEHIND_SECONDS
            self.run_worker(self._renew(), group="renewal", exclusive=True, exit_on_error=False)

    async def _renew(self) -> None:
        """Take the plan of now in place, where it still writes the same."""
        before = self._stage
        subject = self.host.acting.subject(self._release)
        if subject is None or before.phase is not Phase.SHOWN:
            return
        try:
            fresh = await self.host.acting.runner.plan(subject, before.request)
        except CockpitError as error:
            if self._is_still(before):
                self._enter(compared(self._stage, f"The cluster changed under this plan: {error} a draws it again."))
            return
        if self._is_still(before):
            self._take_in(fresh)

    def _is_still(self, before: Stage) -> bool:
        """Say whether the plan of `before` is on the screen, and not told to run."""
        return self._stage.phase is Phase.SHOWN and self._stage.plan is before.plan

    def _take_in(self, fresh: Plan) -> None:
        known, settled_since = self._stage.examination, self._stage.quiet_since
        self._enter(taken_in(self._stage, fresh))
        if settled_since is not None and self._stage.quiet_since is None:
            self.call_after_refresh(self._settle)
        if self._stage.examination is not known and self._stage.plan is not None:
            self.run_worker(self._examine(self._stage.plan), group="plan", exclusive=True, exit_on_error=False)

    async def _examine(self, plan: Plan) -> None:
        try:
            self._found(await self.host.acting.runner.examine(plan, self._found))
        except CockpitError as error:
            self._enter(failed(self._stage, str(error)))

    def _settle(self) -> None:
        """Begin to count how long the plan is on the screen."""
        if self._stage.phase is Phase.SHOWN:
            self._enter(on_screen(self._stage, self.host.acting.moment()))
            self._draw_when_settled()

    def _draw_when_settled(self) -> None:
        self.set_timer(QUIET_SECONDS, lambda: self.draw(self.host.scene))

    def _found(self, examination: Examination) -> None:
        if self._stage.phase is Phase.SHOWN:
            self._enter(found(self._stage, examination))

    def met_fault(self, sentence: str) -> None:
        """Tell of a fault where the plan would be."""
        self._enter(failed(self._stage, sentence))

    def framed_release(self, scene: Scene) -> ReleaseView | None:
        """Return the release that is planned on."""
        return self._release

    def framed_actions(self, scene: Scene) -> tuple[Action, ...]:
        """Return the actions that mean something at this stage."""
        ids = offered(self._stage) | {"help", "quit"}
        shown = tuple(action for action in super().framed_actions(scene) if action.id in ids)
        return shown if is_held_up(self._stage) else tuple(_seldom(action) for action in shown)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave out what means nothing at this stage."""
        if f"plan.{action}" not in _IDS:
            return True
        return f"plan.{action}" in offered(self._stage) or action == "run"

    def draw_body(self, scene: Scene, width: int, rows: int) -> None:
        """Follow release and run, and draw the stage."""
        self._follow(scene)
        page = self.query_one("#plan", PlanList)
        lines = self._page(scene, width - 3)
        title = self._head(width)
        warnings = warning_rows(self._stage, self._release, width - 3)
        verdict = self._verdict(width, "")
        seen = rows - len(title) - len(verdict)
        if len(lines) > seen:
            top = min(round(page.scroll_y), len(lines) - max(1, seen - 1))
            verdict = self._verdict(width, unseen_words(warnings, top, seen - 1))
            seen = rows - len(title) - len(verdict) - 1
        self._lines("plan-title", title)
        self._lines("verdict", verdict)
        self._lines("more", more_lines(len(lines), round(page.scroll_y), max(1, seen)))
        page.show(Content((), lines, plain_rows(lines)), dimmed=scene.stale)
        set_rows(page, max(1, seen))

    def _verdict(self, width: int, unseen: str) -> tuple[Line, ...]:
        is_settled = settled(self._stage, self.host.acting.moment())
        return verdict_lines(self._stage, missing(self._stage, self._busy()), is_settled, width, 3, unseen)

    def _head(self, width: int) -> tuple[Line, ...]:
        """Return the title, and before the run what the guards found in sum."""
        title: Line = (Span(" "), span(title_of(self._stage, self._release.name), Ink.HEADING, bold=True))
        guards = all_guards(self._stage) if self._stage.phase is Phase.SHOWN else ()
        summed = (summary_line(guards, self._stage.consent.overridden, width),) if guards else ()
        return (fit_line(title, width), *summed)

    def _lines(self, block: str, lines: tuple[tuple[Span, ...], ...]) -> None:
        widget = self.query_one(f"#{block}", Lines)
        widget.show(lines)
        set_rows(widget, len(lines))

    def _page(self, scene: Scene, width: int) -> tuple[tuple[Span, ...], ...]:
        plan = self._stage.plan
        if plan is not None and self._stage.kubectl:
            return kubectl_page(self.host.acting.by_hand(plan), width)
        places: Places = scene.places.get(identity(self._release), {})
        return plan_lines(self._stage, self._release, places, width)

    def _follow(self, scene: Scene) -> None:
        self._release = find_again(self._release, scene.picture.releases) or self._release
        if self._run is not None:
            self._stage = progressed(self._stage, self._run.progress, self._run.refusal)
            self._run = None if self._run.refusal else self._run
        elif self._stage.plan is not None and self._seen != self._release:
            self._seen = self._release
            said = outdated(self._stage.plan, self.host.acting.subject(self._release))
            # What was found to be otherwise stays so until the plan of now says that it is not.
            self._stage = compared(self._stage, said) if said else self._stage
            self._is_behind = not said and self._stage.phase is Phase.SHOWN
        self._draw_behind()

    def _busy(self) -> str:
        going = self.host.acting.busy
        return going.plan.title if going is not None and going is not self._run else ""


def _seldom(action: Action) -> Action:
    return dataclasses.replace(action, in_footer=_SELDOM) if action.id == "plan.again" else action
