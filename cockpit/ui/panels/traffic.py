"""TRAFFIC: where it is meant to go, where membership sends it, and where it was seen to go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len

from cockpit.live.picture import Picture, SourceState
from cockpit.release.labels import HASH_KEYS
from cockpit.release.metrics_view import MetricsState, observed_rates
from cockpit.release.view import ReleaseView, RouteView, ServiceView, Shares
from cockpit.resources.inert import inert
from cockpit.ui.content import Content, plain_rows
from cockpit.ui.ink import Ink, Line, Span, ends, fit_line, span
from cockpit.ui.marks import Places, named
from cockpit.ui.panels.bars import bar_room, labelled_bars
from cockpit.ui.panels.endpoint_rows import bracketed
from cockpit.ui.panels.heading import heading
from cockpit.ui.panels.progress import progress_line
from cockpit.ui.text import cut

_TITLE_WIDTH = 12
_LEAST_BAR = 6
_NO_METRICS = {
    MetricsState.OFF: "no metrics source is connected",
    MetricsState.CONNECTING: "metrics are being looked for",
    MetricsState.SLOW: "Prometheus is slow",
    MetricsState.PARTIAL: "Prometheus answers in part",
    MetricsState.UNAUTHORISED: "Prometheus does not let you in",
    MetricsState.GONE: "Prometheus does not answer",
}
_GIVES_NOTHING = {MetricsState.UNAUTHORISED, MetricsState.GONE}


@dataclass(frozen=True, slots=True)
class _Row:
    """One line: shares with their source, or why there are none."""

    title: str
    shares: Shares | None
    source: str
    absent: str = ""
    problem: str = ""
    line: Line = ()
    """What is said instead of shares."""


def traffic_panel(
    release: ReleaseView,
    picture: Picture,
    places: Places,
    width: int,
    now: datetime | None = None,
    *,
    with_doors: bool = True,
) -> Content:
    """Return the three kinds of split; rules that disagree, or several, get a line each, and so does who drives them.

    `with_doors` adds a line for each Service beside the front door that leads to one version only.
    """
    splits = release.splits
    rows = (
        _Row("configured", splits.configured, splits.configured_by, _no_configured(release)),
        *_rule_rows(release.routes or (), splits.configured is None),
        *_progress_rows(release, now or picture.observed_at),
        _Row("endpoints", splits.endpoints, _behind(release), _no_endpoints(release, picture)),
        *(_door_rows(release, places) if with_doors else ()),
        _Row("observed", splits.observed, splits.observed_by, _no_observed(release, picture)),
        *_drift_rows(release),
    )
    title_width = min(width // 3, max(_TITLE_WIDTH, *(cell_len(inert(row.title)) + 2 for row in rows)))
    longest = max(cell_len(inert(row.source)) for row in rows)
    # Where it is narrow, bars that can be told apart go before the whole names of their sources.
    for source_width in (min(width // 4, longest), min(width // 7, longest)):
        # All bars of the panel have one scale: 95 % is shorter than 100 %, whatever stands between.
        bars_width = width - title_width - source_width - 3
        room = min((bar_room(row.shares, places, bars_width) for row in rows if row.shares), default=_LEAST_BAR)
        if room >= _LEAST_BAR:
            break
    lines = tuple(_line(row, places, width, title_width, source_width, room) for row in rows)
    return Content((heading("TRAFFIC", width, _drift(release), Ink.WARNING),), lines, plain_rows(lines))


def _line(row: _Row, places: Places, width: int, title_width: int, source_width: int, room: int) -> Line:
    said: Line
    title = fit_line((span(row.title, Ink.MUTED), Span("  ")), title_width)
    if row.line:
        said = row.line
    elif row.problem:
        said = (Span("▲ ", Ink.WARNING, bold=True), span(row.problem, Ink.WARNING))
    elif row.shares is None:
        said = (Span("? ", Ink.UNKNOWN, bold=True), span(row.absent, Ink.MUTED))
    elif not row.shares:
        said = (span("nothing is behind it", Ink.MUTED),)
    else:
        said = labelled_bars(row.shares, places, room)
    source: Line = (Span("  "), span(cut(row.source, source_width), Ink.MUTED), Span(" ")) if row.source else ()
    return ends((*title, *said), source, width)


def _door_rows(release: ReleaseView, places: Places) -> Iterator[_Row]:
    """Yield the Services that lead to one version, each by an address of its own, where the front door does not."""
    services = release.services or ()
    usual = next((service.split for service in services if service.front_door), None)
    for service in services:
        versions = tuple(service.split or ())
        if service.front_door or service.umbrella or len(versions) != 1 or service.split == usual:
            continue
        address = _own_address(service)
        if versions[0] != "?" and address:
            title = "isolated" if HASH_KEYS & frozenset(service.selector) else "preview"
            door = (*named(versions[0], places), Span("  "), span(address, bold=True))
            yield _Row(title, None, f"Service/{service.name}", line=door)


def _own_address(service: ServiceView) -> str:
    ports = [f"NodePort:{port.node_port}" for port in service.ports if port.node_port is not None]
    if not ports and service.ports and service.cluster_ips and service.cluster_ips[0] != "None":
        ports = [f"{bracketed(service.cluster_ips[0])}:{port.port}" for port in service.ports]
    return ", ".join(ports)


def _rule_rows(routes: Sequence[RouteView], disagree: bool) -> tuple[_Row, ...]:
    if len(routes) < 2 and not disagree and not any(route.problem or route.pending for route in routes):
        return ()
    return tuple(row for route in routes for row in _rows_of(route))


def _rows_of(route: RouteView) -> Iterator[_Row]:
    """Yield a rule's shares, what its router does other than what is written, and what it has not taken up yet."""
    match = f" if {route.match}" if route.match else ""
    title, source = f" {route.rule}{match}", f"{route.kind}/{route.name}"
    if route.shares is not None or not route.problem:
        yield _Row(title, route.shares, source, "its backends cannot be told apart")
        title, source = "", ""
    for said in filter(None, (route.problem, route.pending)):
        yield _Row(title, None, source, problem=said)
        title, source = "", ""


def _progress_rows(release: ReleaseView, now: datetime | None) -> tuple[_Row, ...]:
    """Return how far Rollouts and Canaries have come."""
    return tuple(
        _Row(entry.kind.lower(), None, entry.owner, line=progress_line(entry, now)) for entry in release.progress
    )


def _no_configured(release: ReleaseView) -> str:
    if release.services is None or release.routes is None:
        return "services or routes cannot be read"
    if release.routes:
        return "the rules differ or lead to no known version"
    if len(release.versions) > 1:
        return "no route and no selector decides: every ready pod gets its share"
    return "no route, and no selector names a version"


def _no_endpoints(release: ReleaseView, picture: Picture) -> str:
    if release.services is not None and not release.services:
        return "no Service"
    source = next((source for source in picture.sources if source.kind == "endpointslices"), None)
    if source and source.state is not SourceState.LIVE:
        return f"endpointslices are {source.state.value}"
    known = release.services and all(service.endpoints is not None for service in release.services)
    return "nothing is ready" if known else "endpointslices cannot be read"


def _no_observed(release: ReleaseView, picture: Picture) -> str:
    metrics = picture.metrics.get(release.key)
    # With a message something was not answered, and nobody can tell whether it would have counted.
    if metrics is None or metrics.message or picture.metrics_source.state in _GIVES_NOTHING:
        return _NO_METRICS.get(picture.metrics_source.state, "metrics were not read yet")
    counted = observed_rates(metrics)
    missing = [version.name for version in release.versions if version.name not in counted]
    if counted and missing:
        return f"requests of {', '.join(missing)} are not counted yet"
    return "no metric counts requests by version"


def _behind(release: ReleaseView) -> str:
    of = release.splits.endpoints_of
    service = next((service for service in release.services or () if f"Service/{service.name}" == of), None)
    if service is None or service.endpoints is None:
        return of
    ready = sum(endpoint.ready for endpoint in service.endpoints)
    return f"{ready}/{len(service.endpoints)} ready · {of}"


def _drift_rows(release: ReleaseView) -> tuple[_Row, ...]:
    """Return why traffic drifts, where it does."""
    drift = release.splits.drift
    return (_Row("", None, "", problem=drift.cause),) if drift is not None else ()


def _drift(release: ReleaseView) -> str:
    drift = release.splits.drift
    return f"▲ drift {drift.version} {drift.size * 100:+.0f}" if drift is not None else ""
