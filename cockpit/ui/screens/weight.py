"""Sets the shares of a release's rules by keys, and shows what they come to before anything is planned."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from cockpit.actions.divisions import Division, divisions
from cockpit.actions.plan import Plan
from cockpit.actions.rates import known_rates
from cockpit.actions.table import Scope, action_of
from cockpit.actions.weight_effects import share_lines
from cockpit.errors import CockpitError
from cockpit.release.metrics_view import observed_rates
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView
from cockpit.ui.bindings import bindings_of
from cockpit.ui.follow import find_again
from cockpit.ui.ink import Ink, Line, Span, fit_line, span
from cockpit.ui.marks import Places, identity
from cockpit.ui.panels.weight import effect_rows, weight_rows
from cockpit.ui.scene import Scene
from cockpit.ui.screens.frame import FrameScreen, set_rows
from cockpit.ui.screens.plan import PlanScreen
from cockpit.ui.weighing_stage import (
    STOPS,
    Weighing,
    at_rule,
    moved,
    overtaken,
    request_of,
    reset,
    stepped,
    stopped,
    to_all,
    turned,
    weighing_of,
)
from cockpit.ui.widgets.line_list import LineList
from cockpit.ui.widgets.lines import Lines
from cockpit.ui.widgets.plan_list import PlanList

_STOPS = "weight.stop"


def _bindings() -> list[BindingType]:
    """Return the bindings of the table, the stops each with the digit that was pressed."""
    digits = action_of(_STOPS).keys
    plain = [binding for binding in bindings_of(Scope.WEIGHT) if not _is_stop(binding)]
    return [*plain, *(Binding(digit, f"stop({digit})", show=False) for digit in digits)]


def _is_stop(binding: BindingType) -> bool:
    return isinstance(binding, Binding) and binding.id == _STOPS


class WeightScreen(FrameScreen):
    """Draws the rules of one release with the shares that they would get; nothing is written from here."""

    CSS_PATH = "weight.tcss"
    BINDINGS = _bindings()
    scopes = (Scope.WEIGHT,)
    AUTO_FOCUS = "#rules"

    def __init__(self, release: ReleaseView) -> None:
        """Set the shares of `release`."""
        super().__init__()
        self._release = release
        self._seen: ReleaseView | None = None
        self._weighing = Weighing()
        self._plan: Plan | None = None
        self._trouble = ""
        self._now: tuple[str, ...] = ()
        """What is so now for the rule under the keys, a line each."""

    def compose_body(self) -> ComposeResult:
        """Yield title, rules and what they come to."""
        yield Lines(id="weight-title")
        yield PlanList(id="rules", keeps_pointer=True)
        yield Lines(id="weight-effect")

    @property
    def weighing(self) -> Weighing:
        """The shares as they are set."""
        return self._weighing

    def framed_release(self, scene: Scene) -> ReleaseView | None:
        """Return the release whose shares are set."""
        return self._release

    def draw_body(self, scene: Scene, width: int, rows: int) -> None:
        """Follow the release, and draw rules and effect."""
        self._follow(scene)
        places: Places = scene.places.get(identity(self._release), {})
        content = weight_rows(self._weighing, places, width - 3)
        listed = min(content.rows, max(2, (rows - 1) // 2))
        title: Line = (Span(" "), span(f"Shares of {self._release.name}", Ink.HEADING, bold=True))
        self.query_one("#weight-title", Lines).show((fit_line(title, width),))
        page = self.query_one("#rules", PlanList)
        page.show(content, dimmed=scene.stale)
        if self._weighing.slide is not None:
            page.select(self._weighing.slide.key)
        set_rows(page, listed)
        plan = self._plan
        effect = effect_rows(
            self._weighing,
            self._now if plan is None else plan.effects,
            () if plan is None else plan.guards,
            self._trouble,
            places,
            width - 1,
            rows - 1 - listed,
        )
        block = self.query_one("#weight-effect", Lines)
        block.show(tuple((Span(" "), *line) for line in effect))
        set_rows(block, max(1, rows - 1 - listed))

    def _follow(self, scene: Scene) -> None:
        self._release = find_again(self._release, scene.picture.releases) or self._release
        if self._release != self._seen:
            self._seen = self._release
            subject = self.host.acting.subject(self._release)
            if subject is not None:
                before, self._weighing = self._weighing, weighing_of(subject, self._weighing)
                for text in overtaken(before, self._weighing):
                    self.host.say(f"The shares of {text} were changed by somebody: set them again.", grave=True)
                self._look()

    def _enter(self, weighing: Weighing) -> None:
        self._weighing = weighing
        self._look()
        self.draw(self.host.scene)

    def _look(self) -> None:
        """Find out what the shares come to, behind the screen; what was found out for others goes at once."""
        subject, slide = self.host.acting.subject(self._release), self._weighing.slide
        self._trouble = ""
        if subject is None or slide is None:
            self._plan, self._now = None, ()
            return
        found = next((entry for entry in divisions(subject) if entry.key == slide.key), None)
        self._now = () if found is None or slide.why_not else self._lines_now(subject, found)
        if request_of(self._weighing) is None:
            self._plan = None
        self.run_worker(self._foresee(), group="preview", exclusive=True, exit_on_error=False)

    def _lines_now(self, subject: Subject, division: Division) -> tuple[str, ...]:
        """Return what each version gets now, in requests a second too where a single rule gets all of them."""
        metrics = self.host.scene.picture.metrics.get(self._release.key)
        alone = metrics is not None and len(self._weighing.slides) == 1
        rates = known_rates(observed_rates(metrics), division.shares) if metrics is not None and alone else {}
        return tuple(share_lines(subject, division, division.shares, sum(rates.values())))

    async def _foresee(self) -> None:
        """Draw the plan of what is set, to show what it comes to."""
        request, subject = request_of(self._weighing), self.host.acting.subject(self._release)
        if request is None or subject is None:
            return
        try:
            self._plan, self._trouble = await self.host.acting.runner.plan(subject, request), ""
        except CockpitError as error:
            self._plan, self._trouble = None, str(error)
        self.draw(self.host.scene)

    @on(LineList.Selected)
    def _choose(self, event: LineList.Selected) -> None:
        key = event.line_list.selected_key
        if self._weighing.slide is not None and key not in {None, self._weighing.slide.key}:
            self._enter(at_rule(self._weighing, key))

    def _change(self, change: Callable[[Weighing], Weighing]) -> None:
        """Change the shares; where they cannot be set, say why."""
        slide = self._weighing.slide
        if slide is not None and slide.why_not:
            self.host.say(f"{slide.text} cannot be set: {slide.why_not}.", grave=True)
        else:
            self._enter(change(self._weighing))

    def action_less(self) -> None:
        """Take one percent from the version."""
        self._change(lambda weighing: moved(weighing, -1))

    def action_more(self) -> None:
        """Give the version one percent."""
        self._change(lambda weighing: moved(weighing, 1))

    def action_much_less(self) -> None:
        """Take five percent from the version."""
        self._change(lambda weighing: moved(weighing, -5))

    def action_much_more(self) -> None:
        """Give the version five percent."""
        self._change(lambda weighing: moved(weighing, 5))

    def action_step_down(self) -> None:
        """Go to the stop below."""
        self._change(lambda weighing: stepped(weighing, up=False))

    def action_step_up(self) -> None:
        """Go to the stop above."""
        self._change(lambda weighing: stepped(weighing, up=True))

    def action_stop(self, number: int) -> None:
        """Go to the stop of a digit."""
        self._change(lambda weighing: stopped(weighing, STOPS[number]))

    def action_next_version(self) -> None:
        """Move the share of the next version."""
        self._enter(turned(self._weighing, 1))

    def action_previous_version(self) -> None:
        """Move the share of the version before."""
        self._enter(turned(self._weighing, -1))

    def action_all(self) -> None:
        """Give all rules between the same versions the shares of this one."""
        self._change(to_all)

    def action_reset(self) -> None:
        """Set the rule back to what it has."""
        self._change(reset)

    def action_plan(self) -> None:
        """Show the plan of what is set."""
        request = request_of(self._weighing)
        if request is None:
            self.host.say("Nothing is set otherwise than it is: move a share first.")
        else:
            self.app.push_screen(PlanScreen(self._release, request))

    def action_back(self) -> None:
        """Leave the shares as they are."""
        self.app.pop_screen()
