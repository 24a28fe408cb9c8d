"""One act from the command line, with a runner that does what the test says."""

from __future__ import annotations

import asyncio
import json
import signal
from dataclasses import replace as with_fields

import msgspec
import pytest
import yaml

from cockpit.act.command import run_act
from cockpit.act.find import Target
from cockpit.act.order import Order
from cockpit.act.verdict import StoppedError
from cockpit.actions.acts import Act
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.plan import Confirmation
from cockpit.actions.record import Done
from cockpit.actions.request import Request
from cockpit.errors import CockpitError, UsageError
from cockpit.runner.progress import Progress, Result, Step, StepState
from tests.act.fakes import (
    BLOCKED,
    EXAMINED,
    HELD,
    PLAN,
    SUBJECT,
    FakeConnection,
    FakeConnections,
    FakeRunner,
    FakeTerminal,
    feed,
    record,
    switch,
)

SWITCH = Request(Act.SWITCH, version="green", reason="blue is slow")
IN_PRODUCTION = msgspec.structs.replace(PLAN, confirmation=Confirmation.NAME)


def act(
    runner: FakeRunner,
    order: Order,
    terminal: FakeTerminal,
    request: Request = SWITCH,
    target: Target = Target(release="shop"),  # noqa: B008 - frozen
    connection: FakeConnection | None = None,
) -> FakeConnections:
    connections = FakeConnections(connection or FakeConnection(runner))
    asyncio.run(run_act(connections, target, request, order, terminal, lambda: runner.records))
    assert connections.connection.feed.stopped
    return connections


def failed(runner: FakeRunner, order: Order = Order(yes=True), terminal: FakeTerminal | None = None) -> CockpitError:  # noqa: B008 - frozen
    with pytest.raises(CockpitError) as caught:
        act(runner, order, terminal or FakeTerminal())
    return caught.value


def test_an_act_is_shown_asked_for_run_and_told_until_it_is_seen() -> None:
    runner, terminal = FakeRunner(), FakeTerminal(["y"])
    act(runner, Order(), terminal)
    assert terminal.questions == ["Run this plan? [y/N] "]
    plan, *lines, last = terminal.written
    assert plan.startswith("Switch Service shop from blue to green")
    assert lines == [
        "✔ 1/1 select version green instead of blue (7 ms)",
        "  +12 ms: 10.244.0.9:8080 (green, shop-green-1) joined shop",
    ]
    assert last == (
        "Done and seen 34 ms after the last answer: Switch Service shop from blue to green. "
        "Take it back with: cockpit undo shop -n default"
    )
    ((_, consent),) = runner.ran
    assert consent.reason == PLAN.reason == "blue is slow"


def test_yes_needs_no_question() -> None:
    runner, terminal = FakeRunner(), FakeTerminal()
    act(runner, Order(yes=True), terminal)
    assert terminal.questions == []
    assert len(runner.ran) == 1


@pytest.mark.parametrize("answer", ["", "n", "green", "Y e s"])
def test_whoever_does_not_say_yes_changes_nothing(answer: str) -> None:
    runner = FakeRunner()
    error = failed(runner, Order(), FakeTerminal([answer]))
    assert (error.exit_code, runner.ran) == (1, [])
    assert "Nothing was changed" in str(error)


def test_without_a_terminal_and_without_yes_nothing_is_even_asked_of_the_server() -> None:
    runner = FakeRunner()
    connections = FakeConnections(FakeConnection(runner))
    with pytest.raises(CockpitError, match="--yes") as caught:
        asyncio.run(run_act(connections, Target(release="shop"), SWITCH, Order(), FakeTerminal(), tuple))
    assert caught.value.exit_code == 1
    assert not connections.connection.feed.started


def test_a_dry_run_prints_the_plan_and_runs_nothing_also_where_nothing_may_be_written() -> None:
    runner, terminal = FakeRunner(read_only="Read-only."), FakeTerminal()
    act(runner, Order(dry_run=True), terminal)
    assert runner.ran == []
    assert len(terminal.written) == 1


def test_read_only_is_refused_in_the_words_of_the_runner() -> None:
    runner = FakeRunner(read_only="The cockpit was started read-only.")
    assert str(failed(runner)) == "The cockpit was started read-only."
    assert (runner.asked, runner.ran) == ([], [])


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_dry_run_as_data_has_every_key(form: str) -> None:
    terminal = FakeTerminal()
    act(FakeRunner(), Order(dry_run=True, form="json" if form == "json" else "yaml"), terminal)
    (text,) = terminal.written
    found = json.loads(text) if form == "json" else yaml.safe_load(text)
    assert set(found) == {
        *("apiVersion", "kind", "act", "namespace", "release", "title", "why", "reason", "drawnAt", "changes"),
        *("guards", "checks", "expects", "effects", "kubectl", "confirmation", "objections"),
    }
    assert (found["apiVersion"], found["kind"], found["act"]) == ("cockpit/v1", "Plan", "switch")
    (change,) = found["changes"]
    assert set(change) == {
        *("kind", "object", "summary", "diff", "dependsOnEarlier", "right", "dryRun", "waitsFor"),
        *("undoneBy", "final"),
    }
    assert change["diff"] == [{"path": "spec.selector.version", "before": "blue", "after": "green"}]
    assert found["objections"] == []


def test_a_run_as_data_is_one_document_and_its_progress_goes_elsewhere() -> None:
    terminal = FakeTerminal()
    act(FakeRunner(), Order(yes=True, form="json"), terminal)
    (text,) = terminal.written
    found = json.loads(text)
    assert (found["kind"], found["result"], found["actId"]) == ("Run", "held", "a1")
    assert found["plan"]["kind"] == "Plan"
    assert any("1/1 select version green" in line for line in terminal.told)


def test_a_guard_that_blocks_refuses_the_plan_and_says_how_to_go_on() -> None:
    runner = FakeRunner(msgspec.structs.replace(PLAN, guards=(BLOCKED,)))
    terminal = FakeTerminal()
    error = failed(runner, Order(yes=True), terminal)
    assert error.exit_code == 1
    assert runner.ran == []
    assert "green has 1 ready pod." in str(error)
    assert "✖ target-small: green has 1 ready pod. Scale it up. (--override target-small --reason TEXT)" in "\n".join(
        terminal.written
    )


def test_a_guard_is_overridden_by_its_name_and_a_reason() -> None:
    runner = FakeRunner(msgspec.structs.replace(PLAN, guards=(BLOCKED,)))
    act(runner, Order(yes=True, overridden=frozenset({"target-small"})), FakeTerminal())
    ((_, consent),) = runner.ran
    assert consent.overridden == {"target-small"}


def test_a_dry_run_of_a_plan_that_would_be_refused_shows_it_and_fails() -> None:
    terminal = FakeTerminal()
    error = failed(
        FakeRunner(msgspec.structs.replace(PLAN, guards=(BLOCKED,))), Order(dry_run=True, form="json"), terminal
    )
    assert error.exit_code == 1
    assert json.loads(terminal.written[0])["objections"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_the_dry_run_finds_changed_is_exit_code_4(dry_run: bool) -> None:
    changed = Guard(GuardId.CHANGED, Outcome.BLOCK, "Service/shop: spec.selector.version is green now.", "Draw anew.")
    runner = FakeRunner(examination=msgspec.structs.replace(EXAMINED, guards=(changed,)))
    error = failed(runner, Order(yes=True, dry_run=dry_run))
    assert error.exit_code == 4
    assert "is green now" in str(error)
    assert runner.ran == []


def test_a_cluster_that_changes_under_the_run_is_exit_code_4() -> None:
    step = Step("select version green instead of blue", StepState.CHANGED, "It is green since 10:00 by kubectl.")
    error = failed(FakeRunner(runs=[Progress(PLAN, (step,), Result.CHANGED, "Service/shop changed.")]))
    assert error.exit_code == 4
    assert str(error) == "Service/shop changed."


def test_a_plan_that_ends_half_way_says_what_was_done_and_both_ways_on() -> None:
    steps = (
        Step("pin shop", StepState.DONE, milliseconds=3),
        Step("create shop-canary", StepState.REFUSED, "The port is taken."),
        Step("label it", StepState.NOT_SENT),
    )
    terminal = FakeTerminal()
    order = Order(yes=True, said_again=("--kubeconfig", "'a b'"))
    error = failed(FakeRunner(runs=[Progress(PLAN, steps, Result.FAILED, "The port is taken.")]), order, terminal)
    assert error.exit_code == 1
    assert str(error) == (
        "The port is taken. Take back what was done: cockpit undo shop -n default --kubeconfig 'a b' "
        "or do the rest: cockpit finish shop -n default --kubeconfig 'a b'"
    )
    assert terminal.written[-3:] == [
        "done:         pin shop",
        "not done:     create shop-canary",
        "not done:     label it",
    ]


def test_a_first_change_that_is_refused_leaves_nothing_to_take_back() -> None:
    steps = (Step("pin shop", StepState.REFUSED, "No."), Step("create shop-canary", StepState.NOT_SENT))
    assert str(failed(FakeRunner(runs=[Progress(PLAN, steps, Result.FAILED, "No.")]))) == "No."


def test_what_may_be_done_is_said_as_such() -> None:
    terminal = FakeTerminal()
    steps = (Step("pin shop", StepState.UNKNOWN),)
    error = failed(FakeRunner(runs=[Progress(PLAN, steps, Result.FAILED)]), Order(yes=True), terminal)
    assert "cockpit undo shop" in str(error)
    assert terminal.written[-1] == "may be done:  pin shop"


def test_a_result_that_is_not_seen_in_time_is_a_failure_with_a_way_back() -> None:
    error = failed(FakeRunner(runs=[msgspec.structs.replace(HELD, result=Result.NOT_SEEN, message="")]))
    assert error.exit_code == 1
    assert "does not show the result yet" in str(error)
    assert "cockpit undo shop" in str(error)


def test_in_production_the_name_is_typed() -> None:
    runner, terminal = FakeRunner(IN_PRODUCTION), FakeTerminal(["shop"])
    act(runner, Order(yes=True), terminal)
    ((_, consent),) = runner.ran
    assert consent.typed_name == "shop"
    assert len(terminal.questions) == 1


def test_in_production_another_name_changes_nothing() -> None:
    runner = FakeRunner(IN_PRODUCTION)
    assert failed(runner, Order(yes=True), FakeTerminal(["shop-green"])).exit_code == 1
    assert runner.ran == []


def test_in_production_a_script_says_the_name_and_is_refused_without() -> None:
    runner = FakeRunner(IN_PRODUCTION)
    assert "--confirm shop" in str(failed(runner))
    act(runner, Order(yes=True, typed_name="shop"), FakeTerminal())
    ((_, consent),) = runner.ran
    assert consent.typed_name == "shop"


def test_a_timeout_is_how_long_each_result_is_waited_for() -> None:
    runner = FakeRunner()
    act(runner, Order(yes=True, timeout=5.0), FakeTerminal())
    ((plan, _),) = runner.ran
    assert plan.expects_seconds == 5.0
    assert [change.hold_seconds for change in plan.changes] == [5.0]
    assert runner.examined == [plan]


def test_ctrl_c_stops_before_the_next_change() -> None:
    runner, terminal = FakeRunner(), FakeTerminal()
    asked = asyncio.Event()

    async def until_stopped(*_: object) -> Progress:
        signal.raise_signal(signal.SIGINT)
        await asked.wait()
        return Progress(PLAN, (Step("pin", StepState.DONE), Step("create", StepState.NOT_SENT)), Result.STOPPED)

    handler = signal.getsignal(signal.SIGINT)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runner, "run", until_stopped)
        patched.setattr(runner, "stop", asked.set)
        error = failed(runner, Order(yes=True), terminal)
    assert isinstance(error, StoppedError)
    assert error.exit_code == 130
    assert "nothing more was sent" in str(error)
    assert "cockpit finish shop" in str(error)
    assert any("Stopping before the next change" in line for line in terminal.told)
    assert signal.getsignal(signal.SIGINT) is handler


def test_ctrl_c_while_the_result_is_waited_for_is_a_stop_too() -> None:
    runner = FakeRunner()
    asked = asyncio.Event()

    async def not_seen(*_: object) -> Progress:
        signal.raise_signal(signal.SIGINT)
        await asked.wait()
        return msgspec.structs.replace(HELD, result=Result.NOT_SEEN, message="Not seen: 1 of 3.")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runner, "run", not_seen)
        patched.setattr(runner, "stop", asked.set)
        error = failed(runner)
    assert error.exit_code == 130
    assert str(error).startswith("Not seen: 1 of 3. Take it back with: cockpit undo shop")


def test_a_second_ctrl_c_leaves_at_once_and_points_to_the_journal() -> None:
    runner = FakeRunner()

    async def never(*_: object) -> Progress:
        for _number in range(2):
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(0)
        ended: asyncio.Future[Progress] = asyncio.get_running_loop().create_future()
        return await ended

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runner, "run", never)
        error = failed(runner)
    assert error.exit_code == 130
    assert "cockpit log shop" in str(error)


def test_a_release_that_is_not_there_is_said_with_those_that_are() -> None:
    with pytest.raises(CockpitError, match="There are shop"):
        act(FakeRunner(), Order(yes=True), FakeTerminal(), target=Target(release="shoop"))


def test_a_name_in_several_namespaces_is_a_usage_error() -> None:
    other = with_fields(SUBJECT, view=msgspec.structs.replace(SUBJECT.view, namespace="payments"))
    connection = FakeConnection(FakeRunner(), feed(SUBJECT, other))
    with pytest.raises(UsageError, match="default, payments"):
        act(connection.runner, Order(yes=True), FakeTerminal(), connection=connection)


@pytest.mark.parametrize(
    ("request_", "wanted", "workload"),
    [
        (Request(Act.RESTART), "deployment/shop-green", "Deployment/shop-green"),
        (Request(Act.RESTART), "shop", ""),
        (Request(Act.RESTART), "Service/shop", ""),
        (Request(Act.RESTART, version="blue"), "Deployment/shop-green", ""),
        (Request(Act.RESTART, workload="Deployment/shop-blue"), "Deployment/shop-green", "Deployment/shop-blue"),
    ],
)
def test_a_workload_that_is_named_for_the_release_is_meant(request_: Request, wanted: str, workload: str) -> None:
    runner = FakeRunner()
    act(runner, Order(yes=True), FakeTerminal(), request_, Target(release=wanted))
    assert [asked.workload for asked in runner.asked] == [workload]


def test_undo_without_a_release_takes_back_the_last_act_of_the_cluster_in_its_namespace() -> None:
    taken_back = msgspec.structs.replace(record("a3"), undone_by="a4")
    nothing = record("a5", (Done.NOT_SENT, Done.REFUSED))
    runner = FakeRunner(records=(nothing, taken_back, record("a2"), record("a1")))
    connections = act(runner, Order(yes=True), FakeTerminal(), Request(Act.UNDO), Target())
    assert connections.opened == [(None, None), (None, ("default",))]
    assert [request.act_id for request in runner.asked] == ["a2"]


def test_undo_finds_the_release_by_its_workloads_when_its_name_changed() -> None:
    renamed = msgspec.structs.replace(PLAN, release="shop-route")
    runner = FakeRunner(records=(record(plan=renamed),))
    act(runner, Order(yes=True), FakeTerminal(), Request(Act.UNDO), Target(release="shop-route"))
    assert len(runner.ran) == 1
    with pytest.raises(CockpitError, match="No release is called"):
        act(runner, Order(yes=True), FakeTerminal(), SWITCH, Target(release="shop-route"))


def test_undo_of_nothing_is_said() -> None:
    runner = FakeRunner(records=(record(),))
    connections = FakeConnections(FakeConnection(runner))
    target = Target(namespaces=("payments",))
    with pytest.raises(CockpitError, match="no act in namespace payments"):
        asyncio.run(
            run_act(connections, target, Request(Act.UNDO), Order(yes=True), FakeTerminal(), lambda: runner.records)
        )


def test_what_a_stranger_wrote_cannot_steer_the_terminal() -> None:
    hostile = msgspec.structs.replace(
        PLAN, title="Switch \x1b[2J", effects=("a\nb",), changes=(switch("blue\x1b]0;x\x07", "green"),)
    )
    terminal = FakeTerminal()
    act(FakeRunner(hostile, runs=[msgspec.structs.replace(HELD, plan=hostile)]), Order(yes=True), terminal)
    assert "\x1b" not in "".join(terminal.written)
