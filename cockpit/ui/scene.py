"""What a screen draws at one moment: the picture, the time, and what may be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from cockpit.live.picture import ConnectionState, Picture
from cockpit.runner.progress import Progress
from cockpit.ui.marks import Places


@dataclass(frozen=True, slots=True)
class Scene:
    """`now` is the time by the server's clock; `places` are the marks of every release's versions."""

    picture: Picture
    now: datetime
    places: Mapping[str, Places]
    read_only: str = ""
    """Why nothing may be written, in a sentence; "" where writes are allowed."""
    production: bool = False
    """Whether the context is marked as production."""
    running: Progress | None = None
    """The plan that runs, None where none does."""
    news: int = 0
    """Grows whenever what can be done may have changed without the picture."""

    @property
    def stale(self) -> bool:
        """Whether the server does not answer, so that what is drawn is how things were."""
        return self.picture.connection in {ConnectionState.UNREACHABLE, ConnectionState.REFUSED}


@runtime_checkable
class Drawn(Protocol):
    """A screen that draws scenes."""

    def draw(self, scene: Scene) -> None:
        """Draw `scene`; called with every new picture and once a second."""
