"""Feed and runner that do what a test tells them to, at a time that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cockpit.actions.examination import Consent, Examination
from cockpit.actions.plan import Plan
from cockpit.actions.record import ActRecord
from cockpit.actions.request import Request
from cockpit.errors import CockpitError, UsageError
from cockpit.live.feed import Listener
from cockpit.live.picture import Picture
from cockpit.metrics.probe.order import ProbeOrder
from cockpit.metrics.probe.run import Asker
from cockpit.metrics.probe.tally import Reply
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView
from cockpit.runner.progress import Progress

NOW = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)


class FakeFeed:
    """A feed with one picture at a time; `objects` are answers of read_object by KIND/NAME."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._listeners: list[Listener] = []
        self.time = NOW
        self.objects: dict[str, str] = {}
        self.namespaces: tuple[str, ...] | CockpitError = ("default", "payments", "shop")
        self.events_of: list[str | None] = []
        self.metrics_of: list[tuple[str, str] | None] = []
        self.subjects: dict[tuple[str, str], Subject] = {}
        self.started = False
        self.stopped = False

    @property
    def picture(self) -> Picture:
        return self._picture

    def now(self) -> datetime:
        return self.time

    async def start(self) -> None:
        self.started = True

    async def stop(self) -> None:
        self.stopped = True

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def publish(self, picture: Picture) -> None:
        self._picture = picture
        for listener in list(self._listeners):
            listener(picture)

    def watch_events(self, namespace: str | None) -> None:
        self.events_of.append(namespace)

    def watch_metrics(self, release: tuple[str, str] | None) -> None:
        self.metrics_of.append(release)

    async def with_metrics(self, releases: Sequence[ReleaseView]) -> Picture:
        return self.picture

    def subject(self, namespace: str, name: str) -> Subject | None:
        return self.subjects.get((namespace, name))

    async def list_namespaces(self) -> tuple[str, ...]:
        if isinstance(self.namespaces, CockpitError):
            raise self.namespaces
        return self.namespaces

    async def read_object(self, kind: str, namespace: str, name: str) -> str:
        try:
            return self.objects[f"{kind}/{name}"]
        except KeyError:
            raise UsageError(f"{kind}/{name} is not in namespace {namespace} any more.") from None


class FakeRunner:
    """A runner that answers what a test wrote down: a plan, findings one after the other, progress step by step."""

    def __init__(self) -> None:
        self.read_only = ""
        self.production = False
        self.journal_notes: tuple[str, ...] = ()
        self.dimmed: dict[str, str] = {}
        self.half: ActRecord | None = None
        self.next_plan: Plan | CockpitError | None = None
        self.findings: Sequence[Examination] = (Examination(complete=True),)
        self.progress: Sequence[Progress] = ()
        self.refusal: CockpitError | None = None
        self.may_go_on = asyncio.Event()
        """Whether a run may report more than its first progress."""
        self.may_go_on.set()
        self.asked: list[Request] = []
        self.ran: list[tuple[Plan, Examination, Consent]] = []
        self.judged = 0
        self.stopped = False
        self._listeners: list[Callable[[], None]] = []

    def unavailable(self, subject: Subject) -> dict[str, str]:
        self.judged += 1
        return self.dimmed

    def on_news(self, listener: Callable[[], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self) -> None:
        for listener in list(self._listeners):
            listener()

    async def plan(self, subject: Subject, request: Request) -> Plan:
        self.asked.append(request)
        if isinstance(self.next_plan, CockpitError):
            raise self.next_plan
        assert self.next_plan is not None
        return self.next_plan

    async def examine(self, plan: Plan, listener: Callable[[Examination], None]) -> Examination:
        for findings in self.findings:
            listener(findings)
        return self.findings[-1]

    async def run(
        self, plan: Plan, examination: Examination, consent: Consent, listener: Callable[[Progress], None]
    ) -> Progress:
        if self.refusal:
            raise self.refusal
        self.ran.append((plan, examination, consent))
        for progress in self.progress:
            listener(progress)
            await self.may_go_on.wait()
        return self.progress[-1]

    def stop(self) -> None:
        self.stopped = True

    def acts(self, release: ReleaseView | None = None) -> tuple[ActRecord, ...]:
        return (self.half,) if self.half else ()

    def half_done(self, release: ReleaseView) -> ActRecord | None:
        return self.half


class FakeProbes:
    """Answers probes as a test says, at once; `orders` keeps what was ordered, `refusal` refuses it."""

    def __init__(self) -> None:
        self.orders: list[tuple[ProbeOrder, str]] = []
        self.reply = Reply(200, "v1")
        self.refusal: CockpitError | None = None
        self.may_open = asyncio.Event()
        """Whether credentials are there."""
        self.may_open.set()
        self.may_answer = asyncio.Event()
        """Whether requests get their answers."""
        self.may_answer.set()
        self.asked = 0
        self.closed = 0

    async def opened(self, order: ProbeOrder, namespace: str) -> Asker:
        self.orders.append((order, namespace))
        await self.may_open.wait()
        if self.refusal:
            raise self.refusal
        return self

    async def ask(self) -> Reply:
        self.asked += 1
        await self.may_answer.wait()
        return self.reply

    async def close(self) -> None:
        self.closed += 1


@dataclass(frozen=True)
class FakeConnection:
    """A fake feed beside a fake runner."""

    feed: FakeFeed
    runner: FakeRunner
    probes: FakeProbes

    async def asker(self, order: ProbeOrder, namespace: str) -> Asker:
        return await self.probes.opened(order, namespace)


class FakeConnections:
    """Opens connections on the feeds that a test made, by the name of their context."""

    def __init__(self, *feeds: FakeFeed) -> None:
        self.connections = {feed.picture.context: FakeConnection(feed, FakeRunner(), FakeProbes()) for feed in feeds}
        self.opened: list[tuple[str | None, tuple[str, ...] | None]] = []

    def contexts(self) -> tuple[str, ...]:
        return tuple(self.connections)

    def open(self, context: str | None, namespaces: tuple[str, ...] | None) -> FakeConnection:
        self.opened.append((context, namespaces))
        name = next(iter(self.connections)) if context is None else context
        if name not in self.connections:
            raise UsageError(f"There is no context {name!r} in the kubeconfig; pick another with x.")
        return self.connections[name]
