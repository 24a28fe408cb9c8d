"""The fleet: every release, those that wait for a human first."""

from __future__ import annotations

from types import MappingProxyType

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from cockpit.actions.table import Scope
from cockpit.live.picture import ConnectionState, Picture
from cockpit.release.view import ReleaseView
from cockpit.ui.absence import hidden_kinds, hidden_words
from cockpit.ui.bindings import bindings_of
from cockpit.ui.content import Content, plain_rows
from cockpit.ui.fleet_order import fleet_order, matching
from cockpit.ui.ink import Ink, Line, Span, ends, span
from cockpit.ui.panels.fleet import HalfDone, fleet_panel, half_done_words, waiting_words
from cockpit.ui.panels.fleet_metrics import metrics_trouble
from cockpit.ui.panels.summary import summary_lines
from cockpit.ui.scene import Scene
from cockpit.ui.screens.frame import FrameScreen, set_rows
from cockpit.ui.text import wrap
from cockpit.ui.widgets.line_list import LineList
from cockpit.ui.widgets.lines import Lines

_DETAIL_ROWS = 2


class FleetScreen(FrameScreen):
    """Lists releases; opens, filters and copies them."""

    CSS_PATH = "fleet.tcss"
    BINDINGS = bindings_of(Scope.FLEET)
    scopes = (Scope.FLEET,)
    AUTO_FOCUS = "#fleet"

    _half_done: HalfDone = MappingProxyType({})

    def compose_body(self) -> ComposeResult:
        """Yield title, list, the selected release's reason and the filter."""
        yield Lines(id="title")
        yield LineList(id="fleet", keeps_pointer=True)
        yield Lines(id="detail")
        yield Input(id="filter", placeholder="filter by name, namespace, state, strategy or version")

    def draw_body(self, scene: Scene, width: int, rows: int) -> None:
        """Draw the rows that the filter leaves."""
        releases = fleet_order(scene.picture.releases)
        self._half_done = self.host.acting.half_done(releases)
        shown = matching(releases, self.query_one("#filter", Input).value)
        words = waiting_words(releases, len(shown), not hidden_kinds(scene.picture), len(self._half_done))
        title = ends((Span(" "), *words), metrics_trouble(scene.picture.metrics_source), width)
        self.query_one("#title", Lines).show((title,))
        content = self._content(scene, releases, shown, width - 2)
        self.query_one("#fleet", LineList).show(content, dimmed=scene.stale)
        self._draw_detail(width)

    def _content(
        self, scene: Scene, releases: tuple[ReleaseView, ...], shown: tuple[ReleaseView, ...], width: int
    ) -> Content:
        if not shown:
            words = nothing_words(scene.picture) if not releases else "No release matches the filter; esc shows all."
            lines: tuple[Line, ...] = tuple((span(line, Ink.MUTED),) for line in wrap(words, width, 4))
            return Content(((),), lines, plain_rows(lines))
        namespaced = len(scene.picture.namespaces) != 1
        metrics = scene.picture.metrics
        return fleet_panel(shown, namespaced, scene.places, scene.now, width, self._half_done, metrics)

    def _draw_detail(self, width: int) -> None:
        release = self._selected()
        half = self._half_done.get(release.key, "") if release else ""
        told = ((Span(" "), *half_done_words(half)),) if half else ()
        rows = _DETAIL_ROWS - len(told)
        lines = (*told, *summary_lines(release, None, width, rows)) if release else ()
        detail = self.query_one("#detail", Lines)
        detail.show(lines)
        set_rows(detail, len(lines))

    def _selected(self) -> ReleaseView | None:
        key = self.query_one("#fleet", LineList).selected_key
        return next((release for release in self.host.scene.picture.releases if release.key == key), None)

    @on(LineList.Selected)
    def _show_detail(self) -> None:
        self._draw_detail(self.size.width)

    @on(LineList.Opened)
    def action_open(self) -> None:
        """Open the selected release."""
        if release := self._selected():
            self.host.open_release(release)

    def action_copy(self) -> None:
        """Copy the selected release's name."""
        if release := self._selected():
            self.host.copy(release.name)

    def action_filter(self) -> None:
        """Ask for the filter."""
        field = self.query_one("#filter", Input)
        field.add_class("-shown")
        field.focus()

    def action_unfilter(self) -> None:
        """Take the filter away."""
        field = self.query_one("#filter", Input)
        field.value = ""
        field.remove_class("-shown")
        self.query_one("#fleet", LineList).focus()

    @on(Input.Changed, "#filter")
    def _apply_filter(self) -> None:
        self.draw(self.host.scene)

    @on(Input.Submitted, "#filter")
    def _leave_filter(self, event: Input.Submitted) -> None:
        if not event.value:
            self.action_unfilter()
        self.query_one("#fleet", LineList).focus()


def nothing_words(picture: Picture) -> str:
    """Say why there is no release to show."""
    if picture.connection is not ConnectionState.LIVE and picture.observed_at is None:
        return "Waiting for the API server." if not picture.connection_message else "Nothing was read yet."
    if not picture.complete:
        return "Looking for releases."
    if hidden := hidden_kinds(picture):
        return f"Cannot tell whether there are releases: {hidden_words(hidden)}"
    where = ", ".join(picture.namespaces)
    if where:
        return f"There is no release in namespace {where}. N watches another namespace, x another context."
    return "There is no release in any namespace. x watches another context."
