"""Every request of every kind of plan fails in turn, in every way; no truth, no way and no endpoint is lost by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product
from pathlib import Path

import pytest

from tests.cluster.drive import cockpit
from tests.cluster.faults.cases import CASES, Case
from tests.cluster.faults.essence import essence
from tests.cluster.faults.fault import EACH
from tests.cluster.faults.proxy import FaultProxy
from tests.cluster.faults.spoiling import Spoiler, Trial, through
from tests.cluster.faults.table import TALLY
from tests.cluster.stage import Place, Stage, embedded_stage
from tests.cluster.virtual_loop import run_virtually

pytestmark = pytest.mark.embedded


@asynccontextmanager
async def laid(folder: Path) -> AsyncIterator[tuple[Stage, FaultProxy, Place]]:
    """Lay an embedded cluster with a proxy in front of it."""
    async with embedded_stage() as stage:
        assert stage.cluster is not None
        async with FaultProxy(int(stage.cluster.address.rpartition(":")[2])) as proxy:
            yield stage, proxy, through(proxy, stage, folder)


async def spoil_everything(case: Case, folder: Path) -> list[Trial]:
    """Return every trial of one kind of plan; those that ended half-way were tried twice, once for each way."""
    journal = folder / "journal"
    async with laid(folder) as (stage, proxy, place):
        async with cockpit(stage, journal, (), place) as first:
            spoiler = Spoiler(case, stage, proxy, first, journal)
            scout = await spoiler.trial()
            assert scout.problems == []
            assert stage.cluster is not None
            goal = essence(stage.cluster.store, scout.spot.namespace)
            trials: list[Trial] = []
            for fault, nth in product(EACH, range(scout.requests)):
                trials.append(trial := await spoiler.trial(fault, nth))
                if trial.did_something and not trial.half_done:
                    await spoiler.go_back(trial, first)
            again = [await spoiler.trial(trial.fault, trial.nth) for trial in trials if trial.half_done]
        async with cockpit(stage, journal, (), place) as second:
            await second.until_remembered()
            for trial in trials:
                if trial.half_done:
                    await spoiler.go_back(trial, second)
            for trial in again:
                await spoiler.go_on(trial, second, goal)
        return [*trials, *again]


PARAMETERS = [pytest.param(case, id=case.name.replace(", ", "-")) for case in CASES]


@pytest.mark.parametrize("case", PARAMETERS)
def test_whatever_fails_the_journal_is_true_both_ways_are_open_and_no_service_is_emptied(
    case: Case, tmp_path: Path
) -> None:
    trials = run_virtually(spoil_everything(case, tmp_path))
    for trial in trials:
        TALLY.note(case.name, trial.fault.value if trial.fault else "", not trial.problems)
    failed = [f"{trial.words}: {problem}" for trial in trials for problem in trial.problems]
    assert not failed, "\n".join(failed[:20])
