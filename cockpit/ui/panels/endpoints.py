"""ENDPOINTS in ipvsadm's form: who is behind each Service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len

from cockpit.live.picture import Picture, SourceState
from cockpit.release.metrics_view import ReleaseMetrics
from cockpit.release.view import EndpointView, ReleaseView
from cockpit.resources.inert import inert
from cockpit.ui.content import Content
from cockpit.ui.durations import age
from cockpit.ui.grid import Column, row, titles, widths
from cockpit.ui.ink import Ink, Line, Span, fit_line, span
from cockpit.ui.marks import Places, named
from cockpit.ui.panels.endpoint_rows import EndpointRow, LocalRow, NoteRow, RemoteRow, bracketed, endpoint_rows
from cockpit.ui.panels.heading import heading
from cockpit.ui.recent import Recent

_DASH: Line = (Span("-", Ink.MUTED),)
_NO_IPVS = "no ipvs metrics, so no weights, connections, scheduler"
_ARROW_WIDTH = 5
_WIDE = 108
_BITS = 5
_LEAST_POD = 5
_ADDRESS, _VERSION, _WEIGHT, _ACTIVE, _INACTIVE, _READY, _POD, _AGE = range(8)
_NUMBERS = frozenset({_WEIGHT, _ACTIVE, _INACTIVE, _AGE})
_TITLES = ("RemoteAddress:Port", "Version", "Weight", "Active", "InAct", "R S T", "Pod", "Age")
_WIDE_TITLES = ("RemoteAddress:Port", "Version", "Weight", "ActiveConn", "InActConn", "R S T", "Pod", "Age")
_GIVE_WAY = ((_INACTIVE, 0), (_ACTIVE, 0), (_WEIGHT, 0), (_VERSION, 7), (_ADDRESS, 15))


@dataclass(frozen=True, slots=True)
class EndpointRows(Sequence[Line]):
    """Lines of rows, made when they are asked for: of a thousand endpoints only the visible ones are."""

    rows: tuple[EndpointRow, ...]
    columns: tuple[Column, ...]
    local_columns: tuple[Column, ...]
    places: Places
    now: datetime
    width: int

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int | slice) -> Line:  # type: ignore[override]  # only single lines are asked for
        if isinstance(index, slice):
            raise TypeError(index)
        entry = self.rows[index]
        if isinstance(entry, LocalRow):
            return _local_line(entry, self.local_columns)
        if isinstance(entry, NoteRow):
            return fit_line((Span("  -> ", Ink.MUTED), span(entry.text, Ink.WARNING)), self.width)
        return _remote_line(entry, self.columns, self.places, self.now)


def endpoints_panel(
    release: ReleaseView, picture: Picture, places: Places, recent: Recent, now: datetime, width: int
) -> Content:
    """Return the endpoints of every Service; endpoints can be selected by their key."""
    if release.services is None:
        return Content((heading("ENDPOINTS", width, "services cannot be read", Ink.WARNING),))
    rows = endpoint_rows(release, places, recent)
    if not rows:
        return Content((heading("ENDPOINTS", width, "no Service leads to this release"),))
    columns = _columns(rows, places, width)
    local_columns = _local_columns(rows, width)
    column_titles = (titles(local_columns), titles(columns, (Span("  -> ", Ink.MUTED),)))
    head = (heading("ENDPOINTS", width, *_note(rows, picture, picture.metrics.get(release.key))), *column_titles)
    keys = tuple(entry.key if isinstance(entry, RemoteRow) else None for entry in rows)
    return Content(head, EndpointRows(rows, columns, local_columns, places, now, width), keys)


def _note(rows: Sequence[EndpointRow], picture: Picture, metrics: ReleaseMetrics | None) -> tuple[str, Ink]:
    source = next((source for source in picture.sources if source.kind == "endpointslices"), None)
    if source and source.state not in {SourceState.LIVE, SourceState.CONNECTING}:
        return f"endpointslices are {source.state.value}", Ink.WARNING
    endpoints = [entry.endpoint for entry in rows if isinstance(entry, RemoteRow)]
    if any(endpoint.weight is not None for endpoint in endpoints):
        return "", Ink.MUTED
    return (metrics.ipvs_absent if metrics is not None and metrics.ipvs_absent else _NO_IPVS), Ink.MUTED


def _columns(rows: Sequence[EndpointRow], places: Places, width: int) -> tuple[Column, ...]:
    remotes = [entry.endpoint for entry in rows if isinstance(entry, RemoteRow)]
    wide = width >= _WIDE
    address = max((len(_address(endpoint)) for endpoint in remotes), default=0)
    version = max((len(named(name, places)[-1].text) + 2 for name in {entry.version for entry in remotes}), default=0)
    wanted: tuple[int, ...] = (
        min(max(18, address), width // 3),
        min(max(7, version), 24 if wide else 10),
        6,
        10 if wide else 6,
        9 if wide else 5,
        _BITS,
        _LEAST_POD,
        6,
    )
    if not wide and all(endpoint.weight is None for endpoint in remotes):
        # Where the names of pods have little room, columns of dashes give way to them; the heading says why.
        wanted = (*wanted[:_WEIGHT], 0, 0, 0, *wanted[_READY:])
    sizes = list(widths(wanted, _GIVE_WAY, width - _ARROW_WIDTH - 1))
    sizes[_POD] += max(0, width - _ARROW_WIDTH - 1 - sum(sizes) - 2 * (sum(map(bool, sizes)) - 1))
    names = _WIDE_TITLES if wide else _TITLES
    return tuple(
        Column(name, size, "right" if index in _NUMBERS else "left", "end" if index == _POD else "start")
        for index, (name, size) in enumerate(zip(names, sizes, strict=True))
    )


def _local_columns(rows: Sequence[EndpointRow], width: int) -> tuple[Column, ...]:
    address = max((cell_len(inert(entry.address)) for entry in rows if isinstance(entry, LocalRow)), default=0)
    address = min(max(len("LocalAddress:Port"), address), width // 2)
    # The one space less before the address is ipvsadm's, which puts local and remote addresses under each other.
    service = max(0, width - 4 - address - 9 - 5)
    return (
        Column("Prot", 4, gap=1),
        Column("LocalAddress:Port", address),
        Column("Scheduler", 9),
        Column("Service", service),
    )


def _local_line(entry: LocalRow, columns: Sequence[Column]) -> Line:
    service = entry.service
    marks = ["front door"] if service.front_door else []
    marks += ["serves other releases too"] if service.umbrella else []
    marks += ["sticky"] if service.session_affinity else []
    said = Span(f"  {', '.join((inert(service.type), *marks))}", Ink.MUTED)
    cells: tuple[Line, ...] = (
        (span(entry.protocol),),
        (span(entry.address, bold=True),),
        _DASH,
        (span(service.name, bold=True), said),
    )
    return row(columns, cells)


def _remote_line(entry: RemoteRow, columns: Sequence[Column], places: Places, now: datetime) -> Line:
    endpoint = entry.endpoint
    lead, ages = _movement(entry, now)
    quiet = Ink.MUTED if entry.left_at else Ink.TEXT
    cells: tuple[Line, ...] = (
        (span(_address(endpoint), quiet),),
        named(endpoint.version, places),
        _number(endpoint.weight),
        _number(endpoint.active_connections),
        _number(endpoint.inactive_connections),
        _standing(entry),
        (span(endpoint.pod or "-", Ink.MUTED if entry.left_at or not endpoint.pod else Ink.TEXT),),
        ages,
    )
    return row(columns, cells, lead)


def _movement(entry: RemoteRow, now: datetime) -> tuple[Line, Line]:
    if entry.left_at:
        return (Span("− -> ", Ink.WARNING, bold=True),), (Span(f"−{age(entry.left_at, now)}", Ink.WARNING),)
    if entry.joined_at:
        return (Span("+ -> ", Ink.STEADY, bold=True),), (Span(f"+{age(entry.joined_at, now)}", Ink.STEADY),)
    return (Span("  -> ", Ink.MUTED),), (Span(age(entry.endpoint.created_at, now), Ink.MUTED),)


def _standing(entry: RemoteRow) -> Line:
    if entry.drains:
        return (Span("drain", Ink.WARNING),)
    return (Span("gone", Ink.MUTED),) if entry.left_at else _bits(entry.endpoint)


def _bits(endpoint: EndpointView) -> Line:
    return (
        _bit(endpoint.ready, Ink.STEADY),
        Span(" "),
        _bit(endpoint.serving, Ink.STEADY),
        Span(" "),
        _bit(endpoint.terminating, Ink.WARNING),
    )


def _bit(is_set: bool, ink: Ink) -> Span:
    return Span("✔", ink) if is_set else Span("·", Ink.MUTED)


def _number(value: int | None) -> Line:
    return _DASH if value is None else (Span(str(value)),)


def _address(endpoint: EndpointView) -> str:
    return f"{bracketed(endpoint.address)}:{'?' if endpoint.port is None else endpoint.port}"
