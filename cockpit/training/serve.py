"""Serving the embedded cluster.

In a process of its own (`cockpit cluster`, and the child of `cockpit demo`):

    await serve(ServeOptions(scenario="tour", kubeconfig=Path("kubeconfig"), speed=1.0, seed=1))

It listens on a free port of 127.0.0.1, writes the kubeconfig (mode 0600, in one step) only then, and runs until it is
cancelled or gets SIGTERM or SIGINT. With `exit_with_parent` it also ends when its standard input does: a parent that
holds the other end of a pipe, and dies, takes it along.

In a test's own process:

    async with ClusterServer(scenario="tour", seed=1) as cluster:
        cluster.url              # "http://127.0.0.1:PORT/as/TOKEN" of the administrator
        cluster.kubeconfig       # Path of a file with the contexts demo (current), admin, viewer and operator
        cluster.token("viewer")  # for an Authorization header; cluster.url_of("viewer") carries it in its path
        cluster.clock.step(5.0)  # five simulated seconds pass at once; nothing moves by itself
        cluster.registry         # reads and writes without HTTP: get, create, patch, delete
        cluster.store.compact()  # forget all history: running watches from older revisions get 410
        cluster.drop_watches()   # end every watch, as a restarted API server does

Simulated time stands still in a `ClusterServer` unless `speed` says otherwise, begins at `now`, and moves on the event
loop's thread only. The same scenario, seed and `now` give the same cluster; tokens and the port are fresh each time.
`hidden_from_viewer` names kinds (plurals) that the viewer may not read, `viewer_namespaces` the only ones that it may;
both become RBAC objects like all other rights, and change with these. Custom kinds that come with the cockpit
(`training.shipped`) are defined once the kubeconfig is written, before the first request is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from cockpit.training.api.registry import Registry
from cockpit.training.api.roles import ViewerLimits
from cockpit.training.api.store import Change, Store
from cockpit.training.clock import ClockDriver, SimulatedClock
from cockpit.training.cluster import Cluster
from cockpit.training.director import Director
from cockpit.training.http_api.access import Access
from cockpit.training.http_api.server import TOKEN_PREFIX, ApiHandler
from cockpit.training.http_api.sockets import QuietServer
from cockpit.training.kubeconfig import check_replaceable, kubeconfig, write_kubeconfig
from cockpit.training.scenario import DEFAULT, Scenario, load
from cockpit.training.tempo import told_speed

_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How to serve: `scenario` is a name or a path, `speed` simulated seconds a second, `port` 0 any free one."""

    kubeconfig: Path
    scenario: str = DEFAULT
    speed: float = 1.0
    seed: int = 1
    port: int = 0
    exit_with_parent: bool = False
    hidden_from_viewer: tuple[str, ...] = ()
    viewer_namespaces: tuple[str, ...] = ()
    on_listening: Callable[[str], None] | None = None  # called with the address, without any token


class ClusterServer:
    """The embedded cluster behind HTTP, as an async context manager; see the module's own text."""

    def __init__(
        self,
        scenario: str | Scenario = DEFAULT,
        seed: int = 1,
        speed: float = 0.0,
        now: float | None = None,
        kubeconfig: Path | None = None,
        port: int = 0,
        hidden_from_viewer: tuple[str, ...] = (),
        viewer_namespaces: tuple[str, ...] = (),
        history: int = 5000,
    ) -> None:
        self._scenario = load(scenario) if isinstance(scenario, str) else scenario
        start = time.time() if now is None else now
        limits = ViewerLimits(frozenset(hidden_from_viewer), frozenset(viewer_namespaces))
        self.cluster = Cluster(seed, start - self._scenario.past, self._scenario.images, history, limits)
        self._director = Director(self.cluster, self._scenario, start)
        self._speed = speed
        self._driver = ClockDriver(self.cluster.clock, speed)
        self.cluster.store.subscribe(self._heed)
        self._access = Access(self.cluster.authorizer)
        self._handler = ApiHandler(self.cluster, self._driver, self._access, self._director.give_way)
        self._port = port
        self._directory: tempfile.TemporaryDirectory[str] | None = None
        self._kubeconfig = kubeconfig
        self._web = QuietServer(self._handler.handle)
        self._listener: asyncio.Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def clock(self) -> SimulatedClock:
        """Simulated time; `step(seconds)` lets it pass."""
        return self.cluster.clock

    @property
    def registry(self) -> Registry:
        """Reads and writes without HTTP."""
        return self.cluster.registry

    @property
    def store(self) -> Store:
        """The objects and their history."""
        return self.cluster.store

    @property
    def address(self) -> str:
        """Where it listens, without any token, e.g. "http://127.0.0.1:40123"."""
        return f"http://{_LOOPBACK}:{self._port}"

    @property
    def url(self) -> str:
        """The administrator's server URL."""
        return self.url_of("admin")

    @property
    def kubeconfig(self) -> Path:
        """The kubeconfig's file.

        Raises:
            RuntimeError: it is not served yet.
        """
        if self._kubeconfig is None:
            raise RuntimeError("the kubeconfig is written when the cluster is served")
        return self._kubeconfig

    def token(self, user: str = "admin") -> str:
        """Return the bearer token of `admin`, `viewer` or `operator`."""
        return self._access.tokens[user]

    def url_of(self, user: str) -> str:
        """Return the server URL that carries a user's token in its path."""
        return f"{self.address}{TOKEN_PREFIX}{self.token(user)}"

    def set_speed(self, speed: float) -> None:
        """Let `speed` simulated seconds pass a second from now on; 0 pauses."""
        self._driver.set_speed(speed)

    def _heed(self, change: Change) -> None:
        """Change the speed where somebody asks for it with kubectl."""
        if (speed := told_speed(change, self._speed)) is not None:
            self.set_speed(speed)

    def drop_watches(self) -> None:
        """End every watch, as when an API server restarts; clients may come back at once."""
        self._handler.drop_watches()

    async def __aenter__(self) -> ClusterServer:
        """Live through the scenario's past, listen, then write the kubeconfig.

        Raises:
            CockpitError: the kubeconfig cannot be written, or would replace somebody's own.
        """
        if self._kubeconfig is not None:
            check_replaceable(self._kubeconfig)
        self._director.begin()
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._web, _LOOPBACK, self._port)
        self._port = int(self._listener.sockets[0].getsockname()[1])
        self._task = asyncio.create_task(self._driver.run(), name="training clock")
        if self._kubeconfig is None:
            self._directory = tempfile.TemporaryDirectory(prefix="cockpit-")
            self._kubeconfig = Path(self._directory.name) / "kubeconfig"
        config = kubeconfig(self.address, self._access.tokens, self._scenario.namespace)
        write_kubeconfig(self._kubeconfig, config)
        self.cluster.define()  # after all that somebody may wait for, and before the first request is heard
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening, end every watch, remove a kubeconfig of our own."""
        self._handler.close()
        if self._listener is not None:
            self._listener.close()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._web.shutdown(0.2)
        if self._directory is not None:
            self._directory.cleanup()

    async def failure(self) -> None:
        """Wait for ever, or raise what stopped the clock."""
        if self._task is not None:
            await asyncio.shield(self._task)


async def serve(options: ServeOptions) -> None:
    """Serve a scenario until cancelled, told to stop, or left alone by its parent.

    Raises:
        UsageError: there is no such scenario.
        CockpitError: the kubeconfig cannot be written, or would replace somebody's own.
    """
    server = ClusterServer(
        scenario=options.scenario,
        seed=options.seed,
        speed=options.speed,
        kubeconfig=options.kubeconfig,
        port=options.port,
        hidden_from_viewer=options.hidden_from_viewer,
        viewer_namespaces=options.viewer_namespaces,
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with server:
        _collect_seldom()
        if options.on_listening is not None:
            options.on_listening(server.address)
        waits = [asyncio.create_task(stop.wait()), asyncio.create_task(server.failure())]
        if options.exit_with_parent:
            waits.append(asyncio.create_task(_end_of_input()))
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in waits:
                task.cancel()


def _collect_seldom() -> None:
    """Spare the garbage collector the objects that stay: it holds everybody up, and JSON makes no cycles."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


async def _end_of_input() -> None:
    """Wait until standard input is closed, which the end of the parent does, or the parent is another."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    parent = os.getppid()

    def read() -> None:
        if not os.read(descriptor, 4096):
            loop.remove_reader(descriptor)
            ended.set()

    descriptor = sys.stdin.fileno()
    with contextlib.suppress(PermissionError):  # a file cannot be waited for; then the parent's id tells alone
        loop.add_reader(descriptor, read)
    while not ended.is_set() and os.getppid() == parent:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await ended.wait()
