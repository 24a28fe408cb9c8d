"""A release under a runner that does what a test says, and somebody at the terminal who answers what a test says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from cockpit.actions.acts import Act
from cockpit.actions.change import Change, ChangeKind, FieldChange, Given
from cockpit.actions.conditions import EndpointsOnly
from cockpit.actions.examination import Answer, ChangeFindings, Consent, Examination, Right
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.plan import Plan
from cockpit.actions.record import ActRecord, ChangeRecord, Done
from cockpit.actions.request import Request
from cockpit.errors import CockpitError
from cockpit.live.picture import ConnectionState, Picture
from cockpit.metrics.probe.order import ProbeOrder
from cockpit.metrics.probe.run import Asker
from cockpit.release.inference import infer
from cockpit.release.subject import Subject, subject_of
from cockpit.release.view import ReleaseView
from cockpit.resources.references import ObjectRef
from cockpit.runner.progress import EndpointMove, Progress, Result, Step, StepState
from tests.release.world import SCENARIOS, World
from tests.ui.fakes import NOW, FakeFeed

SERVICE = ObjectRef("Service", "default", "shop", "uid-of-the-service")
SELECTOR = ("spec", "selector", "version")


def shop() -> Subject:
    """Return the release of the scenario "selector-switch"."""
    inventory = World(SCENARIOS / "selector-switch.yaml").settle().inventory()
    (membership,) = infer(inventory)
    return subject_of(membership, inventory)


SUBJECT = shop()
GREEN = next(version for version in SUBJECT.view.versions if version.name == "green")


def switch(before: str = "blue", after: str = "green") -> Change:
    return Change(
        kind=ChangeKind.PATCH,
        object=SERVICE,
        summary=f"select version {after} instead of {before}",
        fields=(FieldChange(SELECTOR, before, after),),
        given=(Given(("spec", "selector"), {"app": "shop", "version": before}),),
    )


PLAN = Plan(
    act=Act.SWITCH,
    namespace="default",
    release="shop",
    workload_uids=tuple(workload.metadata.uid for workload in SUBJECT.workloads),
    title="Switch Service shop from blue to green",
    why="New connections go to green from then on.",
    drawn_at=NOW,
    changes=(switch(),),
    guards=(Guard(GuardId.TARGET_EMPTY, Outcome.PASS, "green has 3 ready pods."),),
    expects=(EndpointsOnly("shop", GREEN.workload, GREEN.hash),),
    effects=("shop reaches green.",),
    reason="blue is slow",
)
EXAMINED = Examination(
    changes=(ChangeFindings(Right("patch", "", "services", "default", name="shop"), Answer.YES, Answer.YES),),
    complete=True,
)
BLOCKED = Guard(GuardId.TARGET_SMALL, Outcome.BLOCK, "green has 1 ready pod.", "Scale it up.", can_override=True)
HELD = Progress(
    PLAN,
    (Step("select version green instead of blue", StepState.DONE, milliseconds=7),),
    Result.HELD,
    moves=(EndpointMove("shop", "10.244.0.9:8080", "shop-green-1", "green", True, 12),),
    agreed_milliseconds=34,
    act_id="a1",
)


def record(
    act_id: str = "a1", done: Sequence[Done] = (Done.DONE,), plan: Plan = PLAN, *, ended: bool = True
) -> ActRecord:
    """Return an act; the plan has a change for each end in `done`."""
    whole = msgspec.structs.replace(plan, changes=(plan.changes[0],) * len(done))
    changes = tuple(ChangeRecord(change, end) for change, end in zip(whole.changes, done, strict=True))
    return ActRecord(act_id, NOW, "ann@desk", "kind", "https://kind:6443", whole, changes, ended)


@dataclass
class FakeRunner:
    """Implements `cockpit.runner.runner.Runner`. What is asked of it is kept; `runs` is what a run comes to."""

    drawn: Plan | CockpitError = PLAN
    examination: Examination = EXAMINED
    runs: Sequence[Progress] = (HELD,)
    read_only: str = ""
    production: bool = False
    journal_notes: tuple[str, ...] = ()
    records: tuple[ActRecord, ...] = ()
    asked: list[Request] = field(default_factory=list)
    examined: list[Plan] = field(default_factory=list)
    ran: list[tuple[Plan, Consent]] = field(default_factory=list)

    def unavailable(self, subject: Subject) -> dict[str, str]:
        return {}

    def on_news(self, listener: Callable[[], None]) -> Callable[[], None]:
        return lambda: None

    async def plan(self, subject: Subject, request: Request) -> Plan:
        self.asked.append(request)
        if isinstance(self.drawn, CockpitError):
            raise self.drawn
        return self.drawn

    async def examine(self, plan: Plan, listener: Callable[[Examination], None]) -> Examination:
        self.examined.append(plan)
        return self.examination

    async def run(
        self, plan: Plan, examination: Examination, consent: Consent, listener: Callable[[Progress], None]
    ) -> Progress:
        self.ran.append((plan, consent))
        for progress in self.runs:
            listener(progress)
        return self.runs[-1]

    def stop(self) -> None:
        """Nothing runs."""

    def acts(self, release: ReleaseView | None = None) -> tuple[ActRecord, ...]:
        return self.records

    def half_done(self, release: ReleaseView) -> ActRecord | None:
        return None


class ReadyFeed(FakeFeed):
    """Publishes its picture as soon as it starts."""

    async def start(self) -> None:
        await super().start()
        self.publish(self.picture)


@dataclass
class FakeConnection:
    """One release under one runner."""

    runner: FakeRunner
    feed: ReadyFeed = field(default_factory=lambda: feed(SUBJECT))

    async def asker(self, order: ProbeOrder, namespace: str) -> Asker:
        raise NotImplementedError


def feed(*subjects: Subject) -> ReadyFeed:
    """Return a feed that shows the releases of these subjects."""
    made = ReadyFeed(
        Picture(
            context="kind",
            namespaces=("default",),
            connection=ConnectionState.LIVE,
            observed_at=NOW,
            releases=tuple(subject.view for subject in subjects),
            complete=True,
        )
    )
    made.subjects = {subject.view.key: subject for subject in subjects}
    return made


@dataclass
class FakeConnections:
    """Opens the same connection whatever is asked for; `opened` keeps what was."""

    connection: FakeConnection
    opened: list[tuple[str | None, tuple[str, ...] | None]] = field(default_factory=list)

    def contexts(self) -> tuple[str, ...]:
        return ("kind",)

    def open(self, context: str | None, namespaces: tuple[str, ...] | None) -> FakeConnection:
        self.opened.append((context, namespaces))
        return self.connection


@dataclass
class FakeTerminal:
    """Somebody who answers with `answers`, one after the other; nobody sits there without any."""

    answers: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.interactive = bool(self.answers)

    def write(self, text: str) -> None:
        self.written.append(text)

    def tell(self, text: str) -> None:
        self.told.append(text)

    async def ask(self, question: str) -> str:
        self.questions.append(question)
        return self.answers.pop(0)
