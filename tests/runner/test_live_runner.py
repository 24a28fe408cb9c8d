"""The runner on the embedded cluster: what it does, what it writes down, and what it tells."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.change import ChangeKind
from cockpit.actions.examination import Answer, Consent
from cockpit.actions.guards import GuardId, Outcome
from cockpit.actions.record import Done
from cockpit.errors import ChangedError, CockpitError
from cockpit.kube.errors import ReadOnlyError
from cockpit.release.view import State
from cockpit.resources.kinds import kind_named
from cockpit.runner.journal import JournalError
from cockpit.runner.journal_lines import Begun, Sending, decoded
from cockpit.runner.progress import Result, StepState
from cockpit.training.api.kinds import DEPLOYMENT, EVENT, SERVICE
from tests.cluster.virtual_loop import run_virtually
from tests.runner.live import Bench, bench, connected

PAUSED = str(Path(__file__).parent / "paused.yaml")
BLUE = {"app": "shop", "version": "blue"}
GREEN = {"app": "shop", "version": "green"}


def on(folder: Path, story: Callable[[Bench], Coroutine[object, object, None]], **options: object) -> None:
    async def told() -> None:
        async with bench(folder, **options) as made:  # type: ignore[arg-type]
            await story(made)

    run_virtually(told())


async def paused(made: Bench) -> None:
    await made.until(lambda: made.release.state is State.PAUSED, "the pause")
    await made.until(lambda: len(made.release.versions) == 2, "two versions")


def test_a_switch_is_done_seen_and_told_with_the_endpoints_that_moved(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        progress = await made.do(Act.SWITCH, "green")
        assert progress.result is Result.HELD
        assert progress.agreed_milliseconds is not None
        assert {(move.version, move.joined) for move in progress.moves} == {("blue", False), ("green", True)}
        assert made.selector("shop") == GREEN
        assert made.progress[-1] == progress
        assert made.progress[0].steps[0].state is StepState.WAITING

    on(tmp_path, story)


def test_the_journal_knows_of_a_request_before_it_is_sent(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        known: list[object] = []
        made.saboteur.on_send = lambda _: known.extend(map(decoded, made.journal.read_bytes().splitlines()))
        await made.do(Act.SWITCH, "green")
        assert [type(line) for line in known] == [Begun, Sending]
        (record,) = made.acts()
        assert record.ended
        assert not record.running
        assert record.who == "alice"
        assert record.server == made.cluster.address
        assert record.changes[0].done is Done.DONE
        assert record.changes[0].resource_version
        assert record.plan.reason == "because"

    on(tmp_path, story)


def test_an_event_is_left_on_what_was_changed(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        progress = await made.do(Act.SWITCH, "green")
        assert progress.warnings == ()
        events = made.cluster.store.items(EVENT, "default")
        (event,) = [entry for entry in events if entry.get("reportingComponent") == "release-cockpit.dev/cockpit"]
        assert event["involvedObject"]["name"] == "shop"
        assert "because" in event["message"]

    on(tmp_path, story)


def test_undo_takes_the_last_act_back_and_is_itself_an_act(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        first = await made.do(Act.SWITCH, "green")
        second = await made.do(Act.UNDO)
        assert second.result is Result.HELD
        assert made.selector("shop") == BLUE
        by_id = {record.id: record for record in made.acts()}
        assert by_id[first.act_id].undone_by == second.act_id
        third = await made.do(Act.UNDO, act_id=second.act_id)
        assert made.selector("shop") == GREEN
        assert {record.id: record for record in made.acts()}[second.act_id].undone_by == third.act_id

    on(tmp_path, story)


def test_undoing_again_goes_one_more_step_back_and_never_forward(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        before = made.release.versions
        await made.do(Act.PAUSE, "green")
        await made.do(Act.SWITCH, "green")
        assert (await made.do(Act.UNDO)).plan.title.endswith("blue to green")
        assert "ause" in (await made.do(Act.UNDO)).plan.title
        assert made.selector("shop") == BLUE
        assert not made.cluster.registry.get(DEPLOYMENT, "default", "shop-green")["spec"].get("paused")
        assert len(made.release.versions) == len(before)
        with pytest.raises(CockpitError, match="nothing to undo"):
            await made.plan(Act.UNDO)

    on(tmp_path, story)


def test_a_restarted_cockpit_can_undo(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.do(Act.SWITCH, "green")
        async with connected(made.cluster, made.journal) as another:
            assert (await another.do(Act.UNDO)).result is Result.HELD
        assert made.selector("shop") == BLUE

    on(tmp_path, story)


def test_last_good_brings_back_what_held_before_the_acts(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.do(Act.SWITCH, "green")
        plan = await made.plan(Act.LAST_GOOD)
        assert plan.good is None
        assert (await made.run(plan)).result is Result.HELD
        assert made.selector("shop") == BLUE

    on(tmp_path, story)


def test_without_acts_there_is_nothing_to_undo_finish_or_return_to(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        for act in (Act.UNDO, Act.FINISH, Act.LAST_GOOD):
            with pytest.raises(CockpitError):
                await made.plan(act)
            assert act.value in made.runner.unavailable(made.subject)

    on(tmp_path, story)


def test_read_only_runs_nothing_and_dims_every_act(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        plan = await made.plan(Act.SWITCH, "green")
        with pytest.raises(ReadOnlyError):
            await made.run(plan)
        assert made.saboteur.sent == []
        assert set(made.runner.unavailable(made.subject)) == {act.value for act in Act}
        assert not made.journal.exists()

    on(tmp_path, story, read_only=True)


def test_a_journal_that_cannot_be_written_stops_writes_and_not_reading(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.journal.mkdir(parents=True)
        plan = await made.plan(Act.SWITCH, "green")
        with pytest.raises(JournalError):
            await made.run(plan)
        assert made.saboteur.sent == []
        assert made.selector("shop") == BLUE
        assert made.runner.journal_notes

    on(tmp_path, story)


def test_consent_that_does_not_suffice_sends_nothing(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        scaled = {**made.cluster.registry.get(DEPLOYMENT, "default", "shop-green")}
        scaled["spec"] = {**scaled["spec"], "replicas": 0}
        made.cluster.registry.replace(DEPLOYMENT, "default", "shop-green", scaled)
        await made.until(lambda: not made.release.versions[-1].counts.ready, "no green pods")
        plan = await made.plan(Act.SWITCH, "green")
        with pytest.raises(CockpitError):
            await made.run(plan, Consent())
        assert not made.journal.exists()

    on(tmp_path, story)


def change_selector(made: Bench, **labels: str) -> None:
    service = made.cluster.registry.get(SERVICE, "default", "shop")
    changed = {**service, "spec": {**service["spec"], "selector": {"app": "shop", **labels}}}
    made.cluster.registry.replace(SERVICE, "default", "shop", changed)


def test_what_changed_after_the_examination_is_not_written_over(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        plan = await made.plan(Act.SWITCH, "green")
        found = await made.examine(plan)
        change_selector(made, version="purple")
        progress = await made.runner.run(plan, found, Consent("because"), made.progress.append)
        assert progress.result is Result.CHANGED
        assert progress.steps[0].state is StepState.CHANGED
        assert "Nothing was changed" in progress.message
        assert made.selector("shop") == {"app": "shop", "version": "purple"}
        assert not made.acts()[0].half_done

    on(tmp_path, story)


def test_a_plan_is_judged_again_when_it_is_run_by_what_is_seen_then(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.do(Act.SWITCH, "green")
        plan = await made.plan(Act.CLEANUP)
        found = await made.examine(plan)
        change_selector(made, version="blue")
        await made.until(lambda: made.subject.inventory.services["shop"].spec.selector == BLUE, "the other's switch")
        with pytest.raises(ChangedError, match=r"would have none after .*make the plan again") as refused:
            await made.runner.run(plan, found, Consent("because"), made.progress.append)
        assert refused.value.exit_code == 4
        assert len(made.saboteur.sent) == 1

    on(tmp_path, story)


def test_what_changed_before_the_examination_is_found_by_it(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        plan = await made.plan(Act.SWITCH, "green")
        change_selector(made, version="purple")
        found = await made.examine(plan)
        assert found.complete
        assert found.changes[0].dry_run is Answer.NO
        assert GuardId.CHANGED in {guard.id for guard in found.guards if guard.outcome is Outcome.BLOCK}

    on(tmp_path, story)


def test_examining_changes_nothing_and_tells_each_finding_as_it_comes(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        before = made.cluster.registry.get(SERVICE, "default", "shop")
        found = await made.examine(await made.plan(Act.SWITCH, "green"))
        assert (found.changes[0].allowed, found.changes[0].dry_run) == (Answer.YES, Answer.YES)
        assert made.cluster.registry.get(SERVICE, "default", "shop") == before
        assert len(made.findings) >= 3
        assert [entry.complete for entry in made.findings] == [False] * (len(made.findings) - 1) + [True]

    on(tmp_path, story)


def test_a_viewer_is_told_which_right_is_missing(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        found = await made.examine(await made.plan(Act.SWITCH, "green"))
        assert found.changes[0].allowed is Answer.NO
        assert any("patch services" in guard.sentence for guard in found.guards if guard.id is GuardId.RIGHTS)
        heard: list[str] = []
        made.runner.on_news(lambda: heard.append("news"))
        made.runner.unavailable(made.subject)
        await made.until(lambda: Act.SWITCH.value in made.runner.unavailable(made.subject), "a dimmed key")
        assert "patch services" in made.runner.unavailable(made.subject)[Act.SWITCH.value]
        assert heard

    on(tmp_path, story, context="viewer")


def test_isolating_is_two_changes_and_one_undo(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await paused(made)
        progress = await made.do(Act.ISOLATE)
        assert progress.result is Result.HELD, progress.message
        assert [change.kind for change in made.saboteur.sent] == [ChangeKind.PATCH, ChangeKind.CREATE]
        canary = made.cluster.registry.get(SERVICE, "default", "web-canary")
        assert progress.warnings == ()
        assert (await made.do(Act.UNDO)).result is Result.HELD
        assert made.selector("web") == {"app": "web"}
        assert canary["metadata"]["uid"] not in str(made.cluster.store.items(SERVICE, "default"))

    on(tmp_path, story, scenario=PAUSED)


def test_a_service_that_was_deleted_comes_back_as_it_stood_however_often_it_is_taken_back(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await paused(made)
        await made.do(Act.ISOLATE)
        canary = made.cluster.registry.get(SERVICE, "default", "web-canary")
        metadata = {**canary["metadata"], "annotations": {**canary["metadata"]["annotations"], "team": "checkout"}}
        made.cluster.registry.replace(SERVICE, "default", "web-canary", {**canary, "metadata": metadata})
        undone = await made.do(Act.UNDO)
        assert undone.result is Result.HELD
        assert (await made.do(Act.UNDO, act_id=undone.act_id)).result is Result.HELD
        again = made.cluster.registry.get(SERVICE, "default", "web-canary")
        assert again["spec"]["ports"] == canary["spec"]["ports"]
        assert again["metadata"]["annotations"]["team"] == "checkout"
        assert again["metadata"]["uid"] != canary["metadata"]["uid"]

    on(tmp_path, story, scenario=PAUSED)


def test_a_rollback_while_paused_shows_the_templates_without_their_secrets(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await paused(made)
        plan = await made.plan(Act.ROLLBACK)
        found = await made.examine(plan)
        diff = [entry for finding in found.changes for entry in finding.template_diff]
        assert "nginx:1.14" in {entry.after for entry in diff}
        progress = await made.run(plan)
        assert progress.result is Result.HELD, progress.message
        assert made.cluster.registry.get(DEPLOYMENT, "default", "web")["spec"]["template"]["spec"]["containers"][0][
            "env"
        ] == [{"name": "PASSWORD", "value": "hunter2"}]
        assert "hunter2" not in made.journal.read_text()
        assert "hunter2" not in repr((made.findings, made.progress))

    on(tmp_path, story, scenario=PAUSED)


def test_kinds_that_plans_name_can_be_written() -> None:
    assert kind_named("Service").plural == "services"
