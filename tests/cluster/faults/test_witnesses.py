"""What the table of faults relies on can tell a lie from the truth, and an empty Service from one that serves."""

from __future__ import annotations

import pytest

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.record import ChangeRecord, Done
from cockpit.resources.kinds import SERVICE
from cockpit.resources.references import ObjectRef
from cockpit.training.api.kinds import DEPLOYMENT
from cockpit.training.api.patches import MERGE_PATCH, patch_of
from tests.cluster.faults.essence import Lookout, essence
from tests.cluster.faults.fault import Fault
from tests.cluster.faults.table import Tally
from tests.cluster.faults.truth import lies_of
from tests.cluster.stage import Stage, embedded_stage
from tests.cluster.virtual_loop import run_virtually
from tests.cluster.worlds import Images, blue_green

pytestmark = pytest.mark.embedded

KEY = ("spec", "selector", "version")


def switched(done: Done, before: str, after: str) -> ChangeRecord:
    fields = (FieldChange(KEY, before, after),)
    return ChangeRecord(Change(ChangeKind.PATCH, ObjectRef("Service", "default", "shop"), "switch", fields), done)


def test_a_journal_that_says_what_is_not_so_is_found_out() -> None:
    async def story() -> None:
        async with embedded_stage(*blue_green(Images())) as stage:
            assert stage.cluster is not None
            store = stage.cluster.store
            assert not lies_of(switched(Done.DONE, "green", "blue"), store)
            assert not lies_of(switched(Done.REFUSED, "blue", "green"), store)
            assert lies_of(switched(Done.DONE, "blue", "green"), store)
            assert lies_of(switched(Done.REFUSED, "green", "blue"), store)
            assert lies_of(switched(Done.SENT, "blue", "green"), store)

    run_virtually(story())


async def _settled(stage: Stage) -> Lookout:
    await stage.wait(30)
    assert stage.cluster is not None
    return Lookout(stage.cluster.store, stage.namespace)


def test_a_service_that_is_emptied_for_a_moment_is_noticed() -> None:
    async def story() -> None:
        async with embedded_stage(*blue_green(Images())) as stage:
            lookout = await _settled(stage)
            await stage.patch(SERVICE, "shop", {"spec": {"selector": {"version": "red"}}})
            await stage.wait(10)
            await stage.patch(SERVICE, "shop", {"spec": {"selector": {"version": "blue"}}})
            await stage.wait(10)
            assert [sentence.partition(" ")[0] for sentence in lookout.emptied] == ["shop"]

    run_virtually(story())


def test_a_switch_empties_nothing() -> None:
    async def story() -> None:
        async with embedded_stage(*blue_green(Images())) as stage:
            lookout = await _settled(stage)
            await stage.patch(SERVICE, "shop", {"spec": {"selector": {"version": "green"}}})
            await stage.wait(10)
            assert lookout.emptied == []

    run_virtually(story())


def test_what_matters_of_a_release_is_compared_and_nothing_else() -> None:
    async def story() -> None:
        async with embedded_stage(*blue_green(Images())) as stage:
            assert stage.cluster is not None
            before = essence(stage.cluster.store, "default")
            await stage.wait(30)
            assert essence(stage.cluster.store, "default") == before
            paused = patch_of(MERGE_PATCH, {"spec": {"paused": True}})
            stage.cluster.registry.patch(DEPLOYMENT, "default", "shop-blue", paused)
            assert essence(stage.cluster.store, "default") != before

    run_virtually(story())


def test_the_table_counts_by_act_and_fault() -> None:
    tally = Tally()
    for survived in (True, True, False):
        tally.note("switch", Fault.LOST.value, survived)
    assert [line.split()[-2:] for line in tally.lines()] == [["422", "all"], ["2/3", "2/3"], ["2/3", "2/3"]]
