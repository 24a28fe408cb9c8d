"""EVENTS of the namespace that is open, those of the release first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cockpit.live.picture import EventView, Picture, SourceState
from cockpit.release.view import ReleaseView
from cockpit.ui.content import Content, plain_rows
from cockpit.ui.durations import age
from cockpit.ui.grid import Column, row
from cockpit.ui.ink import Ink, Line, Span, span
from cockpit.ui.panels.heading import heading

_EPOCH = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class EventRows(Sequence[Line]):
    """Lines of events, made when they are asked for; the first `own` ones are of the release."""

    events: tuple[EventView, ...]
    own: int
    now: datetime
    width: int

    def __len__(self) -> int:
        return len(self.events)

    def __getitem__(self, index: int | slice) -> Line:  # type: ignore[override]  # only single lines are asked for
        if isinstance(index, slice):
            raise TypeError(index)
        return _line(self.events[index], index < self.own, self.now, self.width)


def events_panel(release: ReleaseView, picture: Picture, now: datetime, width: int) -> Content:
    """Return the events, the newest first; rows can be selected by their place."""
    if picture.events is None:
        return Content((heading("EVENTS", width, _why_none(picture)),))
    own, others = _split(picture.events, release)
    note = f"{len(own)} of this release, {len(others)} of others" if picture.events else "none in this namespace"
    rows = EventRows((*own, *others), len(own), now, width)
    return Content((heading("EVENTS", width, note),), rows, rows.events or plain_rows(rows))


def own_uids(release: ReleaseView) -> frozenset[str]:
    """Return the uids of everything that is of the release: its members and its pods."""
    pods = (pod.uid for version in release.versions for pod in version.pods or ())
    return frozenset((*(member.uid for member in release.members), *pods))


def _split(events: Sequence[EventView], release: ReleaseView) -> tuple[list[EventView], list[EventView]]:
    uids = own_uids(release)
    newest = sorted(events, key=lambda event: event.last_seen or _EPOCH, reverse=True)
    own = [event for event in newest if event.object_uid in uids]
    return own, [event for event in newest if event.object_uid not in uids]


def _why_none(picture: Picture) -> str:
    source = next((source for source in picture.sources if source.kind == "events"), None)
    if source is None or source.state is SourceState.CONNECTING:
        return "being read"
    if source.state is SourceState.LIVE:
        return "none in this namespace"
    return f"{source.state.value}: {source.message}" if source.message else source.state.value


def _line(event: EventView, own: bool, now: datetime, width: int) -> Line:
    grave = event.type != "Normal"
    object_width = min(36, max(14, width // 4))
    columns = (
        Column("", 1),
        Column("", 6, "right"),
        Column("", min(20, max(10, width // 6))),
        Column("", object_width, keep="end"),
        Column("", max(0, width - 1 - 6 - min(20, max(10, width // 6)) - object_width - 9)),
    )
    ink = Ink.WARNING if grave else Ink.TEXT
    quiet = Ink.TEXT if own else Ink.MUTED
    repeated = f"×{event.count} " if event.count > 1 else ""
    cells: tuple[Line, ...] = (
        (Span("▲" if grave else "·", Ink.WARNING if grave else Ink.MUTED, bold=grave),),
        (Span(age(event.last_seen, now), Ink.MUTED),),
        (span(event.reason, ink if own else Ink.MUTED),),
        (span(event.object, Ink.MUTED),),
        (Span(repeated, Ink.ACCENT), span(event.message, quiet)),
    )
    return row(columns, cells)
