"""What screens ask of the app that they run in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from textual.screen import Screen

from cockpit.release.view import ReleaseView
from cockpit.ui.scene import Scene

if TYPE_CHECKING:
    from cockpit.ui.acting import Acting
    from cockpit.ui.probing import Probing

ResultT = TypeVar("ResultT")


class Host(Protocol):
    """The app as its screens know it."""

    @property
    def scene(self) -> Scene:
        """What there is to draw now."""

    @property
    def acting(self) -> Acting:
        """What the app does for acts."""

    @property
    def probing(self) -> Probing:
        """What the app does for probes."""

    def open_release(self, release: ReleaseView) -> None:
        """Open the screen of a release."""

    def open_object(self, kind: str, namespace: str, name: str) -> None:
        """Show the YAML of an object."""

    def watch_events(self, namespace: str | None) -> None:
        """Watch the events of a namespace, and no other's; None watches none."""

    def watch_metrics(self, release: tuple[str, str] | None) -> None:
        """Ask often for the metrics of a release (namespace, name), and no other's; None asks for the fleet's."""

    async def read_object(self, kind: str, namespace: str, name: str) -> str:
        """Return an object as YAML.

        Raises:
            CockpitError: the object is gone, may not be read, or the server cannot be reached.
        """

    def copy(self, text: str, whole: bool = False) -> None:
        """Copy `text` to the clipboard, and say so: as one inert line, or `whole` with its line breaks."""

    def say(self, sentence: str, grave: bool = False) -> None:
        """Show a sentence for a short while."""


def host_of(screen: Screen[ResultT]) -> Host:
    """Return the app of a screen as its host."""
    return cast(Host, screen.app)
