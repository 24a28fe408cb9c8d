"""What a subscriber may ask of the live room: the screens, `get` and the runner know no more than this."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from cockpit.live.picture import Picture
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView

Listener = Callable[[Picture], None]


class Feed(Protocol):
    """A cluster under watch. All methods belong to the event loop that called `start`."""

    @property
    def picture(self) -> Picture:
        """The latest picture; before the first answer an empty one that says "connecting"."""

    def now(self) -> datetime:
        """Return the time by the server's clock (the local clock until the server has answered)."""

    async def start(self) -> None:
        """Begin to watch. Returns at once; failures appear in the picture."""

    async def stop(self) -> None:
        """End every watch and close the connection."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` in the loop with every picture that differs from the last; returns how to unsubscribe."""

    def watch_events(self, namespace: str | None) -> None:
        """Watch the events of `namespace`, and no longer those of the one before; None watches none."""

    def watch_metrics(self, release: tuple[str, str] | None) -> None:
        """Ask often for the metrics of one release (namespace, name); None asks for the fleet's, less often."""

    async def with_metrics(self, releases: Sequence[ReleaseView]) -> Picture:
        """Read the metrics of some releases once, and return the picture with them.

        It takes a few seconds at most: what is not answered by then is missing.
        """

    def subject(self, namespace: str, name: str) -> Subject | None:
        """Return a release with everything around it as it is now, None where there is no such release."""

    async def list_namespaces(self) -> tuple[str, ...]:
        """Return the names of all namespaces.

        Raises:
            CockpitError: the server cannot be reached, or the user may not list namespaces.
        """

    async def read_object(self, kind: str, namespace: str, name: str) -> str:
        """Return one object as YAML, secrets masked.

        Raises:
            CockpitError: the object is gone, may not be read, or the server cannot be reached.
        """
