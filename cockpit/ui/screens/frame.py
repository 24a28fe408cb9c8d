"""The frame of the main screens: header, notices and footer, or one sentence where the terminal is too small."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget
from textual.worker import Worker, WorkerState

from cockpit.actions.table import Action, Scope, actions_in
from cockpit.release.view import ReleaseView
from cockpit.ui.ink import Line, span
from cockpit.ui.layout import too_small
from cockpit.ui.mishap import mishap_sentence
from cockpit.ui.offer import Dimmed, as_offered, dimmed_ids
from cockpit.ui.panels.footer import footer_line
from cockpit.ui.panels.header import header_line
from cockpit.ui.panels.notices import notice_lines
from cockpit.ui.scene import Scene
from cockpit.ui.screens.host import Host, host_of
from cockpit.ui.text import wrap
from cockpit.ui.widgets.lines import Lines

_TALL = 32


class FrameScreen(Screen[None]):
    """A screen with the frame; `scopes` says whose keys its footer shows."""

    scopes: ClassVar[tuple[Scope, ...]] = (Scope.GLOBAL,)
    AUTO_FOCUS = ""

    def compose(self) -> ComposeResult:
        """Put the frame around the body."""
        yield Lines(id="header")
        yield Lines(id="notices")
        yield from self.compose_body()
        yield Lines(id="footer")
        yield Lines(id="too-small")

    @abstractmethod
    def compose_body(self) -> ComposeResult:
        """Yield the widgets between header and footer."""

    @abstractmethod
    def draw_body(self, scene: Scene, width: int, rows: int) -> None:
        """Draw what is between header and footer, in `rows` rows."""

    def framed_release(self, scene: Scene) -> ReleaseView | None:
        """Return the release that the header names, if this screen is about one."""
        return None

    def framed_actions(self, scene: Scene) -> tuple[Action, ...]:
        """Return the actions that the footer may show."""
        return as_offered(actions_in(*self.scopes, Scope.GLOBAL), self.dimmed)

    @property
    def dimmed(self) -> Dimmed:
        """Acts that cannot be done here now, each with the reason."""
        return {}

    _had_focus: Widget | None = None
    """Who had the focus when the terminal became too small: what is hidden loses it."""

    @property
    def host(self) -> Host:
        """The app."""
        return host_of(self)

    def on_mount(self) -> None:
        """Draw what there is; pictures that came before the widgets were there are in it."""
        self.draw(self.host.scene)

    def on_resize(self) -> None:
        """Divide the rows anew."""
        self.draw(self.host.scene)

    def on_screen_resume(self) -> None:
        """Draw what happened while another screen was in front."""
        self.draw(self.host.scene)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what nobody foresaw in the work of this screen; the cockpit goes on."""
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.met_fault(mishap_sentence(event.worker.error))

    def met_fault(self, sentence: str) -> None:
        """Tell of a fault in the work of this screen."""
        self.host.say(sentence, grave=True)

    def draw(self, scene: Scene) -> None:
        """Draw frame and body."""
        width, height = self.size
        if not width or not self.query("#too-small"):
            # A picture can arrive before the widgets are there, and after they are gone.
            return
        sentence = too_small(width, height)
        self._make_room(bool(sentence))
        if sentence:
            self.query_one("#too-small", Lines).show([(span(line),) for line in wrap(sentence, width, height)])
            return
        notices = notice_lines(scene.picture, width, 4 if height >= _TALL else 2)
        self._show("notices", notices)
        self.draw_body(scene, width, height - 2 - len(notices))
        # The body finds out which release is open by now, and what can be done to it.
        actions = self.framed_actions(scene)
        self._show("footer", (footer_line(actions, width, dimmed_ids(actions, self.dimmed)),))
        self._show("header", (header_line(scene, self.framed_release(scene), width),))

    def _make_room(self, needed: bool) -> None:
        """Hide all but the sentence, or show everything again and give the keys back to who had them."""
        if needed and self.focused is not None:
            self._had_focus = self.focused
        self.set_class(needed, "-too-small")
        if not needed and self._had_focus is not None:
            self.call_after_refresh(self._had_focus.focus)
            self._had_focus = None

    def _show(self, block: str, lines: tuple[Line, ...]) -> None:
        widget = self.query_one(f"#{block}", Lines)
        widget.show(lines)
        set_rows(widget, len(lines))


def set_rows(widget: Widget, rows: int) -> None:
    """Give `widget` a height in rows, and take it away where that is 0."""
    if widget.display != bool(rows):
        widget.display = bool(rows)
    height = widget.styles.height
    if rows and (height is None or not height.is_cells or height.value != rows):
        widget.styles.height = rows
