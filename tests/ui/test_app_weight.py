"""The slider as a user meets it: keys in, shares and what they come to out, and a plan in the end."""

from __future__ import annotations

from textual.pilot import Pilot

from cockpit.actions.plan import Plan
from cockpit.actions.planner import make_plan
from cockpit.actions.request import Request
from cockpit.release.subject import Subject
from cockpit.ui.screens.plan import PlanScreen
from cockpit.ui.screens.release import ReleaseScreen
from cockpit.ui.screens.weight import WeightScreen
from tests.actions.planner.routed import gateway, istio
from tests.actions.planner.stage import CALM, subject
from tests.release.world import World
from tests.ui.acting import Cockpit, calm
from tests.ui.fakes import FakeRunner
from tests.ui.running import play, screen_text

LARGE = (120, 40)


class PlanningRunner(FakeRunner):
    """A runner that plans as the real one does."""

    async def plan(self, subject: Subject, request: Request) -> Plan:
        self.asked.append(request)
        return make_plan(subject, request, CALM, {})


def cockpit_on(world: World) -> Cockpit:
    """Return the app on a world's only release, with plans that are real ones."""
    cockpit = Cockpit(subject(world))
    cockpit.runner.__class__ = PlanningRunner
    return cockpit


def text(cockpit: Cockpit) -> str:
    return " ".join(screen_text(cockpit.app).split())


def screen(cockpit: Cockpit) -> WeightScreen:
    found = cockpit.app.screen
    assert isinstance(found, WeightScreen)
    return found


def shares(cockpit: Cockpit) -> dict[str, float]:
    slide = screen(cockpit).weighing.slide
    assert slide is not None
    return dict(slide.wanted)


def test_w_shows_every_rule_with_its_shares_and_those_that_cannot_be_set_with_the_reason() -> None:
    cockpit = cockpit_on(istio())

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "w")
        shown = text(cockpit)
        assert "reviews/ if header canary: true" in shown
        assert "the entry has one destination, which gets everything" in shown
        assert "IS SO NOW the keys move ◆ v2" in shown
        assert "v1: 95%, 3 pods, 31.67% a pod" in shown
        assert cockpit.runner.asked == []

    play(cockpit.app, steps, LARGE)


def test_keys_move_the_share_and_what_it_comes_to_is_shown_at_once() -> None:
    cockpit = cockpit_on(istio())

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "w", "right", "right", "right_square_bracket")
        assert shares(cockpit) == {"v1": 88, "v2": 12}
        assert "v2: 5% → 12%, 1 pod, 12% a pod" in text(cockpit)
        for key in ("left", "left_square_bracket", "shift+right", "shift+left"):
            await pilot.press(key)
        assert shares(cockpit) == {"v1": 94, "v2": 6}
        await pilot.press("plus")
        assert shares(cockpit) == {"v1": 90, "v2": 10}
        await pilot.press("minus")
        assert shares(cockpit) == {"v1": 95, "v2": 5}
        for digit in "9876543210":
            await pilot.press(digit)
        assert shares(cockpit) == {"v1": 100, "v2": 0}

    play(cockpit.app, steps, LARGE)


def test_guards_speak_before_anything_is_planned() -> None:
    cockpit = cockpit_on(istio())

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "w", "6")
        assert "blocks: v2 would get 75% on its only pod, 2.4 times as much" in text(cockpit)

    play(cockpit.app, steps, (80, 24))


def test_enter_goes_to_the_plan_and_escape_comes_back_to_the_shares() -> None:
    cockpit = cockpit_on(istio())

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "w", "4", "enter")
        assert isinstance(cockpit.app.screen, PlanScreen)
        assert "Weigh reviews: v1 75%, v2 25%" in text(cockpit)
        await pilot.press("escape")
        await calm(pilot)
        assert shares(cockpit) == {"v1": 75, "v2": 25}
        await pilot.press("escape")
        await calm(pilot)
        assert isinstance(cockpit.app.screen, ReleaseScreen)

    play(cockpit.app, steps, LARGE)


def test_enter_without_a_change_plans_nothing() -> None:
    cockpit = cockpit_on(istio())

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "w", "enter")
        assert isinstance(cockpit.app.screen, WeightScreen)
        assert "Nothing is set otherwise than it is" in text(cockpit)

    play(cockpit.app, steps, LARGE)


def test_up_and_down_go_from_rule_to_rule_and_one_that_cannot_be_set_says_why() -> None:
    cockpit = cockpit_on(istio())

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "w", "up", "right")
        assert screen(cockpit).weighing.at == 0
        assert "reviews/ if header canary: true cannot be set" in text(cockpit)
        await pilot.press("down", "right")
        assert shares(cockpit) == {"v1": 94, "v2": 6}

    play(cockpit.app, steps, LARGE)


def test_tab_goes_to_the_next_version_and_a_gives_all_rules_the_same() -> None:
    cockpit = cockpit_on(gateway(60, 30, 10, rules=2))

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "w", "tab", "1", "a")
        assert [dict(slide.wanted) for slide in screen(cockpit).weighing.slides] == [
            {"v1": 1, "v2": 74.25, "v3": 24.75}
        ] * 2
        await pilot.press("z", "shift+tab", "1")
        assert shares(cockpit)["v3"] == 1

    play(cockpit.app, steps, LARGE)


def test_what_is_set_stays_while_pictures_come_and_follows_a_split_that_moved() -> None:
    cockpit = cockpit_on(istio())

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "w", "4")
        cockpit.app._draw()
        assert shares(cockpit) == {"v1": 75, "v2": 25}
        cockpit.publish(subject(istio(50, 50)))
        await calm(pilot)
        assert shares(cockpit) == {"v1": 50, "v2": 50}
        assert "The shares of reviews/ were changed by somebody: set them again." in text(cockpit).replace("▌ ", "")

    play(cockpit.app, steps, LARGE)


def test_weights_that_are_all_zero_say_what_the_router_does_and_a_digit_sets_them() -> None:
    cockpit = cockpit_on(istio(0, 0))

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "w")
        assert "the shares that it has now are not known: a digit sets them" in text(cockpit)
        assert "All weights are 0: Istio refuses that" in text(cockpit)
        await pilot.press("3")
        assert shares(cockpit) == {"v1": 90, "v2": 10}

    play(cockpit.app, steps, LARGE)


def test_more_rules_than_rows_scroll_with_the_one_under_the_keys() -> None:
    cockpit = cockpit_on(gateway(95, 5, rules=20))

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "w", *["down"] * 12, "4")
        assert "web.example/12" in text(cockpit)
        assert [slide.changed for slide in screen(cockpit).weighing.slides].index(True) == 12

    play(cockpit.app, steps, (80, 24))
