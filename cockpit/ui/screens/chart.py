"""One metric of a release on the whole screen, with a cursor."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult

from cockpit.actions.table import Scope
from cockpit.release.metrics_view import ReleaseMetrics
from cockpit.release.view import ReleaseView
from cockpit.ui.bindings import bindings_of
from cockpit.ui.follow import find_again
from cockpit.ui.ink import Ink, Line, Span, ends, span
from cockpit.ui.marks import identity
from cockpit.ui.metric_names import in_order, title
from cockpit.ui.panels.chart import chart_lines, plot_of
from cockpit.ui.panels.fleet_metrics import metrics_trouble
from cockpit.ui.panels.heading import heading
from cockpit.ui.quantities import quantity
from cockpit.ui.scene import Scene
from cockpit.ui.screens.frame import FrameScreen
from cockpit.ui.text import wrap
from cockpit.ui.widgets.lines import Lines

_LEAP = 10
_SAID_BY_VALUES = frozenset({"", "1/s", "bytes", "ratio", "s"})


class ChartScreen(FrameScreen):
    """Draws a metric, and goes through them; left and right move the cursor through time."""

    CSS_PATH = "chart.tcss"
    BINDINGS = bindings_of(Scope.CHART)
    scopes = (Scope.CHART,)

    def __init__(self, release: ReleaseView, moments: tuple[datetime, ...]) -> None:
        """Show the metrics of `release`; `moments` are those of acts on it."""
        super().__init__()
        self._release = release
        self._moments = moments
        self._place = 0
        self._cursor = 0

    def compose_body(self) -> ComposeResult:
        """Yield the lines of the chart."""
        yield Lines(id="chart")

    def framed_release(self, scene: Scene) -> ReleaseView | None:
        """Return the release that the chart is about."""
        return self._release

    def draw_body(self, scene: Scene, width: int, rows: int) -> None:
        """Draw the chart of the metric that is chosen."""
        self._release = find_again(self._release, scene.picture.releases) or self._release
        metrics = scene.picture.metrics.get(self._release.key)
        names = in_order(metrics) if metrics is not None else ()
        if metrics is None or not names:
            said = scene.picture.metrics_source.message or "No metric of this release is known."
            lines: tuple[Line, ...] = tuple((span(text, Ink.MUTED),) for text in wrap(said, width - 2, 3))
            self._fill((heading("METRICS", width - 2), *lines))
            return
        self._fill(self._lines(scene, metrics, names, width - 2, rows))

    def _lines(
        self, scene: Scene, metrics: ReleaseMetrics, names: tuple[str, ...], width: int, rows: int
    ) -> tuple[Line, ...]:
        name = names[self._place % len(names)]
        places = scene.places.get(identity(self._release), {})
        plot = plot_of(self._release, metrics, name, places, self._moments, self._cursor, scene.now)
        unit = f", {plot.unit}" if plot.unit not in _SAID_BY_VALUES else ""
        left: Line = (
            span(title(name, metrics), Ink.HEADING, bold=True),
            span(unit, Ink.MUTED),
            Span("  "),
            *metrics_trouble(scene.picture.metrics_source),
        )
        bound = f"bound {quantity(plot.threshold, plot.unit)} · " if plot.threshold is not None else ""
        others = f"{bound}{self._place % len(names) + 1} of {len(names)} · ↑↓ other metrics"
        return (ends(left, (Span(others, Ink.MUTED), Span(" ")), width), *chart_lines(plot, width, rows - 1))

    def _fill(self, lines: tuple[Line, ...]) -> None:
        self.query_one("#chart", Lines).show(tuple((Span(" "), *line) for line in lines))

    def _move(self, by: int) -> None:
        self._cursor = max(0, min(self.size.width - 1, self._cursor + by))
        self.draw(self.host.scene)

    def _choose(self, by: int) -> None:
        metrics = self.host.scene.picture.metrics.get(self._release.key)
        count = len(in_order(metrics)) if metrics is not None else 0
        self._place = (self._place + by) % max(1, count)
        self.draw(self.host.scene)

    def action_earlier(self) -> None:
        """Move the cursor one cell back."""
        self._move(1)

    def action_later(self) -> None:
        """Move the cursor one cell on."""
        self._move(-1)

    def action_much_earlier(self) -> None:
        """Move the cursor far back."""
        self._move(_LEAP)

    def action_much_later(self) -> None:
        """Move the cursor far on."""
        self._move(-_LEAP)

    def action_next(self) -> None:
        """Show the next metric."""
        self._choose(1)

    def action_previous(self) -> None:
        """Show the metric before."""
        self._choose(-1)

    def action_back(self) -> None:
        """Go back to the release."""
        self.app.pop_screen()
