"""One release: versions, traffic, endpoints and events, live."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from textual import on
from textual.app import ComposeResult

from cockpit.actions.acts import Act
from cockpit.actions.table import Action, Scope, action_for
from cockpit.live.picture import EventView
from cockpit.release.view import ReleaseView, State
from cockpit.ui.absence import Absence, absence_of
from cockpit.ui.bindings import bindings_of
from cockpit.ui.choices import Choice
from cockpit.ui.content import folded
from cockpit.ui.follow import find_again
from cockpit.ui.marks import Places, identity
from cockpit.ui.offer import Dimmed, acts_to_ask, reason_against
from cockpit.ui.panels.acts import act_lines
from cockpit.ui.panels.probe import probe_lines
from cockpit.ui.panels.rest import event_lines, rest_rows
from cockpit.ui.panels.summary import summary_lines
from cockpit.ui.recent import NOTHING, Recent, advance
from cockpit.ui.row_objects import copied_text, is_gone, object_of
from cockpit.ui.scene import Scene
from cockpit.ui.screens.chart import ChartScreen
from cockpit.ui.screens.frame import FrameScreen, set_rows
from cockpit.ui.screens.pick import PickScreen
from cockpit.ui.screens.release_panels import PANELS, fitted
from cockpit.ui.standing import Standing
from cockpit.ui.widgets.line_list import LineList
from cockpit.ui.widgets.lines import Lines

_LOW, _TALL = 16, 32
_RUN_RANK = 13
_STANDING_SHARE = 20
_PROBE_SECONDS = 0.2
"""How often the lane of a probe is drawn, while there is one."""


class ReleaseScreen(FrameScreen):
    """Draws one release and follows it through every picture."""

    CSS_PATH = "release.tcss"
    BINDINGS = bindings_of(Scope.RELEASE)
    scopes = (Scope.RELEASE,)
    AUTO_FOCUS = "#endpoints"

    def __init__(self, release: ReleaseView) -> None:
        """Open `release` as it was when it was chosen."""
        super().__init__()
        self._release = release
        self._absence: Absence | None = None
        self._recent: Recent = NOTHING
        self._places: Places = {}
        self._zoomed: str | None = None
        self._standing = Standing()
        self._stand_again_at = 0.0
        self._stood: tuple[ReleaseView, int] | None = None

    def compose_body(self) -> ComposeResult:
        """Yield the summary and a list for each panel."""
        yield Lines(id="acts")
        yield Lines(id="summary")
        for name in PANELS:
            yield LineList(id=name)
            if name == "traffic":
                yield Lines(id="probe")
        yield Lines(id="rest")

    def on_mount(self) -> None:
        """Watch the events of the release's namespace, and its metrics."""
        self.set_interval(_PROBE_SECONDS, self._draw_probe)
        self.host.watch_events(self._release.namespace)
        self.host.watch_metrics(self._release.key)

    def on_unmount(self) -> None:
        """Watch no events any more, and the metrics of the fleet again; probe nothing."""
        self.host.probing.leave()
        self.host.watch_events(None)
        self.host.watch_metrics(None)

    def framed_release(self, scene: Scene) -> ReleaseView | None:
        """Return the open release; how one stands that cannot be seen, nobody knows."""
        if self._absence is not None and not self._absence.known:
            return msgspec.structs.replace(self._release, state=State.UNKNOWN, since=None)
        return self._release

    def draw_body(self, scene: Scene, width: int, rows: int) -> None:
        """Find the release in the picture and draw its panels."""
        self._follow(scene)
        self._stand(scene)
        # A release that is not in the picture keeps its marks too.
        scene = replace(scene, places={identity(self._release): self._places})
        summary = summary_lines(self._release, self._absence, width, _summary_rows(rows))
        block = self.query_one("#summary", Lines)
        block.show(summary)
        set_rows(block, len(summary))
        acts = act_lines(scene.running, self._standing.half_done, width)
        noted = self.query_one("#acts", Lines)
        noted.show(acts)
        set_rows(noted, len(acts))
        rows -= len(acts)
        rows -= self._draw_probe()
        rest = rest_rows(rows) if self._zoomed == "events" else 0
        room = rows - len(summary) - rest
        moments = self._standing.moments
        shown, division = fitted(self._release, scene, self._recent, width - 2, room, self._zoomed, moments)
        self.set_class(division.airy, "-airy")
        for name in PANELS:
            panel = self._panel(name)
            rows_of_panel = division.rows[name]
            panel.show(folded(shown[name], rows_of_panel), dimmed=scene.stale or self._absence is not None)
            set_rows(panel, rows_of_panel)
        set_rows(self.query_one("#rest", Lines), rest)
        self._draw_rest()

    def _draw_probe(self) -> int:
        """Draw what the probe has seen, and return the rows that it takes."""
        tall = self.size.height >= _TALL
        self.host.probing.follow(self._release)
        lane = None if self._zoomed else self.host.probing.lane
        lines = probe_lines(lane, self._places, self.size.width, tall=tall)
        block = self.query_one("#probe", Lines)
        block.show(lines)
        set_rows(block, len(lines))
        return len(lines)

    @on(LineList.Selected)
    def _draw_rest(self) -> None:
        """Show the whole of the selected event, where the events have the screen."""
        block = self.query_one("#rest", Lines)
        event = self._panel("events").selected_key
        if block.display and block.styles.height is not None:
            rows = int(block.styles.height.value)
            block.show(event_lines(event, self.size.width, rows) if isinstance(event, EventView) else ())

    @property
    def dimmed(self) -> Dimmed:
        """Acts that cannot be done to the release now, each with the reason."""
        return self._standing.dimmed

    def _stand(self, scene: Scene) -> None:
        """Find out what can be done, when the release or what the runner knows of it has changed.

        With thousands of pods that takes long, so it is not done with every picture: a twentieth of the time at most.
        """
        acting, changed = self.host.acting, self._stood != (self._release, scene.news)
        began = acting.moment()
        if changed and began >= self._stand_again_at:
            self._stood = (self._release, scene.news)
            self._standing = acting.standing(self._release)
            self._stand_again_at = acting.moment() + _STANDING_SHARE * (acting.moment() - began)

    def _follow(self, scene: Scene) -> None:
        found = find_again(self._release, scene.picture.releases)
        if found is None:
            # While kinds are still being listed, a release that is not there yet is not gone.
            self._absence = absence_of(self._release, scene.picture)
            return
        if found.key != self._release.key:
            self.host.watch_metrics(found.key)
        self._release, self._absence = found, None
        self._places = scene.places.get(identity(found), {})
        self._recent = remembered(self._recent, found, scene)

    def _panel(self, name: str) -> LineList:
        return self.query_one(f"#{name}", LineList)

    def _focused_panel(self) -> LineList | None:
        return self.focused if isinstance(self.focused, LineList) else None

    def action_act(self, act: str) -> None:
        """Plan an act on the release."""
        wanted = Act(act)
        acts = acts_to_ask(wanted, self.dimmed, palette=not action_for(wanted).keys)
        half = self._standing.half_done
        if self.host.acting.busy is None and not acts:
            self.host.say(reason_against(wanted, self.dimmed), grave=True)
        else:
            act_id = half.id if half is not None and wanted in {Act.UNDO, Act.FINISH} else ""
            self.host.acting.ask(self._release, acts or (wanted,), act_id)

    def action_run(self) -> None:
        """Show the plan that runs, or the one that ended last."""
        self.host.acting.show_run()

    def action_probe(self) -> None:
        """Ask whom to probe, and probe; or stop that."""
        self.host.probing.toggle(self._release)

    def action_faster(self) -> None:
        """Let the probe ask more often."""
        self.host.probing.change_rate(up=True)

    def action_slower(self) -> None:
        """Let the probe ask less often."""
        self.host.probing.change_rate(up=False)

    def framed_actions(self, scene: Scene) -> tuple[Action, ...]:
        """Return the actions of a release; the keys of the run and of the probe stand there while there is one."""
        told = {"release.run": ("run", self.host.acting.run is not None)}
        told["release.probe"] = ("stop probe", self.host.probing.running)
        return tuple(
            replace(action, label=told[action.id][0], in_footer=_RUN_RANK)
            if action.id in told and told[action.id][1]
            else action
            for action in super().framed_actions(scene)
        )

    def action_chart(self) -> None:
        """Show the metrics as charts."""
        self.app.push_screen(ChartScreen(self._release, self._standing.moments))

    def action_back(self) -> None:
        """Leave the zoom, else the release."""
        if self._zoomed:
            self.action_zoom()
        else:
            self.app.pop_screen()

    def action_zoom(self) -> None:
        """Give all rows to the panel that has the focus, or share them again."""
        panel = self._focused_panel()
        self._zoomed = None if self._zoomed or panel is None else panel.id
        self.draw(self.host.scene)

    def action_next_panel(self) -> None:
        """Go to the next panel."""
        self._go_to_panel(1)

    def action_previous_panel(self) -> None:
        """Go to the panel before."""
        self._go_to_panel(-1)

    def _go_to_panel(self, by: int) -> None:
        names = [name for name in PANELS if self._zoomed or self._panel(name).display]
        panel = self._focused_panel()
        place = names.index(panel.id) if panel and panel.id in names else 0
        target = names[(place + by) % len(names)]
        if self._zoomed:
            self._zoomed = target
            self.draw(self.host.scene)
        self._panel(target).focus()

    def action_copy(self) -> None:
        """Copy what the selected row is about; the release's name where no row is selected."""
        panel = self._focused_panel()
        key = panel.selected_key if panel else None
        self.host.copy(copied_text(self._release, self._recent, key))

    @on(LineList.Opened)
    def action_open(self) -> None:
        """Show the object of the selected row."""
        panel = self._focused_panel()
        key = panel.selected_key if panel else None
        target = object_of(self._release, self._recent, key)
        if target and is_gone(self._release, self._recent, key):
            self.host.say(f"{target} is gone: this row only tells that it left.")
        elif target:
            kind, name = target.split("/", 1)
            self.host.open_object(kind, self._release.namespace, name)
        elif panel and panel.selected_key is not None:
            self.host.say("No object is known to stand behind this row.")

    def action_objects(self) -> None:
        """Let one of the release's objects be picked, and show it."""
        pods = (pod.name for version in self._release.versions for pod in version.pods or ())
        members = tuple(f"{member.kind}/{member.name}" for member in self._release.members)
        names = dict.fromkeys((*members, *(f"Pod/{name}" for name in pods)))
        choices = tuple(Choice(name, name) for name in names)
        self.app.push_screen(PickScreen(f"Objects of {self._release.name}", choices), self._open_picked)

    def _open_picked(self, picked: str | None) -> None:
        if picked:
            kind, name = picked.split("/", 1)
            self.host.open_object(kind, self._release.namespace, name)


def _summary_rows(rows: int) -> int:
    if rows < _LOW:
        return 1
    return 2 if rows < _TALL else 4


def remembered(before: Recent, release: ReleaseView, scene: Scene) -> Recent:
    """Return what is known of joins and leaves; what cannot be read now has not left."""
    services = release.services
    if scene.stale or services is None or any(service.endpoints is None for service in services):
        return before
    endpoints = ((service.name, endpoint) for service in services for endpoint in service.endpoints or ())
    return advance(before, endpoints, scene.now)
