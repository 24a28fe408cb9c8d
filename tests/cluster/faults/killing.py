"""Kills the command (-9) at a write of its plan, and looks what a cockpit that is started afterwards makes of it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from cockpit.actions.acts import Act
from cockpit.actions.examination import Consent
from cockpit.actions.record import ActRecord, Done
from cockpit.errors import CockpitError
from cockpit.runner.progress import Result
from tests.cluster.drive import Cockpit
from tests.cluster.faults.asked import Asked, Nature
from tests.cluster.faults.cases import Case, Spot
from tests.cluster.faults.essence import Essence, Lookout, essence
from tests.cluster.faults.fault import Fault
from tests.cluster.faults.proxy import FaultProxy
from tests.cluster.faults.truth import lies
from tests.cluster.stage import Place, Stage
from tests.cluster.virtual_loop import VirtualLoop

_PACE = 8.0  # simulated seconds a second, while commands run
_CHILD_SECONDS = 60.0 * _PACE
_SETTLING_SECONDS = 30.0
_ENDS = ((Fault.STALL_BEFORE, Act.UNDO), (Fault.STALL_AFTER, Act.UNDO), (Fault.STALL_AFTER, Act.FINISH))


@dataclass
class Victim:
    """One command in a namespace of its own, to be killed at its `nth` write; `way` is what is done about it."""

    spot: Spot
    nth: int
    fault: Fault
    way: Act
    begun: Essence
    lookout: Lookout
    stalled: asyncio.Event = field(default_factory=asyncio.Event)
    writes: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Where it is killed, and what is done then."""
        return f"{self.fault} at write {self.nth + 1}, then {self.way.value}"


class Killing:
    """All victims of one kind of plan on one embedded cluster. `command` lacks only the flags."""

    def __init__(self, case: Case, command: Sequence[str], stage: Stage, proxy: FaultProxy, pilot: Cockpit) -> None:
        assert stage.cluster is not None
        self._case, self._command = case, command
        self._stage, self._proxy, self._pilot = stage, proxy, pilot
        self._store = stage.cluster.store
        self._numbers = count(1)
        self._goal: Essence | None = None
        self.victims: list[Victim] = []

    async def prepare(self) -> None:
        """Run the plan once, to see where it leads; then make a victim for each side of each write and each way."""
        scout = await self._spot()
        details = self._case.details(scout)
        plan = await self._pilot.plan(self._case.release, self._case.act, scout.namespace, **details)
        await self._pilot.run(plan)
        self._goal = essence(self._store, scout.namespace)
        self.victims = [await self._victim(nth, *end) for nth in range(len(plan.changes)) for end in _ENDS]

    async def kill(self, place: Place, journal: Path) -> None:
        """Run every command at the pace of real time, and kill it when its write stalls."""
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        by_namespace = {victim.spot.namespace: victim for victim in self.victims}
        self._proxy.spoil = lambda asked: _stalled(by_namespace.get(asked.namespace), asked)
        self._proxy.on_stall = lambda asked: by_namespace[asked.namespace].stalled.set()
        environ = {**os.environ, "COCKPIT_JOURNAL": str(journal), "HOME": str(journal.parent), "NO_COLOR": "1"}
        turn = asyncio.Semaphore(os.cpu_count() or 2)
        loop.pace = _PACE
        await asyncio.gather(*(self._kill(victim, place, environ, turn) for victim in self.victims))
        loop.pace = 0.0
        self._proxy.spoil = lambda _: None

    async def look(self, victim: Victim, second: Cockpit) -> None:
        """See that a cockpit started anew tells the truth of it, and goes the way that is asked for."""
        space = victim.spot.namespace
        release = next(one for one in second.feed.picture.releases if one.namespace == space)
        try:
            record = await self._settled(second, space)
        except LookupError as error:
            victim.problems.append(str(error))
            return
        victim.problems += lies(record, self._store)
        half = second.runner.half_done(release)
        if record.half_done and (half is None or half.id != record.id):
            victim.problems.append("a new cockpit does not say that the act is half done")
        await self._go(victim, second, record, release.name)
        victim.problems += victim.lookout.emptied
        victim.lookout.close()

    async def _settled(self, second: Cockpit, space: str) -> ActRecord:
        """Return the act when every lost answer was looked up, which the runner does by itself."""
        for _ in range(int(_SETTLING_SECONDS)):
            found = [record for record in second.runner.acts() if record.plan.namespace == space]
            if found and all(entry.done is not Done.SENT for entry in found[0].changes):
                return found[0]
            await asyncio.sleep(1)
        raise LookupError(f"the journal knows nothing, or not what came of a write: {[one.changes for one in found]}")

    async def _go(self, victim: Victim, second: Cockpit, record: ActRecord, release: str) -> None:
        space = victim.spot.namespace
        if not any(entry.done is Done.DONE for entry in record.changes):
            wanted, held = victim.begun, essence(self._store, space, with_ports=True)
        else:
            with_ports = victim.way is Act.UNDO
            wanted = victim.begun if with_ports else self._goal or victim.begun
            try:
                plan = await second.plan(release, victim.way, space, act_id=record.id)
                progress = await second.run(plan, Consent(reason="after a kill"))
                if progress.result is not Result.HELD:
                    victim.problems.append(f"{progress.result.value}: {progress.message} {progress.waiting_for}")
            except CockpitError as error:
                if self._case.one_way and victim.way is Act.UNDO:
                    await self._roll_back(victim, second, release)
                    return
                if essence(self._store, space, with_ports) != wanted:
                    victim.problems.append(str(error))
            held = essence(self._store, space, with_ports)
        if held != wanted:
            victim.problems.append(f"{held} is not {wanted}")

    async def _roll_back(self, victim: Victim, second: Cockpit, release: str) -> None:
        """Go back the other way, where the pods are gone that an undo would lead the traffic to."""
        plan = await second.plan(release, Act.ROLLBACK, victim.spot.namespace)
        progress = await second.run(plan, Consent(reason="after a kill"))
        if progress.result is not Result.HELD:
            victim.problems.append(f"rollback: {progress.result.value}: {progress.message} {progress.waiting_for}")

    async def _kill(self, victim: Victim, place: Place, environ: Mapping[str, str], turn: asyncio.Semaphore) -> None:
        flags = ("--yes", "-n", victim.spot.namespace, "--kubeconfig", place.kubeconfig, "--context", place.context)
        command = [sys.executable, "-m", "cockpit", *self._command, *flags]
        pipe = asyncio.subprocess.PIPE
        async with turn:
            child = await asyncio.create_subprocess_exec(*command, env=dict(environ), stdout=pipe, stderr=pipe)
            output = asyncio.ensure_future(child.communicate())
            stalled = asyncio.ensure_future(victim.stalled.wait())
            await asyncio.wait((output, stalled), timeout=_CHILD_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if not stalled.done():
                victim.problems.append("the write never came")
            stalled.cancel()
            if output.done():
                victim.problems.append(f"the command ended by itself: {b' '.join(output.result()).decode()[-600:]}")
            with suppress(ProcessLookupError):
                child.kill()
            await output

    async def _victim(self, nth: int, fault: Fault, way: Act) -> Victim:
        spot = await self._spot()
        begun = essence(self._store, spot.namespace, with_ports=True)
        return Victim(spot, nth, fault, way, begun, Lookout(self._store, spot.namespace))

    async def _spot(self) -> Spot:
        spot = Spot(self._stage, self._pilot, self._proxy, f"victim-{next(self._numbers)}")
        await self._stage.make_namespace(spot.namespace)
        await self._stage.apply(*self._case.manifests, namespace=spot.namespace)
        await self._case.prepare(spot)
        return spot


def _stalled(victim: Victim | None, asked: Asked) -> Fault | None:
    if victim is None or asked.nature is not Nature.WRITE:
        return None
    victim.writes += 1
    return victim.fault if victim.writes == victim.nth + 1 else None
