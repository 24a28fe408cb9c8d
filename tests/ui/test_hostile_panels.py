"""No text from a cluster breaks a panel."""

from __future__ import annotations

import msgspec
import pytest

from cockpit.release.view import ReleaseView, Role
from cockpit.ui.content import Content
from cockpit.ui.ink import Line, plain, width_of
from cockpit.ui.marks import identity, places_by_release
from cockpit.ui.panels.endpoints import endpoints_panel
from cockpit.ui.panels.events import events_panel
from cockpit.ui.panels.fleet import fleet_panel
from cockpit.ui.panels.header import header_line
from cockpit.ui.panels.notices import notice_lines
from cockpit.ui.panels.traffic import traffic_panel
from cockpit.ui.panels.versions import versions_panel
from cockpit.ui.recent import NOTHING
from tests.ui import hostile
from tests.ui.drawn import scene
from tests.ui.factory import release, version
from tests.ui.fakes import NOW
from tests.ui.pictures import picture

replace = msgspec.structs.replace


def hostile_release() -> ReleaseView:
    versions = tuple(
        replace(version(text, Role.STABLE, "x", "rf", reason=text, change_cause=text), images=(text,), waiting=text)
        for text in hostile.ALL
    )
    return replace(release("x", versions, reason=hostile.LONG), name=hostile.ESCAPES, namespace=hostile.WIDE)


@pytest.mark.parametrize("width", [58, 78, 118, 200])
def test_hostile_text_neither_breaks_a_panel_nor_its_width(width: int) -> None:
    wild = hostile_release()
    of = picture(wild, warnings=hostile.ALL, connection_message=hostile.ESCAPES)
    places = places_by_release((wild,), {})[identity(wild)]
    contents = (
        versions_panel(wild, places, NOW, width),
        traffic_panel(wild, of, places, width),
        endpoints_panel(wild, of, places, NOTHING, NOW, width),
        events_panel(wild, of, NOW, width),
        fleet_panel((wild,), True, {identity(wild): places}, NOW, width),
        Content(notice_lines(of, width, 20)),
        Content((header_line(scene(of), wild, width),)),
    )
    lines: list[Line] = [line for content in contents for line in (*content.head, *content.body)]
    assert all(plain(line).isprintable() for line in lines)
    assert all(width_of(line) <= width for line in lines)
