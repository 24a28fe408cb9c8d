"""Runs one kind of plan again and again, each time with another request of it spoilt, and looks what became of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from cockpit.actions.acts import Act
from cockpit.actions.examination import Consent
from cockpit.actions.record import ActRecord, Done
from cockpit.errors import CockpitError
from cockpit.runner.journal_records import read_acts
from cockpit.runner.progress import Progress, Result
from tests.cluster.drive import Cockpit
from tests.cluster.faults.asked import Asked, Nature
from tests.cluster.faults.cases import Case, Spot
from tests.cluster.faults.essence import Essence, Lookout, essence, pod_uids
from tests.cluster.faults.fault import Fault
from tests.cluster.faults.proxy import FaultProxy
from tests.cluster.faults.truth import lies
from tests.cluster.stage import Place, Stage

_LONGEST_SECONDS = 900.0


@dataclass
class Trial:
    """One run of one plan in a namespace of its own, with at most one request spoilt."""

    spot: Spot
    lookout: Lookout
    begun: Essence
    pods: set[str]
    fault: Fault | None = None
    nth: int = 0
    spoilt: Asked | None = None
    requests: int = 0
    progress: Progress | None = None
    record: ActRecord | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Which fault met which request."""
        what = self.spoilt.words if self.spoilt else "nothing"
        ended = self.progress.result.value if self.progress else "not run"
        return f"{self.fault} on request {self.nth + 1} ({what}), {ended}"

    @property
    def did_something(self) -> bool:
        """Whether the journal says that something was done, or may have been."""
        return self.record is not None and any(entry.done in {Done.DONE, Done.SENT} for entry in self.record.changes)

    @property
    def half_done(self) -> bool:
        """Whether the journal says that the act ended half-way."""
        return self.record is not None and self.record.half_done


class Spoiler:
    """All trials of one kind of plan on one embedded cluster."""

    def __init__(self, case: Case, stage: Stage, proxy: FaultProxy, first: Cockpit, journal: Path) -> None:
        self.case = case
        self._stage = stage
        self._proxy = proxy
        self._first = first
        self._journal = journal
        self._numbers = count(1)
        self._ready: list[Spot] = []
        assert stage.cluster is not None
        self._store = stage.cluster.store

    async def trial(self, fault: Fault | None = None, nth: int = 0) -> Trial:
        """Plan, examine and run with the `nth` request spoilt, and look at everything that a fault must not break."""
        spot = self._ready.pop() if self._ready else await self._new_spot()
        space = spot.namespace
        begun = essence(self._store, space, with_ports=True)
        trial = Trial(spot, Lookout(self._store, space), begun, pod_uids(self._store, space), fault, nth)
        known = {record.id for record in read_acts(self._journal).records}
        self._proxy.reached.clear()
        with _Spoiling(self._proxy, trial):
            await self._attempt(trial)
        fresh = [record for record in read_acts(self._journal).records if record.id not in known]
        trial.record = fresh[0] if fresh else None
        trial.problems += self._broken(trial)
        if not trial.did_something and not trial.problems:
            trial.lookout.close()
            self._ready.append(spot)
        return trial

    async def go_back(self, trial: Trial, second: Cockpit) -> None:
        """Undo what was done; the release must be as it was, or a sentence says why it cannot be."""
        refused = await self._go(trial, second, Act.UNDO)
        held = essence(self._store, trial.spot.namespace, with_ports=True)
        if refused and self.case.one_way:
            if trial.half_done:
                await self._go(trial, second, Act.ROLLBACK)
        elif refused and not self.case.final:
            trial.problems.append(f"undo: {refused}")
        elif not refused and held != trial.begun:
            trial.problems.append(f"undo: {held} is not {trial.begun}")
        trial.lookout.close()
        if not trial.problems and held == trial.begun and not self.case.final:
            self._ready.append(trial.spot)

    async def go_on(self, trial: Trial, second: Cockpit, goal: Essence) -> None:
        """Finish what was begun, as a cockpit that was started anew; the release must end as without a fault."""
        if refused := await self._go(trial, second, Act.FINISH):
            trial.problems.append(f"finish: {refused}")
        held = essence(self._store, trial.spot.namespace)
        if held != goal:
            trial.problems.append(f"finish: {held} is not {goal}")
        trial.lookout.close()

    async def _go(self, trial: Trial, second: Cockpit, way: Act) -> str:
        """Go one way; return why it is refused, "" where it led somewhere."""
        record = trial.record
        assert record is not None
        release = next(one for one in second.feed.picture.releases if one.namespace == trial.spot.namespace)
        half = second.runner.half_done(release)
        if record.half_done and (half is None or half.id != record.id):
            trial.problems.append(f"a restarted cockpit does not say that the act is half done: {half and half.id}")
        which = "" if way is Act.ROLLBACK else record.id
        try:
            plan = await second.plan(release.name, way, trial.spot.namespace, act_id=which)
            progress = await second.run(plan, Consent(reason="after a fault"))
        except CockpitError as error:
            return str(error)
        if progress.result is not Result.HELD:
            trial.problems.append(f"{way.value}: {progress.result.value} {progress.message} {progress.waiting_for}")
        trial.problems += [f"{way.value}: {sentence}" for sentence in trial.lookout.emptied]
        return ""

    async def _attempt(self, trial: Trial) -> None:
        name, space = self.case.release, trial.spot.namespace
        try:
            plan = await self._first.plan(name, self.case.act, space, **self.case.details(trial.spot))
            async with asyncio.timeout(_LONGEST_SECONDS):
                trial.progress = await self._first.run(plan, Consent(reason="a trial"))
        except CockpitError as error:
            if trial.fault is None:
                trial.problems.append(f"without any fault: {error}")
        except Exception as error:  # noqa: BLE001 - whatever it is, the table has to say it
            trial.problems.append(f"a fault of the cockpit: {error!r}")

    def _broken(self, trial: Trial) -> Iterator[str]:
        """Yield what must never be, whatever the fault."""
        yield from trial.lookout.emptied
        writes = Counter(one for one in self._proxy.reached if one.nature is Nature.WRITE)
        yield from (f"sent {times} times: {write.words}" for write, times in writes.items() if times > 1)
        if trial.record is not None:
            yield from lies(trial.record, self._store)
            if not trial.record.ended:
                yield "the journal does not say that the act ended"
        if not trial.did_something and essence(self._store, trial.spot.namespace, with_ports=True) != trial.begun:
            yield "the journal says that nothing was done, and something was"
        lost = trial.spoilt is not None and (trial.spoilt.nature, trial.spoilt.method) == (Nature.WRITE, "PATCH")
        changed = trial.progress is not None and trial.progress.result is Result.CHANGED
        if lost and trial.fault in {Fault.CONFLICT, Fault.LOST} and not changed:
            yield "nobody says that the picture changed under the plan"
        if trial.record is not None and trial.record.half_done and trial.progress is not None:
            yield from self._offers(trial.progress)

    def _offers(self, progress: Progress) -> Iterator[str]:
        if progress.way_on is None and not progress.message:
            yield "the run ended half-way, and offers no way on"
        if progress.way_back is None and not self.case.final:
            yield "the run ended half-way, and offers no way back"

    async def _new_spot(self) -> Spot:
        spot = Spot(self._stage, self._first, self._proxy, f"trial-{next(self._numbers)}")
        await self._stage.make_namespace(spot.namespace)
        await self._stage.apply(*self.case.manifests, namespace=spot.namespace)
        await self.case.prepare(spot)
        return spot


class _Spoiling:
    """Spoils one request of a trial while it is entered; counts them all."""

    def __init__(self, proxy: FaultProxy, trial: Trial) -> None:
        self._proxy = proxy
        self._trial = trial

    def __enter__(self) -> None:
        self._proxy.spoil = self._spoil

    def __exit__(self, *_: object) -> None:
        self._proxy.spoil = lambda _: None

    def _spoil(self, asked: Asked) -> Fault | None:
        trial = self._trial
        if asked.namespace != trial.spot.namespace or asked.nature is Nature.PICTURE:
            return None
        trial.requests += 1
        if trial.fault is None or trial.requests != trial.nth + 1:
            return None
        trial.spoilt = asked
        return trial.fault


def through(proxy: FaultProxy, stage: Stage, folder: Path) -> Place:
    """Return the way to a stage that leads through a proxy."""
    assert stage.cluster is not None
    text = stage.cluster.kubeconfig.read_text(encoding="utf-8")
    path = folder / "through-the-proxy"
    path.write_text(
        text.replace(stage.cluster.address.removeprefix("http://"), f"127.0.0.1:{proxy.port}"), encoding="utf-8"
    )
    return Place(str(path), stage.place.context)
