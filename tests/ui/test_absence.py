"""What cannot be seen is never drawn as what is not there."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from cockpit.live.picture import Picture, SourceState
from cockpit.ui.absence import absence_of, hidden_kinds
from tests.ui.pictures import canary_of_the_mock, fleet, picture, sources
from tests.ui.running import app_on, feed_of, open_myapp, play, screen_text, settle

NOT_LIVE = (SourceState.FORBIDDEN, SourceState.ABSENT, SourceState.FAILED, SourceState.STALE)


def blind(state: SourceState = SourceState.FORBIDDEN) -> Picture:
    return picture(sources=sources(deployments=state))


@pytest.mark.parametrize("state", NOT_LIVE)
def test_a_fleet_whose_workloads_cannot_be_read_is_not_an_empty_fleet(state: SourceState) -> None:
    app = app_on(blind(state))

    async def steps(_: Pilot[None]) -> None:
        shown = " ".join(screen_text(app).split())
        assert f"Cannot tell whether there are releases: deployments are {state.value}." in shown
        assert "releases not known" in shown
        assert "There is no release" not in shown

    play(app, steps)


def test_the_remedy_stands_with_what_cannot_be_told() -> None:
    app = app_on(blind())

    async def steps(_: Pilot[None]) -> None:
        assert "ask for the verb list on deployments" in " ".join(screen_text(app).split()[20:])

    play(app, steps)


def test_releases_that_can_be_read_are_counted_as_those_that_are_known() -> None:
    app = app_on(picture(*fleet(), sources=sources(statefulsets=SourceState.FORBIDDEN)))

    async def steps(_: Pilot[None]) -> None:
        assert "8 releases known" in screen_text(app)

    play(app, steps)


def test_an_open_release_whose_workloads_cannot_be_read_any_more_is_not_gone() -> None:
    app = app_on(picture(*fleet()))

    async def steps(pilot: Pilot[None]) -> None:
        await open_myapp(pilot)
        feed_of(app).publish(blind())
        await settle(pilot)
        assert "Cannot tell how myapp is now, this is how it was last: deployments are forbidden." in screen_text(app)
        assert "is gone" not in screen_text(app)
        assert "? unknown  " in screen_text(app).splitlines()[0]
        assert "● v1" in screen_text(app)
        feed_of(app).publish(picture(*fleet()))
        await settle(pilot)
        assert "Cannot tell" not in screen_text(app)

    play(app, steps, (120, 40))


def test_a_kind_that_the_release_has_no_member_of_hides_nothing_of_it() -> None:
    absence = absence_of(canary_of_the_mock(), picture(sources=sources(daemonsets=SourceState.FORBIDDEN)))
    assert absence is not None
    assert absence.known


def test_kinds_of_which_no_release_is_made_hide_none() -> None:
    assert hidden_kinds(picture(sources=sources(ingresses=SourceState.FORBIDDEN))) == ()
