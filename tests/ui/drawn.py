"""What tests of panels share: the mock's release, its marks, and lines as text."""

from __future__ import annotations

from cockpit.live.picture import Picture
from cockpit.ui.content import Content
from cockpit.ui.ink import plain
from cockpit.ui.marks import Places, places_by_release
from cockpit.ui.scene import Scene
from tests.ui.fakes import NOW
from tests.ui.pictures import canary_of_the_mock

CANARY = canary_of_the_mock()
PLACES: Places = {"v1": 0, "v2": 1}


def text_of(content: Content) -> list[str]:
    return [plain(line).rstrip() for line in (*content.head, *(content.body[n] for n in range(len(content.body))))]


def scene(of: Picture, read_only: str = "") -> Scene:
    return Scene(of, NOW, places_by_release(of.releases, {}), read_only)
