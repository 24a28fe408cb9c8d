"""The fleet: one row a release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len

from cockpit.release.metrics_view import ReleaseMetrics
from cockpit.release.view import ReleaseView, State, needs_human
from cockpit.ui.content import Content
from cockpit.ui.durations import age
from cockpit.ui.grid import Column, row, titles, widths
from cockpit.ui.ink import Ink, Line, Span, span, width_of
from cockpit.ui.marks import Places, identity, mark_of
from cockpit.ui.panels.bars import figures, mini_bar
from cockpit.ui.panels.fleet_metrics import NONE, WIDTH, FleetMetrics, metrics_cell
from cockpit.ui.panels.pods import ready_of_all
from cockpit.ui.panels.states import state_words

_TITLES = ("STATE", "NAMESPACE", "RELEASE", "STRATEGY", "VERSIONS", "PODS", "TRAFFIC", "METRICS", "SINCE", "WHY")
_STATE, _NAMESPACE, _NAME, _STRATEGY, _VERSIONS, _PODS, _TRAFFIC, _METRICS, _SINCE, _WHY = range(10)
# Where the bar does not fit, the figures stay.
_GIVE_WAY = (
    (_WHY, 12),
    (_WHY, 0),
    (_TRAFFIC, 9),
    (_STRATEGY, 0),
    (_VERSIONS, 16),
    (_NAME, 24),
    (_NAMESPACE, 6),
    (_METRICS, 0),
    (_NAME, 12),
    (_SINCE, 0),
    (_VERSIONS, 9),
    (_NAME, 8),
    (_TRAFFIC, 5),
)
_BAR_WIDTH = 12
HalfDone = Mapping[tuple[str, str], str]
_NONE: HalfDone = {}


@dataclass(frozen=True, slots=True)
class FleetRows(Sequence[Line]):
    """Lines of releases, made when they are asked for."""

    releases: tuple[ReleaseView, ...]
    columns: tuple[Column, ...]
    places: Mapping[str, Places]
    now: datetime
    half_done: HalfDone
    metrics: FleetMetrics

    def __len__(self) -> int:
        return len(self.releases)

    def __getitem__(self, index: int | slice) -> Line:  # type: ignore[override]  # only single lines are asked for
        if isinstance(index, slice):
            raise TypeError(index)
        release = self.releases[index]
        places = self.places.get(identity(release), {})
        cells = _cells(release, self.metrics.get(release.key), places, self.columns, self.now)
        half = self.half_done.get(release.key, "")
        return row(self.columns, (*cells[:_WHY], (*half_done_words(half), *cells[_WHY])) if half else cells)


def half_done_words(title: str) -> Line:
    """Return that an act was left half done."""
    return (Span("⊘ half done: ", Ink.WARNING, bold=True), span(title), Span("  "))


def fleet_panel(
    releases: Sequence[ReleaseView],
    namespaced: bool,
    places: Mapping[str, Places],
    now: datetime,
    width: int,
    half_done: HalfDone = _NONE,
    metrics: FleetMetrics = NONE,
) -> Content:
    """Return the rows of `releases` in their order; rows can be selected by the release's key.

    `namespaced` adds the column of namespaces; `half_done` are titles of acts by the key of their release.
    Where nothing is known of metrics there is no column for them.
    """
    columns = _columns(releases, namespaced, bool(metrics), width)
    rows = FleetRows(tuple(releases), columns, places, now, half_done, metrics)
    return Content((titles(columns),), rows, tuple(release.key for release in releases))


def waiting_words(releases: Sequence[ReleaseView], shown: int, all_known: bool, half_done: int = 0) -> Line:
    """Return how many releases there are and how many wait for somebody; `all_known` says that none can hide."""
    waiting = sum(needs_human(release) for release in releases)
    if not releases and not all_known:
        return (Span("FLEET  ", Ink.HEADING, bold=True), Span("releases not known", Ink.WARNING))
    total = f"{len(releases)} release{'' if len(releases) == 1 else 's'}{'' if all_known else ' known'}"
    filtered = f", {shown} shown" if shown != len(releases) else ""
    unknown = sum(release.state is State.UNKNOWN for release in releases)
    need = [f"{waiting} need{'s' if waiting == 1 else ''} you"] if waiting else []
    need += [f"{unknown} not known"] if unknown else []
    need += [f"{half_done} half done"] if half_done else []
    return (
        Span("FLEET  ", Ink.HEADING, bold=True),
        Span(f"{total}{filtered} · ", Ink.MUTED),
        Span(", ".join(need) or "none needs you", Ink.WARNING if need else Ink.MUTED, bold=bool(need)),
    )


def _columns(releases: Sequence[ReleaseView], namespaced: bool, metered: bool, width: int) -> tuple[Column, ...]:
    def widest(texts: Sequence[str], least: int, most: int) -> int:
        return min(most, max([least, *(cell_len(text) for text in texts)]))

    versions = max((width_of(_version_spans(release, {}, roles=True)) for release in releases), default=8)
    wanted = (
        13,
        widest([release.namespace for release in releases], 9, 20) if namespaced else 0,
        widest([release.name for release in releases], 7, 36),
        widest([release.strategy.value for release in releases], 8, 15),
        min(48, max(8, versions)),
        widest([ready_of_all(release.versions) for release in releases], 4, 9),
        _BAR_WIDTH + 2 + 9,
        WIDTH if metered else 0,
        6,
        80,
    )
    sizes = widths(wanted, _GIVE_WAY, width - 1)
    right = {_PODS, _SINCE}
    return tuple(
        Column(title, size, "right" if index in right else "left")
        for index, (title, size) in enumerate(zip(_TITLES, sizes, strict=True))
    )


def _cells(
    release: ReleaseView, metrics: ReleaseMetrics | None, places: Places, columns: Sequence[Column], now: datetime
) -> tuple[Line, ...]:
    return (
        state_words(release.state),
        (span(release.namespace, Ink.MUTED),),
        (span(release.name, bold=True),),
        (Span(release.strategy.value, Ink.MUTED),),
        _versions(release, places, columns[_VERSIONS].width),
        (Span(ready_of_all(release.versions)),),
        _traffic(release, places, columns[_TRAFFIC].width),
        metrics_cell(release, metrics, now),
        (Span(age(release.since, now), Ink.MUTED),),
        (span(release.reason, Ink.MUTED),),
    )


def _versions(release: ReleaseView, places: Places, width: int) -> Line:
    full = _version_spans(release, places, roles=True)
    # All names without roles say more than one name with its role.
    return full if width_of(full) <= width else _version_spans(release, places, roles=False)


def _version_spans(release: ReleaseView, places: Places, roles: bool) -> Line:
    spans: list[Span] = []
    for version in release.versions:
        mark = mark_of(version.name, places)
        spans += [Span("  ")] if spans else []
        spans += [Span(f"{mark.shape} ", mark.ink), span(version.name)]
        spans += [Span(f" {version.role.value}", Ink.MUTED)] if roles else []
    return tuple(spans) or (Span("?", Ink.MUTED),)


def _traffic(release: ReleaseView, places: Places, width: int) -> Line:
    shares = release.splits.configured if release.splits.configured is not None else release.splits.endpoints
    if not shares:
        return (Span("? not known" if shares is None else "- nobody", Ink.MUTED),)
    numbers = figures({name: share for name, share in shares.items() if share > 0}, places)
    if width < _BAR_WIDTH + 2 + width_of(numbers):
        return numbers
    return (*mini_bar(shares, places, _BAR_WIDTH), Span("  "), *numbers)
