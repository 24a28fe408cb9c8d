"""Takes pictures of the screens as SVG, without a terminal, from whatever connections it is given."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from cockpit.errors import UnreachableError
from cockpit.live.picture import Picture
from cockpit.runner.runner import Connections
from cockpit.ui.app import CockpitApp
from cockpit.ui.themes import DEFAULT_THEME, own_folder

_FONTS = "Fira Code, DejaVu Sans Mono, Menlo, Consolas, monospace"
_POLL = 0.05
_PATIENCE = 20.0
"""Seconds to wait for a picture, and for what a shot waits for."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the file's name without its ending, the keys to press first, the size in cells.

    `ready` says when keys may be pressed: by then the release has moved as far as the shot wants to show; `settled`
    says when, after them, the picture may be taken, and `pause` how many seconds later it is.
    """

    name: str
    keys: tuple[str, ...] = ()
    size: tuple[int, int] = (120, 40)
    theme: str = DEFAULT_THEME
    ready: Callable[[Picture], bool] = lambda picture: picture.complete
    settled: Callable[[Picture], bool] = lambda picture: True
    pause: float = 0.0


def keys_to(release: str, *more: str) -> tuple[str, ...]:
    """Return the keys that open a release from the fleet by its name, and those to press there."""
    return ("slash", *release, "enter", "enter", *more)


async def take(
    connections: Connections,
    shots: Iterable[Shot],
    folder: Path,
    context: str | None = None,
    namespaces: tuple[str, ...] | None = None,
) -> tuple[Path, ...]:
    """Write an SVG into `folder` for each of `shots`, and return their paths.

    The same pictures give the same files, byte by byte; ages are as frozen as the feeds' time is.

    Raises:
        UnreachableError: the cluster did not come as far as a shot waits for, in twenty seconds.
    """
    paths: list[Path] = []
    for shot in shots:
        svg = await _picture_of(connections, shot, context, namespaces)
        paths.append(folder / f"{shot.name}.svg")
        await asyncio.to_thread(_write, paths[-1], svg)
    return tuple(paths)


def _write(path: Path, svg: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(svg, encoding="utf-8", newline="\n")


async def _picture_of(
    connections: Connections, shot: Shot, context: str | None, namespaces: tuple[str, ...] | None
) -> str:
    app = CockpitApp(connections, context, namespaces, theme=shot.theme, theme_folders=(own_folder(),))
    async with app.run_test(size=shot.size) as pilot:
        await _wait(app, shot.name, shot.ready)
        await pilot.pause()
        for key in shot.keys:
            await _press(pilot, key)
        await _wait(app, shot.name, shot.settled)
        await pilot.pause(shot.pause)
        return portable(app.export_screenshot(title="cockpit"))


async def _wait(app: CockpitApp, name: str, condition: Callable[[Picture], bool]) -> None:
    for _ in range(int(_PATIENCE / _POLL)):
        if condition(app.scene.picture):
            return
        await asyncio.sleep(_POLL)
    said = app.scene.picture.connection_message or "the cluster did not come as far as the shot waits for."
    raise UnreachableError(f"No picture for {name}: {said}")


async def _press(pilot: Pilot[None], key: str) -> None:
    await pilot.press(key)
    # What a key starts may open a screen that starts something itself.
    while pending := [worker for worker in pilot.app.workers if worker.group != "feed"]:
        await pilot.app.workers.wait_for_complete(pending)
        await pilot.pause()
    await pilot.pause()


def portable(svg: str) -> str:
    """Return an SVG that is the same each time, and asks no other server for a font."""
    svg = re.sub(r"\bterminal-\d+-", "terminal-", svg)
    svg = re.sub(r"@font-face\s*{.*?}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code", f"font-family: {_FONTS}")
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"
