"""A connection to an embedded cluster in this process, whose time is the loop's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cockpit.actions.acts import Act
from cockpit.actions.examination import Consent, Examination
from cockpit.actions.plan import Plan
from cockpit.actions.record import ActRecord
from cockpit.actions.request import Request
from cockpit.kube.write import Writer
from cockpit.live.live_feeds import LiveFeeds
from cockpit.live.once import first_complete
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView
from cockpit.runner.cluster import KubeCluster
from cockpit.runner.connections import LiveConnection, LiveConnections
from cockpit.runner.history import acts_of
from cockpit.runner.journal_records import read_acts
from cockpit.runner.live_runner import LiveRunner
from cockpit.runner.progress import Progress
from cockpit.runner.settings import RunnerSettings
from cockpit.training.api.kinds import SERVICE
from cockpit.training.serve import ClusterServer
from tests.runner.saboteur import Saboteur

NOON = 1_795_262_400.0


@dataclass
class Bench:
    """What a test holds in its hands: a cluster, a connection to it, and all that was told."""

    cluster: ClusterServer
    connection: LiveConnection
    saboteur: Saboteur
    runner: LiveRunner
    journal: Path
    progress: list[Progress] = field(default_factory=list)
    findings: list[Examination] = field(default_factory=list)

    @property
    def release(self) -> ReleaseView:
        """The one release of the scenario."""
        return self.connection.feed.picture.releases[0]

    @property
    def subject(self) -> Subject:
        """The same with everything around it."""
        found = self.connection.feed.subject(self.release.namespace, self.release.name)
        assert found is not None
        return found

    async def plan(self, act: Act, version: str = "", act_id: str = "") -> Plan:
        """Make a plan."""
        return await self.runner.plan(self.subject, Request(act, version=version, act_id=act_id))

    async def do(self, act: Act, version: str = "", act_id: str = "") -> Progress:
        """Make and run a plan."""
        return await self.run(await self.plan(act, version, act_id))

    async def examine(self, plan: Plan) -> Examination:
        """Examine a plan."""
        return await self.runner.examine(plan, self.findings.append)

    async def run(self, plan: Plan, consent: Consent | None = None) -> Progress:
        """Examine and run a plan."""
        consent = consent or Consent("because", plan.release, frozenset(guard.id.value for guard in plan.guards))
        found = await self.examine(plan)
        return await self.runner.run(plan, found, consent, self.progress.append)

    def acts(self) -> tuple[ActRecord, ...]:
        """Return what the journal says of the release, read from the disk."""
        return acts_of(read_acts(self.journal).records, self.release)

    def selector(self, service: str) -> object:
        """Return the selector of a Service as the cluster has it."""
        return self.cluster.registry.get(SERVICE, "default", service)["spec"]["selector"]

    async def until(self, true: Callable[[], object], what: str) -> None:
        """Wait until something is so."""
        for _ in range(2000):
            if true():
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"never seen: {what}")


@asynccontextmanager
async def bench(
    folder: Path, scenario: str = "selector-switch", context: str = "admin", read_only: bool = False
) -> AsyncIterator[Bench]:
    """Serve a scenario and watch it."""
    journal = folder / "state" / "journal.jsonl"
    cluster = ClusterServer(scenario, now=NOON, speed=1.0)
    async with cluster, connected(cluster, journal, context, read_only) as made:
        yield made


@asynccontextmanager
async def connected(
    cluster: ClusterServer, journal: Path, context: str = "admin", read_only: bool = False
) -> AsyncIterator[Bench]:
    """Watch a cluster that is served."""
    settings = RunnerSettings(journal, "alice", read_only=read_only)
    connections = LiveConnections(LiveFeeds(str(cluster.kubeconfig), environ={}), settings)
    connection = connections.open(context, ("default",))
    try:
        picture = await first_complete(connection.feed)
        assert picture.complete
        session = connection.feed.session
        saboteur = Saboteur(KubeCluster(session, Writer(session, connection.runner.read_only)))
        runner = LiveRunner(connection.feed, session, settings, saboteur)
        connection.feed.before_stop(runner.close)
        yield Bench(cluster, connection, saboteur, runner, journal)
    finally:
        await connection.feed.stop()
