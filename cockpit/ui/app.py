"""The app: puts feed, themes and screens together, and does nothing else."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import App
from textual.worker import Worker, WorkerState

from cockpit.actions.table import Scope
from cockpit.errors import CockpitError, UnreachableError
from cockpit.fault import TRACEBACK_VARIABLE, fault_sentence
from cockpit.live.picture import Picture
from cockpit.release.view import ReleaseView
from cockpit.resources.inert import inert
from cockpit.runner.runner import Connections
from cockpit.ui.acting import Acting
from cockpit.ui.bindings import bindings_of
from cockpit.ui.choosing import Choosing
from cockpit.ui.current_connection import CurrentConnection
from cockpit.ui.leaving import leave_at_last
from cockpit.ui.marks import Places, places_by_release
from cockpit.ui.messages import PictureArrived
from cockpit.ui.mishap import mishap_sentence, run_mishap_sentence
from cockpit.ui.panels.help import help_lines
from cockpit.ui.panels.watches import watch_lines
from cockpit.ui.probing import Probing
from cockpit.ui.scene import Drawn, Scene
from cockpit.ui.screens.fleet import FleetScreen
from cockpit.ui.screens.object import ObjectScreen
from cockpit.ui.screens.page import PageScreen
from cockpit.ui.screens.release import ReleaseScreen
from cockpit.ui.text import cut, shortened
from cockpit.ui.themes import DEFAULT_THEME, FALLBACK_VARIABLES, load_themes, own_folder, user_folder

if TYPE_CHECKING:
    from textual.command import Provider


def _commands() -> type[Provider]:
    # The palette is read from disk when it is opened first, not before the first paint.
    from cockpit.ui.commands import CockpitCommands

    return CockpitCommands


class CockpitApp(App[None]):
    """The cockpit's screen on the connections that it is given."""

    CSS_PATH = "app.tcss"
    TITLE = "cockpit"
    BINDINGS = bindings_of(Scope.GLOBAL)
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar = {_commands}

    def __init__(
        self,
        connections: Connections,
        context: str | None = None,
        namespaces: tuple[str, ...] | None = None,
        theme: str = DEFAULT_THEME,
        theme_folders: Sequence[Path] | None = None,
        notices: Sequence[str] = (),
        clock: Callable[[], float] = time.monotonic,
        kubeconfig: str = "",
        ready: Callable[[], Coroutine[object, object, None]] | None = None,
    ) -> None:
        """Watch `context` (None: the current one) and `namespaces` (None: the context's own, (): all of them).

        `theme_folders` replaces the folders in which themes are looked for; `notices` are
        said at the start, and kept among the watches; `clock` returns seconds and never jumps;
        `kubeconfig` is the file that kubectl lines have to name, "" for kubectl's own. `ready` is awaited, behind the
        first picture, before anything is connected.
        """
        super().__init__()
        self._start_with = (context, namespaces)
        self._places: Mapping[str, Places] = {}
        self._current = CurrentConnection(connections, self._on_picture)
        self.acting = Acting(self, self._current, clock, self.say, self._on_progress, kubeconfig)
        self.probing = Probing(self, self._current, self.say, self._redraw)
        self._choosing = Choosing(self, self._current, self._go_to, self.say)
        self._notices = tuple(notices)
        self._settled = False
        self._until_ready = ready
        self._problems = self._use_themes(theme, theme_folders)
        self.animation_level = "none"

    def _use_themes(self, wanted: str, folders: Sequence[Path] | None) -> tuple[str, ...]:
        themes = load_themes(folders if folders is not None else (own_folder(), user_folder()))
        if not themes.by_name:
            return (*themes.problems, "No theme was found; reinstall the cockpit to get its own back.")
        for theme in themes.by_name.values():
            self.register_theme(theme)
        known = wanted in themes.by_name
        self.theme = wanted if known else min(themes.by_name, key=lambda name: (name != DEFAULT_THEME, name))
        # Textual's own themes have no colours for states and versions.
        for name in set(self.available_themes) - set(themes.by_name):
            self.unregister_theme(name)
        names = ", ".join(themes.by_name)
        return (*themes.problems, *(() if known else (f"There is no theme {wanted!r}; there are {names}.",)))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return colours for themes that lack ours."""
        return dict(FALLBACK_VARIABLES)

    def on_mount(self) -> None:
        """Show the frame at once, then connect."""
        self.push_screen(FleetScreen())
        # A terminal that is closed, or a kill: leave as for "q", so that nothing stays behind.
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._leave, number)
        for problem in self._problems:
            self.say(problem, grave=True)
        for notice in self._notices:
            self.say(notice)
        self.set_interval(1.0, self._draw)
        self.call_after_refresh(self._watch, *self._start_with)

    def _leave(self, number: int) -> None:
        leave_at_last(number)
        self.exit()

    async def on_unmount(self) -> None:
        """Stop probing and watching."""
        await self.probing.close()
        await self._current.stop()

    def _watch(self, context: str | None, namespaces: tuple[str, ...] | None) -> None:
        self.run_worker(self._connect(context, namespaces), group="feed", exclusive=True, exit_on_error=False)

    async def _connect(self, context: str | None, namespaces: tuple[str, ...] | None) -> None:
        try:
            if self._until_ready is not None:
                await self._until_ready()
        except CockpitError as error:
            self._current.give_up(str(error))
            return
        await self._current.change(context, namespaces)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what nobody foresaw in the work behind the screens; the cockpit goes on."""
        error = event.worker.error
        if event.state is not WorkerState.ERROR or error is None:
            return
        if event.worker.group == "feed":
            self._current.give_up(mishap_sentence(error))
        elif event.worker.group == "run":
            self.say(run_mishap_sentence(error), grave=True)
        else:
            self.say(mishap_sentence(error), grave=True)

    def _on_picture(self, _picture: Picture) -> None:
        self.post_message(PictureArrived())

    def _on_progress(self) -> None:
        self.probing.hear(self.acting.run)
        self._redraw()

    def _redraw(self) -> None:
        self.post_message(PictureArrived())

    @on(PictureArrived)
    def _draw_picture(self) -> None:
        if not self._settled and self._current.picture.complete:
            # Modules, classes and the first picture stay: a collector that walked them again and again would stop the
            # loop for 50 ms and more each time.
            gc.freeze()
            self._settled = True
        self._places = places_by_release(self._current.picture.releases, self._places)
        self._draw()

    def _draw(self) -> None:
        scene = self.scene
        for screen in self.screen_stack:
            if isinstance(screen, Drawn) and (screen.is_current or screen.is_active):
                screen.draw(scene)

    @property
    def scene(self) -> Scene:
        """What there is to draw now."""
        runner, going = self._current.runner, self.acting.going
        return Scene(
            self._current.picture,
            self._current.now(),
            self._places,
            read_only=runner.read_only if runner else "No cluster is connected.",
            production=runner.production if runner else False,
            running=going.progress if going else None,
            news=self._current.news,
        )

    def open_release(self, release: ReleaseView) -> None:
        """Open the screen of a release."""
        self.push_screen(ReleaseScreen(release))

    def open_object(self, kind: str, namespace: str, name: str) -> None:
        """Show the YAML of an object."""
        self.push_screen(ObjectScreen(kind, namespace, name))

    def watch_events(self, namespace: str | None) -> None:
        """Watch the events of a namespace, and no other's."""
        if self._current.feed is not None:
            self._current.feed.watch_events(namespace)

    def watch_metrics(self, release: tuple[str, str] | None) -> None:
        """Ask often for the metrics of a release, and no other's."""
        if self._current.feed is not None:
            self._current.feed.watch_metrics(release)

    async def read_object(self, kind: str, namespace: str, name: str) -> str:
        """Return an object as YAML.

        Raises:
            CockpitError: the object is gone, may not be read, or the server cannot be reached.
        """
        if self._current.feed is None:
            raise UnreachableError("No cluster is connected: pick a context with x.")
        return await self._current.feed.read_object(kind, namespace, name)

    def copy(self, text: str, whole: bool = False) -> None:
        """Copy `text` to the clipboard, and say so: as one inert line, or `whole` with its line breaks."""
        self.copy_to_clipboard(text if whole else inert(text))
        count = len(text.splitlines())
        shown = f"{count} line{'' if count == 1 else 's'}" if whole else cut(text, 40)
        self.say(f"Copied {shown}, if the terminal allows it (OSC 52; tmux needs set-clipboard on).")

    def _fatal_error(self) -> None:
        """Say in two sentences that the screen has failed.

        Textual has no public hook for this, and its own account shows all local variables, tokens among them.
        """
        error = sys.exc_info()[1]
        if error is None or os.environ.get(TRACEBACK_VARIABLE):
            super()._fatal_error()
        else:
            self.panic(Text(fault_sentence(error)))

    def say(self, sentence: str, grave: bool = False) -> None:
        """Show a sentence for a short while."""
        self.notify(inert(shortened(sentence)), severity="warning" if grave else "information", markup=False)

    def action_help(self) -> None:
        """Show every key, those of the screen in front first."""
        dimmed = getattr(self.screen, "dimmed", {})
        scopes = getattr(self.screen, "scopes", ())
        self.push_screen(PageScreen("Keys", lambda _scene, width: help_lines(width, dimmed, scopes)))

    def action_watches(self) -> None:
        """Show the state of every watch, and what of the journal cannot be read."""
        notes = self._current.runner.journal_notes if self._current.runner is not None else ()
        self.push_screen(PageScreen("Watches", partial(watch_lines, notices=(*self._notices, *notes))))

    async def action_quit(self) -> None:
        """Leave the cockpit; while a plan runs, ask first."""
        self.acting.quit()

    def action_palette(self) -> None:
        """Open the command palette."""
        self.action_command_palette()

    def action_theme(self) -> None:
        """Let a theme be picked."""
        self._choosing.theme()

    def action_context(self) -> None:
        """Let a context be picked."""
        if self.acting.may_leave():
            self._choosing.context()

    def action_namespace(self) -> None:
        """Let a namespace be picked."""
        if self.acting.may_leave():
            self._choosing.namespace()

    def _go_to(self, context: str | None, namespaces: tuple[str, ...] | None) -> None:
        """Leave what is open, and watch something else."""
        while not isinstance(self.screen, FleetScreen) and len(self.screen_stack) > 1:
            self.pop_screen()
        self._watch(context, namespaces)
