"""TRAFFIC: where it is meant to go, where membership sends it, and where it was seen to go."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.live.picture import Picture, SourceState
from cockpit.release.view import ReleaseView, RouteView, Shares
from cockpit.ui.content import Content, plain_rows
from cockpit.ui.ink import Ink, Line, Span, ends, fit_line, span
from cockpit.ui.marks import Places
from cockpit.ui.panels.bars import labelled_bars
from cockpit.ui.panels.heading import heading

_LABEL_WIDTH = 12
_NO_METRICS = "no metrics source is connected"
_DRIFT_SHOWN = 0.05


def traffic_panel(release: ReleaseView, picture: Picture, places: Places, width: int) -> Content:
    """Return the three kinds of split; rules that disagree, or several, get a line each."""
    splits = release.splits
    rows = [
        _split_row("configured", splits.configured, splits.configured_by, _no_configured(release), places, width),
        *_rule_rows(release.routes or (), splits.configured is None, places, width),
        _split_row("endpoints", splits.endpoints, _behind(release), _no_endpoints(release, picture), places, width),
        _split_row("observed", splits.observed, "", _NO_METRICS, places, width),
    ]
    return Content((heading("TRAFFIC", width, _drift(release), Ink.WARNING),), tuple(rows), plain_rows(rows))


def _split_row(label: str, shares: Shares | None, source: str, absent: str, places: Places, width: int) -> Line:
    title = fit_line((Span(label, Ink.MUTED),), _LABEL_WIDTH)
    if shares is None:
        return fit_line((*title, Span("? ", Ink.UNKNOWN, bold=True), span(absent, Ink.MUTED)), width)
    if not shares:
        return fit_line((*title, span("nothing is behind it", Ink.MUTED)), width)
    told = fit_line((span(source, Ink.MUTED),), _source_width(width), align="right")
    bars = labelled_bars(shares, places, width - _LABEL_WIDTH - _source_width(width) - 3)
    return ends((*title, *bars), (Span("  "), *told, Span(" ")), width)


def _source_width(width: int) -> int:
    return min(32, width // 4)


def _rule_rows(routes: Sequence[RouteView], disagree: bool, places: Places, width: int) -> tuple[Line, ...]:
    if len(routes) < 2 and not disagree and not any(route.problem for route in routes):
        return ()
    return tuple(_rule_row(route, places, width) for route in routes)


def _rule_row(route: RouteView, places: Places, width: int) -> Line:
    match = f" if {route.match}" if route.match else ""
    name_width = max(_LABEL_WIDTH, width // 4)
    title = fit_line((Span("  "), span(f"{route.rule}{match}", Ink.MUTED), Span(" ")), name_width)
    source = f"{route.kind}/{route.name}"
    told = fit_line((span(source, Ink.MUTED),), _source_width(width), align="right")
    if route.problem:
        said: Line = (Span("▲ ", Ink.WARNING, bold=True), span(route.problem, Ink.WARNING))
    elif route.shares is None:
        said = (Span("? ", Ink.UNKNOWN, bold=True), span("its backends cannot be told apart", Ink.MUTED))
    else:
        said = labelled_bars(route.shares, places, width - name_width - _source_width(width) - 3)
    return ends((*title, *said), (Span("  "), *told, Span(" ")), width)


def _no_configured(release: ReleaseView) -> str:
    if release.services is None or release.routes is None:
        return "services or routes cannot be read"
    if release.routes:
        return "the rules differ or lead to no known version"
    if len(release.versions) > 1:
        return "no route and no selector decides: every ready pod gets its share"
    return "no route and no Service decides"


def _no_endpoints(release: ReleaseView, picture: Picture) -> str:
    if release.services is not None and not release.services:
        return "no Service"
    source = next((source for source in picture.sources if source.kind == "endpointslices"), None)
    if source and source.state is not SourceState.LIVE:
        return f"endpointslices are {source.state.value}"
    return "endpointslices cannot be read, or nothing is ready"


def _behind(release: ReleaseView) -> str:
    of = release.splits.endpoints_of
    service = next((service for service in release.services or () if service.name == of), None)
    if service is None or service.endpoints is None:
        return of
    ready = sum(endpoint.ready for endpoint in service.endpoints)
    return f"{ready}/{len(service.endpoints)} ready · {of}"


def _drift(release: ReleaseView) -> str:
    meant = release.splits.configured
    seen = release.splits.observed
    if meant is None or seen is None:
        return ""
    gaps = {name: seen.get(name, 0.0) - meant.get(name, 0.0) for name in {*meant, *seen}}
    name, gap = max(gaps.items(), key=lambda entry: (entry[1], entry[0]))
    return f"▲ drift {name} +{gap * 100:.0f}" if gap >= _DRIFT_SHOWN else ""
