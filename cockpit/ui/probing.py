"""What the app does for probes: asks whom to probe, runs at most one, and notes when plans write meanwhile."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from textual.app import App

from cockpit.errors import CockpitError
from cockpit.metrics.probe.order import ProbeOrder
from cockpit.metrics.probe.run import Probe
from cockpit.metrics.probe.tally import Seen
from cockpit.metrics.probe.target import ProxyTarget
from cockpit.metrics.probe.typed import order_from, typed_of
from cockpit.metrics.probe.versions import Known
from cockpit.release.view import ReleaseView
from cockpit.runner.find import is_of
from cockpit.ui.current_connection import CurrentConnection
from cockpit.ui.lane import TRAIL, Lane, Write, other_rate
from cockpit.ui.marks import identity
from cockpit.ui.mishap import mishap_sentence
from cockpit.ui.runs import Run, writes_sent
from cockpit.ui.screens.dialogs import Dialogs

_GROUP = "probe"
_NOTE = (
    "A URL, service/NAME[:PORT][/path] or pod/NAME…, then --rate N, --header NAME:VALUE, --identify HOW. "
    "Through the API server (service/, pod/) it sees no observed split of the traffic."
)


class Probing:
    """Wires the probe of the open release to the screen; belongs to the app's event loop."""

    def __init__(
        self,
        app: App[None],
        connection: CurrentConnection,
        say: Callable[[str, bool], None],
        on_change: Callable[[], None],
    ) -> None:
        """`on_change` is called when a probe begins, ends or changes its rate; answers are there to be looked at."""
        self._app = app
        self._connection = connection
        self._say = say
        self._on_change = on_change
        self._orders: dict[tuple[str, str], ProbeOrder] = {}
        self._release: ReleaseView | None = None
        self._order: ProbeOrder | None = None
        self._probe: Probe | None = None
        self._task: asyncio.Task[None] | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._trail: deque[Seen | Write] = deque(maxlen=TRAIL)
        self._known = Known()
        self._written: tuple[Run | None, int] = (None, 0)

    @property
    def running(self) -> bool:
        """Whether a probe runs."""
        return self._task is not None

    @property
    def lane(self) -> Lane | None:
        """What there is to draw: a probe that runs or ran since the release was opened, None where there is none."""
        if self._probe is None or self._order is None:
            return None
        through_api = isinstance(self._order.target, ProxyTarget)
        return Lane(
            target=self._order.target.label,
            through_api=through_api,
            rate=self._probe.rate,
            running=self.running,
            trail=tuple(self._trail),
            summary=self._probe.tally.summary(),
            known=self._known,
        )

    def toggle(self, release: ReleaseView) -> None:
        """Stop the probe that runs, else ask for one."""
        if self.running:
            self._stop()
        else:
            self._app.run_worker(self._ask(release), group=_GROUP, exclusive=True, exit_on_error=False)

    async def _ask(self, release: ReleaseView) -> None:
        before = self._orders.get(self._key(release))

        def problem(text: str) -> str:
            try:
                order_from(text, before)
            except CockpitError as error:
                return str(error)
            return ""

        typed = typed_of(before) if before else suggestion(release)
        text = await Dialogs(self._app).field(f"Probe for {release.name}", typed, problem, _NOTE)
        if text is not None:
            await self._start(release, order_from(text, before))

    async def _start(self, release: ReleaseView, order: ProbeOrder) -> None:
        self._orders[self._key(release)] = order
        try:
            asker = await self._connection.asker(order, release.namespace)
        except CockpitError as error:
            self._say(str(error), True)
            return
        self._stop()
        self._release, self._order, self._known = release, order, Known()
        self._trail.clear()
        self._probe = Probe(asker, order.limits, self._trail.append)
        # No worker of the screen library: whoever waits for its workers would wait for a probe without end.
        self._task = asyncio.get_running_loop().create_task(self._probe.run())
        self._ending.add(self._task)
        self._task.add_done_callback(self._ended)
        self._on_change()
        # A task that is cancelled before its first step would close nothing.
        await asyncio.sleep(0)

    def _key(self, release: ReleaseView) -> tuple[str, str]:
        """Return what an order is remembered by: headers for one cluster must not go to another."""
        return (self._connection.picture.context, identity(release))

    def _stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            self._on_change()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._ending.discard(task)
        if task is self._task:
            self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            self._say(str(error) if isinstance(error, CockpitError) else mishap_sentence(error), True)
            self._on_change()

    def change_rate(self, up: bool) -> None:
        """Ask more often, or less often."""
        if self._probe is None or self._order is None or not self.running:
            self._say("No probe runs: o starts one.", False)
            return
        self._probe.rate = other_rate(self._probe.rate, up)
        self._say(f"The probe asks {self._probe.rate:g} times a second.", False)
        self._on_change()

    def follow(self, release: ReleaseView) -> None:
        """Take the open release as it is now: versions that answer may come and go."""
        if self._probe is not None:
            self._release, self._known = release, self._known.after(release.versions)

    def hear(self, run: Run | None) -> None:
        """Mark the moment where a plan for the probed release has sent another write."""
        known, before = self._written
        sent = writes_sent(run.progress) if run is not None else 0
        self._written = (run, sent)
        if run is None or self._probe is None or self._release is None or not self.running:
            return
        if sent > (before if run is known else 0) and is_of(run.plan, self._release):
            self._probe.mark(run.plan.act.value)
            self._trail.append(Write(run.plan.act.value))

    def leave(self) -> None:
        """Stop, and forget what was seen: the release is closed. What is still being opened must not begin after it."""
        self._app.workers.cancel_group(self._app, _GROUP)
        self._stop()
        self._probe, self._release, self._order = None, None, None
        self._trail.clear()

    async def close(self) -> None:
        """Stop, and wait until every connection is closed."""
        self.leave()
        await asyncio.gather(*self._ending, return_exceptions=True)


def suggestion(release: ReleaseView) -> str:
    """Return the target to begin with: the release's front door, through the API server; "" where it has none."""
    doors = [service for service in release.services or () if service.front_door]
    port = next((f":{port.port}" for door in doors for port in door.ports if port.protocol == "TCP"), "")
    return f"service/{doors[0].name}{port}" if doors else ""
