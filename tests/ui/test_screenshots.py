from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cockpit.errors import UnreachableError
from cockpit.ui import screenshots
from cockpit.ui.screenshots import Shot, keys_to, take
from tests.ui.fakes import FakeConnections, FakeFeed
from tests.ui.pictures import fleet, picture


def _taken(folder: Path) -> tuple[str, ...]:
    feeds = FakeConnections(FakeFeed(picture(*fleet())))
    shots = (Shot("fleet", size=(100, 30)), Shot("release", keys_to("myapp", "tab"), (80, 24), "cockpit-light"))
    return tuple(path.read_text(encoding="utf-8") for path in asyncio.run(take(feeds, shots, folder)))


def test_the_same_pictures_give_the_same_files(tmp_path: Path) -> None:
    assert _taken(tmp_path / "one") == _taken(tmp_path / "two")


def test_a_shot_shows_what_its_keys_lead_to_and_asks_no_server_for_a_font(tmp_path: Path) -> None:
    fleet_svg, release_svg = _taken(tmp_path)
    assert "checkout" in fleet_svg
    assert "Ingress/web-canary" in release_svg
    assert "@font-face" not in fleet_svg + release_svg
    assert "cdn" not in fleet_svg + release_svg


def test_a_cluster_that_never_answers_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenshots, "_PATIENCE", 0.1)
    feeds = FakeConnections(FakeFeed(picture(complete=False, connection_message="kind does not answer.")))
    with pytest.raises(UnreachableError, match="No picture for fleet: kind does not answer"):
        asyncio.run(take(feeds, (Shot("fleet"),), tmp_path))
