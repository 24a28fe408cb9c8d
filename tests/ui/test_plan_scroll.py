"""A plan that is longer than the screen says so, and no warning below it is passed by."""

from __future__ import annotations

from textual.pilot import Pilot

from cockpit.ui.ink import plain
from cockpit.ui.panels.plan_guards import summary_line
from cockpit.ui.panels.plan_scroll import more_lines, unseen_words
from tests.ui.acting import Cockpit, calm
from tests.ui.plans import BLOCKED, PASSED, WARNED, WARNED_TOO, held, switch_plan
from tests.ui.running import play, screen_text
from tests.ui.test_app_plan import text


def told(count: int, top: int, seen: int) -> str:
    return "".join(plain(line) for line in more_lines(count, top, seen)).strip()


def test_lines_below_are_counted_until_the_end_and_those_above_there() -> None:
    assert told(10, 0, 10) == ""
    assert told(22, 0, 10) == "↓ 12 more lines"
    assert told(22, 11, 10) == "↓ 1 more line"
    assert told(22, 12, 10) == "↑ 12 lines above"


def test_warnings_are_counted_where_they_are() -> None:
    assert unseen_words((3, 4), 0, 10) == ""
    assert unseen_words((3, 12, 14), 0, 10) == "2 warnings below."
    assert unseen_words((3, 12, 24), 4, 10) == "1 warning below and 1 warning above."


def test_the_sum_of_the_guards_counts_what_was_overridden_by_itself() -> None:
    guards = (BLOCKED, WARNED, *PASSED)
    assert plain(summary_line(guards, (), 60)).strip() == "✖ 1 blocks  ▲ 1 warning  ✔ 3 passed"
    assert plain(summary_line(guards, ("target-small",), 60)).strip() == "▲ 1 overridden  ▲ 1 warning  ✔ 3 passed"


def test_on_a_small_screen_the_verdict_tells_of_warnings_that_are_not_on_it() -> None:
    cockpit = Cockpit()
    cockpit.runner.next_plan = switch_plan(WARNED, WARNED_TOO, *PASSED)

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot, "s")
        cockpit.clock.seconds += 1
        cockpit.app._draw()
        await calm(pilot)
        assert "▲ 2 warnings ✔ 3 passed" in text(cockpit)
        assert "⏎ Enter runs it. 1 warning below." in text(cockpit)
        assert "more lines" in text(cockpit)
        await cockpit.later(pilot, "end")
        assert "above" in text(cockpit)
        assert "lines above" in screen_text(cockpit.app)

    play(cockpit.app, steps, (80, 15))


def test_what_was_said_before_does_not_cover_the_next_plan_or_its_run() -> None:
    cockpit = Cockpit()
    cockpit.runner.progress = (held(),)

    async def steps(pilot: Pilot[None]) -> None:
        await cockpit.open(pilot)
        cockpit.app.say("Said long ago.")
        await calm(pilot)
        await cockpit.later(pilot, "s")
        assert "Said long ago." not in text(cockpit)
        await cockpit.later(pilot, "c")
        assert "Copied 1 line, if" in text(cockpit)
        await cockpit.later(pilot, "enter")
        assert "Copied" not in text(cockpit)

    play(cockpit.app, steps)
