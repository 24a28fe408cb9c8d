"""Makes, examines and runs plans on one feed: wires the parts of this room together."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable

import msgspec

from cockpit.actions.acts import Act
from cockpit.actions.availability import rights_for, unavailable
from cockpit.actions.examination import Consent, Examination
from cockpit.actions.plan import Plan
from cockpit.actions.record import ActRecord
from cockpit.actions.request import Circumstances, Request
from cockpit.errors import CockpitError
from cockpit.kube.errors import ReadOnlyError
from cockpit.kube.session import Session
from cockpit.kube.write import Writer
from cockpit.live.feed import Feed
from cockpit.live.metrics_watch import FRESH
from cockpit.live.workers import Workers
from cockpit.release.metrics_view import observed_rates
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView
from cockpit.runner.board import Board
from cockpit.runner.cluster import Cluster, KubeCluster
from cockpit.runner.events import leave_events
from cockpit.runner.examine import Examiner, Templates
from cockpit.runner.find import release_of
from cockpit.runner.gate import check
from cockpit.runner.history import acts_of, half_done, last_done, last_good
from cockpit.runner.journal import Journal
from cockpit.runner.keeping import fetch_templates, keeping_what_it_deletes
from cockpit.runner.lost_search import LostAnswers
from cockpit.runner.memory import Memory
from cockpit.runner.planning import Planner
from cockpit.runner.progress import Progress, Result
from cockpit.runner.reverts import watch_for_reverts
from cockpit.runner.rights import Rights
from cockpit.runner.run import Run, Surroundings
from cockpit.runner.script import Script, Where
from cockpit.runner.settings import RunnerSettings

_LAST_ANSWER_SECONDS = 10.0

_logger = logging.getLogger(__name__)


class LiveRunner:
    """Implements `cockpit.runner.runner.Runner` on a Kubernetes API."""

    def __init__(
        self,
        feed: Feed,
        session: Session,
        settings: RunnerSettings,
        cluster: Cluster | None = None,
    ) -> None:
        """Act on what `feed` shows, by its `session`; tests bring a `cluster` that misbehaves."""
        access = session.access
        self._feed = feed
        self._session = session
        self._settings = settings
        self._where = Where(settings.who, access.context, access.address)
        self._cluster = cluster or KubeCluster(session, Writer(session, self.read_only))
        self._listeners: list[Callable[[], None]] = []
        self._workers = Workers(lambda sentence: _logger.warning("%s", sentence))
        self._journal = Journal(settings.journal)
        self._memory = Memory(settings.journal, self._is_ours, self._workers, _seconds, self._remembered)
        self._rights = Rights(self._cluster, self._workers, _seconds, self._news)
        self._planner = Planner(self._cluster, self._circumstances)
        self._templates: Templates = {}
        self._beginning = False
        self._lost_answers = LostAnswers(
            self._cluster, self._journal, self._memory, self._workers, feed.now, session.clock.sleep
        )
        self._run: Run | None = None
        self._task: asyncio.Task[Progress] | None = None
        self._reverts: asyncio.Task[None] | None = None

    @property
    def read_only(self) -> str:
        """Why nothing may be written, in a sentence; "" where writes are allowed."""
        return self._settings.why_read_only(self._session.access.context)

    @property
    def production(self) -> bool:
        """Whether the context is marked as production."""
        return self._settings.is_production(self._session.access.context)

    @property
    def journal_notes(self) -> tuple[str, ...]:
        """What of the journal cannot be read, a sentence each."""
        problem = (self._memory.problem,) if self._memory.problem else ()
        return (*problem, *self._memory.notes)

    def unavailable(self, subject: Subject) -> dict[str, str]:
        """Return the acts that cannot be done to a release now, each with the reason in a sentence."""
        if self.read_only:
            return {act.value: self.read_only for act in Act}
        acts = self.acts(subject.view)
        reasons = {act.value: why for act, why in unavailable(subject, last_done(acts), last_good(acts)).items()}
        if half_done(acts) is None:
            reasons.setdefault(Act.FINISH.value, "No act on this release ended half-way.")
        for act in Act:
            if act.value not in reasons and (why := self._rights.missing(rights_for(act, subject))):
                reasons[act.value] = why
        return reasons

    def on_news(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when something else may be said; returns how to end it."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    async def plan(self, subject: Subject, request: Request) -> Plan:
        """Return the plan for a request.

        Raises:
            CockpitError: the request cannot mean anything here, or what it needs cannot be read.
        """
        await self._memory.read()
        if self._memory.problem and request.act in {Act.UNDO, Act.FINISH, Act.LAST_GOOD}:
            raise CockpitError(self._memory.problem)
        return await self._planner.plan(subject, request, acts_of(self._memory.acts, subject.view))

    async def examine(self, plan: Plan, listener: Callable[[Examination], None]) -> Examination:
        """Try every change without effect; tell each finding as it comes."""
        self._templates = {}
        return await Examiner(self._cluster, plan, self._templates, listener).examine()

    async def run(
        self, plan: Plan, examination: Examination, consent: Consent, listener: Callable[[Progress], None]
    ) -> Progress:
        """Run a plan and watch until its result holds.

        Raises:
            ChangedError: what is seen now stands against the plan, as it did not when it was made.
            CockpitError: the consent does not suffice, writes are off, or the journal cannot be written.
        """
        if self.read_only:
            raise ReadOnlyError(f"{self.read_only} Nothing was sent.")
        before = self._run if self._task is not None and not self._task.done() else None
        if before is not None and not before.progress.only_watches:
            raise CockpitError(f'A plan runs already: "{before.plan.title}". Wait for its end, or stop it.')
        if self._beginning:
            raise CockpitError("A plan is about to run already. Wait for its end, or stop it.")
        subject = self._subject_of(plan)
        check(plan, examination, consent, subject, self._circumstances(subject))
        self._beginning = True
        try:
            if before is not None and self._task is not None:
                # Whoever must pause what rolls cannot wait until it has rolled.
                before.stop()
                await asyncio.wait([self._task])
            run = await self._begin(plan, consent, listener)
            # The run outlives whoever waits for it: a screen that closes must not leave a request without its answer.
            task = self._task = asyncio.create_task(self._watched(run), name="run of a plan")
        finally:
            self._beginning = False
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            run.stop()
            raise

    def stop(self) -> None:
        """Ask the plan that runs to send nothing more."""
        if self._run is not None:
            self._run.stop()

    def acts(self, release: ReleaseView | None = None) -> tuple[ActRecord, ...]:
        """Return what the journal remembers of this cluster, or of one release, the latest first."""
        records = self._memory.look()
        return records if release is None else acts_of(records, release)

    def half_done(self, release: ReleaseView) -> ActRecord | None:
        """Return the latest act on a release that ended half-way and was neither finished nor taken back."""
        return half_done(self.acts(release))

    async def close(self) -> None:
        """Let the request that is on its way be answered, send no other, and end all else."""
        self.stop()
        if self._task is not None and not self._task.done():
            await asyncio.wait([self._task], timeout=_LAST_ANSWER_SECONDS)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._workers.stop()

    def _subject_of(self, plan: Plan) -> Subject | None:
        view = release_of(plan, self._feed.picture.releases)
        return self._feed.subject(view.namespace, view.name) if view is not None else None

    async def _begin(self, plan: Plan, consent: Consent, listener: Callable[[Progress], None]) -> Run:
        await fetch_templates(self._cluster, plan, self._templates)
        plan = await keeping_what_it_deletes(self._cluster, plan)
        plan = msgspec.structs.replace(plan, reason=consent.reason or plan.reason)
        act_id = f"{self._feed.now():%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        script = Script(self._journal, act_id, plan, self._where, self._feed.now)
        await script.begin()
        if self._reverts is not None:
            self._reverts.cancel()
        around = Surroundings(
            cluster=self._cluster,
            feed=self._feed,
            monotonic=_seconds,
            sleep=self._session.clock.sleep,
            ways=self._ways,
            leave_events=self._leave_events,
        )
        self._run = Run(around, plan, script, Board(plan, act_id, listener), self._templates)
        return self._run

    async def _watched(self, run: Run) -> Progress:
        progress = await run.go()
        self._templates = {}
        await self._memory.read()
        if progress.result is Result.HELD:
            self._watch_for_reverts(run)
        return progress

    def _watch_for_reverts(self, run: Run) -> None:
        written = [(run.plan.changes[index], answer) for index, answer in run.answers.items()]

        def tell(sentence: str) -> None:
            run.warn(sentence)
            self._news()

        watching = watch_for_reverts(self._cluster, written, self._session.clock.sleep, tell)
        self._reverts = self._workers.start("watch for reverts", watching)

    def _leave_events(self, record: ActRecord) -> asyncio.Task[tuple[str, ...]]:
        return asyncio.create_task(leave_events(self._cluster, record, self._feed.now()))

    def _ways(self, record: ActRecord) -> tuple[Plan | None, Plan | None]:
        return self._planner.ways(self._subject_of(record.plan), record)

    def _circumstances(self, subject: Subject | None) -> Circumstances:
        settings, now = self._settings, self._feed.now()
        metrics = self._feed.picture.metrics.get(subject.view.key) if subject is not None else None
        return Circumstances(
            now,
            settings.who,
            self.production,
            settings.check,
            rates=observed_rates(metrics) if metrics is not None and now - metrics.until <= FRESH else {},
            weight_factor=settings.weight_factor,
        )

    def _is_ours(self, record: ActRecord) -> bool:
        return (record.server, record.context) == (self._where.server, self._where.context)

    def _remembered(self) -> None:
        self._lost_answers.search()
        self._news()

    def _news(self) -> None:
        for listener in tuple(self._listeners):
            try:
                listener()
            except Exception as error:  # one listener's fault must not keep the news from the others
                _logger.debug("a listener failed", exc_info=error)


def _seconds() -> float:
    """Return the loop's own time: what is waited for is waited for in it."""
    return asyncio.get_running_loop().time()
