"""VERSIONS: which versions run, in which role, with which pods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cockpit.release.view import ReleaseView, VersionView
from cockpit.ui.content import Content, plain_rows
from cockpit.ui.durations import age
from cockpit.ui.grid import Column, row, widths
from cockpit.ui.ink import Ink, Line, Span, span, width_of
from cockpit.ui.marks import Places, mark_of, named
from cockpit.ui.panels.heading import heading
from cockpit.ui.panels.pods import failure, pod_glyphs, ready_of, ready_of_all

_NAME, _ROLE, _IMAGE, _REVISION, _HASH, _READY, _PODS, _NOTE, _AGE = range(9)
_GIVE_WAY = (
    (_HASH, 0),
    (_NOTE, 10),
    (_REVISION, 0),
    (_IMAGE, 12),
    (_PODS, 10),
    (_NAME, 10),
    (_NOTE, 0),
    (_ROLE, 4),
    (_IMAGE, 8),
)


def versions_panel(release: ReleaseView, places: Places, now: datetime, width: int) -> Content:
    """Return one row a version; rows can be selected by the version's name."""
    columns = _columns(release.versions, places, width)
    rows = tuple(_row(version, places, now, columns) for version in release.versions)
    note = f"{ready_of_all(release.versions)} pods ready"
    if not rows:
        rows = ((span("no version is known", Ink.MUTED),),)
        return Content((heading("VERSIONS", width),), rows, plain_rows(rows))
    return Content((heading("VERSIONS", width, note),), rows, tuple(version.name for version in release.versions))


def _columns(versions: Sequence[VersionView], places: Places, width: int) -> tuple[Column, ...]:
    pods = max((len(version.pods) if version.pods is not None else 21 for version in versions), default=0)
    notes = max((width_of(_note(version)) for version in versions), default=0)
    wanted = (
        min(24, max((width_of(named(version.name, places)) for version in versions), default=6)),
        max((len(version.role.value) for version in versions), default=6),
        min(34, max((len(_image(version)) for version in versions), default=8)),
        max((len(_revision(version)) for version in versions), default=0),
        max((len(version.hash or "") for version in versions), default=0),
        max((len(ready_of(version.counts)) for version in versions), default=3),
        min(24, max(4, pods)),
        min(40, notes),
        6,
    )
    sizes = _stretched(widths(wanted, _GIVE_WAY, width - 1), width - 1)
    aligns = {_READY: "right", _AGE: "right"}
    return tuple(
        Column("", size, "right" if index in aligns else "left", "end" if index == _IMAGE else "start")
        for index, size in enumerate(sizes)
    )


def _stretched(sizes: Sequence[int], room: int) -> tuple[int, ...]:
    shown = [size for size in sizes if size]
    spare = room - sum(shown) - 2 * (len(shown) - 1)
    # What is to spare goes before the age, so that ages stand at the right edge.
    index = _NOTE if sizes[_NOTE] else _PODS
    return tuple(size + max(0, spare) if place == index else size for place, size in enumerate(sizes))


def _row(version: VersionView, places: Places, now: datetime, columns: Sequence[Column]) -> Line:
    mark = mark_of(version.name, places)
    cells: tuple[Line, ...] = (
        named(version.name, places, bold=True),
        (Span(version.role.value),),
        (span(_image(version)),),
        (Span(_revision(version), Ink.MUTED),),
        (span(version.hash or "", Ink.MUTED),),
        (Span(ready_of(version.counts)),),
        pod_glyphs(version.pods, mark, columns[_PODS].width),
        _note(version),
        (Span(age(version.created_at, now), Ink.MUTED),),
    )
    return row(columns, cells)


def _image(version: VersionView) -> str:
    if not version.images:
        return "?"
    more = f" +{len(version.images) - 1}" if len(version.images) > 1 else ""
    return version.images[0].rpartition("/")[2] + more


def _revision(version: VersionView) -> str:
    return "" if version.revision is None else f"rev {version.revision}"


def _note(version: VersionView) -> Line:
    if failing := failure(version.pods):
        return failing
    if version.waiting:
        return (span(version.waiting, Ink.PAUSED),)
    if version.paused:
        return (Span("paused", Ink.PAUSED),)
    return (span(version.change_cause, Ink.MUTED),) if version.change_cause else ()
