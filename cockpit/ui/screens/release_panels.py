"""The panels of an open release: their contents, and how they share the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cockpit.release.view import ReleaseView
from cockpit.ui.content import Content
from cockpit.ui.layout import Need, heights
from cockpit.ui.marks import identity
from cockpit.ui.panels.endpoints import endpoints_panel
from cockpit.ui.panels.events import events_panel
from cockpit.ui.panels.metrics import metrics_panel
from cockpit.ui.panels.traffic import traffic_panel
from cockpit.ui.panels.versions import versions_panel
from cockpit.ui.recent import Recent, without_oldest
from cockpit.ui.scene import Scene

PANELS = ("versions", "traffic", "metrics", "endpoints", "events")
"""In the order in which they stand on the screen."""

_BY_NEED = ("versions", "traffic", "endpoints", "metrics", "events")


@dataclass(frozen=True, slots=True)
class Division:
    """Rows of each panel; `airy` where there is room for an empty row above each."""

    rows: Mapping[str, int]
    airy: bool


def contents(
    release: ReleaseView, scene: Scene, recent: Recent, width: int, moments: Sequence[datetime] = ()
) -> Mapping[str, Content]:
    """Return what each panel shows; `moments` are those of acts on the release."""
    picture = scene.picture
    metrics = picture.metrics.get(release.key)
    places = scene.places.get(identity(release), {})
    return {
        "versions": versions_panel(release, places, scene.now, width),
        "traffic": traffic_panel(release, scene.picture, places, width, scene.now),
        "metrics": metrics_panel(release, metrics, picture.metrics_source, places, scene.now, width, moments),
        "endpoints": endpoints_panel(release, scene.picture, places, recent, scene.now, width),
        "events": events_panel(release, scene.picture, scene.now, width),
    }


def fitted(
    release: ReleaseView,
    scene: Scene,
    recent: Recent,
    width: int,
    rows: int,
    zoomed: str | None,
    moments: Sequence[datetime] = (),
) -> tuple[Mapping[str, Content], Division]:
    """Return what each panel shows in `rows`, and how they share them.

    Where rows are short, other doors than the front one are left out of the traffic first, for the endpoints tell of
    them too, and then endpoints that have left.
    """
    places = scene.places.get(identity(release), {})
    shown = dict(contents(release, scene, recent, width, moments))
    division = divide(shown, rows, zoomed)
    if zoomed is None and _is_short(shown, division):
        shown["traffic"] = traffic_panel(release, scene.picture, places, width, scene.now, with_doors=False)
        division = divide(shown, rows, zoomed)
    over = shown["endpoints"].rows - division.rows["endpoints"]
    if over > 0 and recent.left:
        fewer = without_oldest(recent, over)
        shown["endpoints"] = endpoints_panel(release, scene.picture, places, fewer, scene.now, width)
    return shown, division


def _is_short(shown: Mapping[str, Content], division: Division) -> bool:
    """Say whether a panel has not got what it needs beside the others."""
    return any(division.rows[name] < _need(name, shown[name]).fair for name in ("versions", "traffic", "endpoints"))


def divide(shown: Mapping[str, Content], rows: int, zoomed: str | None) -> Division:
    """Return how the panels share `rows`; a zoomed panel has them all."""
    if zoomed:
        return Division({name: rows if name == zoomed else 0 for name in PANELS}, airy=False)
    needs = [_need(name, shown[name]) for name in _BY_NEED]
    comfortable = sum(need.fair for need in needs) + len(PANELS) + 1
    airy = rows >= comfortable
    given = heights(rows - (len(PANELS) if airy else 0), needs)
    return Division(dict(zip(_BY_NEED, given, strict=True)), airy)


# Rows of the body that a panel has before panels after it in need get any, and that it has beside them.
_ROWS = {"versions": (2, 6), "traffic": (3, 8), "metrics": (2, 4), "endpoints": (2, 10), "events": (0, 5)}


def _need(name: str, content: Content) -> Need:
    full = content.rows
    head = len(content.head)
    body = len(content.body)
    least, fair = _ROWS[name]
    return Need(head + min(least, body), head + min(fair, body), full)
