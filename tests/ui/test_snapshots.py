"""The composed screens as pictures. Look at the report before updating: pytest tests/ui --snapshot-update."""

from __future__ import annotations

import importlib.metadata
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from cockpit.live.drifts import DriftRule, Drifts
from cockpit.live.metrics_join import joined
from cockpit.live.picture import ConnectionState, Picture, SourceState
from cockpit.release.view import ReleaseView, Role, Splits, State
from cockpit.ui.app import CockpitApp
from tests.ui import hostile
from tests.ui.factory import release, version
from tests.ui.fakes import NOW
from tests.ui.metered import CONNECTED, canary_metrics
from tests.ui.pictures import canary_of_the_mock, fleet, picture, sources
from tests.ui.running import app_on, settle

replace = msgspec.structs.replace
LARGE = (120, 40)
SMALL = (80, 24)


class Compare(Protocol):
    """The plug-in's fixture."""

    def __call__(
        self, app: CockpitApp, *, press: tuple[str, ...] = (), terminal_size: tuple[int, int], run_before: object
    ) -> bool: ...


@pytest.fixture(autouse=True)
def still(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Input, "_toggle_cursor", lambda _: None)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    if request.config.getoption("update_snapshots"):
        found, pinned = importlib.metadata.version("textual"), _pinned()
        if found != pinned:
            pytest.fail(f"Snapshots are taken with textual {pinned}, not {found}: install the pinned one.")


def _pinned() -> str:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = next(entry for entry in project["project"]["optional-dependencies"]["dev"] if entry.startswith("textual="))
    return str(wanted).removeprefix("textual==")


def looks_as_before(snap_compare: Compare, of: Picture, size: tuple[int, int], *keys: str, theme: str = "") -> bool:
    """Press `keys`, each with time to settle, and compare the picture with the one on disk."""

    async def press(pilot: Pilot[None]) -> None:
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)

    app = app_on(of, theme=theme) if theme else app_on(of)
    return snap_compare(app, terminal_size=size, run_before=press)


def blind(whole: ReleaseView) -> ReleaseView:
    """Return a release as it is known to a user who may not read endpointslices."""
    services = tuple(replace(service, endpoints=None, split=None) for service in whole.services or ())
    splits = Splits(configured=whole.splits.configured, configured_by=whole.splits.configured_by)
    reason = "EndpointSlices may not be read: nobody knows whether Service/myapp has ready endpoints."
    return replace(whole, services=services, splits=splits, state=State.UNKNOWN, reason=reason)


def wide() -> ReleaseView:
    """Return a release with letters of two cells wherever a cluster can have them."""
    versions = (
        version("蓝", Role.STABLE, "web", "rrrr", change_cause="第一个版本 🚀"),
        version("v2", Role.NEW, "web", "rs", minutes=2, network=1, change_cause="全角文字の変更理由 한국어"),
    )
    return release("web", versions, State.PROGRESSING, minutes=2, reason="发布正在进行: 滚动更新 日本語のテキスト。")


def wild() -> ReleaseView:
    """Return a release of which every text is hostile."""
    versions = (version("v1", Role.STABLE, "x", "rrf", reason=hostile.ESCAPES, change_cause=hostile.MARKUP),)
    made = release(hostile.MARKUP, versions, State.DEGRADED, reason=hostile.ESCAPES + hostile.LONG)
    return replace(made, notes=(hostile.TURNED, hostile.HEAP))


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_fleet(snap_compare: Compare, size: tuple[int, int]) -> None:
    """Eight releases: those that wait for a human on top, the selected one's reason at the bottom."""
    assert looks_as_before(snap_compare, picture(*fleet()), size)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_release(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The release of the design's mock: paused canary, 95 and 5 meant, 60 and 40 by endpoints."""
    assert looks_as_before(snap_compare, picture(*fleet()), size, "down", "down", "down", "enter")


def test_release_in_the_light_theme(snap_compare: Compare) -> None:
    """The same in the light theme."""
    assert looks_as_before(snap_compare, picture(canary_of_the_mock()), LARGE, "enter", theme="cockpit-light")


def test_release_without_colour(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_COLOR is set: shapes and words tell versions, states and the pods that are not ready."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert looks_as_before(snap_compare, picture(*fleet()), LARGE, "slash", "w", "e", "b", "enter", "enter")


def test_release_with_a_forbidden_kind(snap_compare: Compare) -> None:
    """EndpointSlices may not be read: a notice, question marks and reasons, nowhere a zero."""
    of = picture(blind(canary_of_the_mock()), sources=sources(endpointslices=SourceState.FORBIDDEN))
    assert looks_as_before(snap_compare, of, LARGE, "enter")


@pytest.mark.parametrize("keys", [(), ("enter",)], ids=["fleet", "release"])
def test_stale(snap_compare: Compare, keys: tuple[str, ...]) -> None:
    """The server went away two minutes ago: the last picture stays, dimmed, with its age and the remedy."""
    of = picture(
        canary_of_the_mock(),
        connection=ConnectionState.UNREACHABLE,
        connection_message="https://10.0.0.1:6443 does not answer: check network and VPN; the cockpit keeps trying.",
        observed_at=NOW - timedelta(seconds=130),
    )
    assert looks_as_before(snap_compare, of, SMALL, *keys)


@pytest.mark.parametrize("keys", [(), ("enter",)], ids=["fleet", "release"])
def test_wide_characters(snap_compare: Compare, keys: tuple[str, ...]) -> None:
    """Letters of two cells leave the columns straight."""
    assert looks_as_before(snap_compare, picture(wide()), (100, 30), *keys)


@pytest.mark.parametrize("keys", [(), ("enter",)], ids=["fleet", "release"])
def test_hostile_text(snap_compare: Compare, keys: tuple[str, ...]) -> None:
    """Markup, escapes, turned direction and 5,000 letters are drawn inert."""
    assert looks_as_before(snap_compare, picture(wild()), (100, 30), *keys)


@pytest.mark.parametrize("keys", [(), ("enter",)], ids=["fleet", "release"])
def test_too_small(snap_compare: Compare, keys: tuple[str, ...]) -> None:
    """20x5 says in a sentence what is missing."""
    assert looks_as_before(snap_compare, picture(*fleet()), (20, 5), *keys)


def test_help(snap_compare: Compare) -> None:
    """Every key, from the action table."""
    assert looks_as_before(snap_compare, picture(*fleet()), SMALL, "question_mark")


def metered() -> Picture:
    """Return the mock's release with fifteen minutes of metrics."""
    canary, metrics = canary_of_the_mock(), canary_metrics()
    of = picture(Drifts(DriftRule(lasting=timedelta())).told(joined(canary, metrics), metrics))
    return replace(of, metrics={canary.key: metrics}, metrics_source=CONNECTED)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
def test_release_with_metrics(snap_compare: Compare, size: tuple[int, int]) -> None:
    """The canary fails more than one request in a hundred, is slower, and gets more than was meant: drift."""
    assert looks_as_before(snap_compare, metered(), size, "enter")


def test_chart(snap_compare: Compare) -> None:
    """Errors over a quarter of an hour: the bound as a line, the cursor half a minute back."""
    assert looks_as_before(snap_compare, metered(), LARGE, "enter", "m", "down", "left", "left", "left", "left")
