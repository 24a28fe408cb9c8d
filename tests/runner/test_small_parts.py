"""Moves of endpoints, differences of templates, Events, and which acts can be taken up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.actions.acts import Act
from cockpit.actions.record import ActRecord, Done
from cockpit.actions.traffic_state import TrafficState
from cockpit.errors import CockpitError, UsageError
from cockpit.release.view import EndpointView, MemberView, ReleaseView, ServiceView, Splits, State, Strategy
from cockpit.resources.json_values import ABSENT, Json
from cockpit.resources.redact import MASK
from cockpit.runner.event_note import event_manifest
from cockpit.runner.find import release_of
from cockpit.runner.history import act_to_finish, act_to_undo, half_done, last_done, last_good, was_changed_lately
from cockpit.runner.journal_lines import How
from cockpit.runner.journal_records import records_of
from cockpit.runner.moves import moves_between
from cockpit.runner.template_diff import template_diff
from tests.runner.plans import NOON, SERVICE, answered, begun, ended, plan, select, sending, whole


def endpoint(address: str, version: str = "blue", ready: bool = True) -> EndpointView:
    return EndpointView(
        address=address,
        port=80,
        port_name="",
        protocol="TCP",
        pod=f"pod-{address}",
        version=version,
        ready=ready,
        serving=ready,
        terminating=not ready,
    )


def view(*endpoints: EndpointView, name: str = "shop", uid: str = "workload-uid", readable: bool = True) -> ReleaseView:
    service = ServiceView(
        name="shop",
        type="ClusterIP",
        cluster_ips=(),
        selector={},
        front_door=True,
        umbrella=False,
        ports=(),
        split=None,
        endpoints=endpoints if readable else None,
    )
    return ReleaseView(
        namespace="default",
        name=name,
        strategy=Strategy.BLUE_GREEN,
        state=State.STEADY,
        reason="",
        since=None,
        versions=(),
        services=(service,),
        routes=None,
        splits=Splits(),
        members=(MemberView(kind="Deployment", name="shop-blue", uid=uid),),
    )


def test_endpoints_that_join_and_leave_are_told_with_their_milliseconds() -> None:
    before = view(endpoint("10.0.0.1"), endpoint("10.0.0.2"))
    after = view(endpoint("10.0.0.1"), endpoint("10.0.0.2", ready=False), endpoint("fd00::3", "green"))
    left, joined = moves_between(before, after, 250)
    assert (left.address, left.joined, left.milliseconds) == ("10.0.0.2:80", False, 250)
    assert (joined.address, joined.joined, joined.version) == ("[fd00::3]:80", True, "green")


def test_what_cannot_be_read_has_not_left() -> None:
    known = view(endpoint("10.0.0.1"))
    for unknown in (None, view(readable=False)):
        assert moves_between(known, unknown, 0) == ()
        assert moves_between(unknown, known, 0) == ()


ADDRESSES = st.sets(st.sampled_from([f"10.0.0.{number}" for number in range(8)]))


@given(ADDRESSES, ADDRESSES)
def test_moves_lead_from_one_view_to_the_other(first: set[str], second: set[str]) -> None:
    moves = moves_between(view(*map(endpoint, first)), view(*map(endpoint, second)), 0)
    there = {f"{address}:80" for address in first}
    for move in moves:
        (there.add if move.joined else there.remove)(move.address)
    assert there == {f"{address}:80" for address in second}


def test_a_release_is_found_by_its_workloads_when_its_name_has_changed() -> None:
    renamed = view(name="shop-route")
    assert release_of(plan(), [view(name="shop", uid="another"), renamed]) is renamed
    assert release_of(plan(), [view(name="shop", uid="another")]) is None


def container(**fields: Json) -> Json:
    return {"spec": {"containers": [{"name": "app", **fields}]}}


def test_a_template_is_compared_by_the_names_of_what_stands_in_lists() -> None:
    before = container(image="web:1", ports=[{"containerPort": 80}, {"containerPort": 81}])
    after = container(image="web:2", ports=[{"containerPort": 81}, {"containerPort": 80}])
    (change,) = template_diff(before, after)
    assert (change.path, change.before, change.after) == (("spec", "containers", "app", "image"), "web:1", "web:2")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (container(env=[{"name": "P", "value": "secret"}]), container(env=[{"name": "P", "value": "secret2"}])),
        (container(env=[{"name": "P", "value": "secret"}]), container()),
        (container(), container(env=[{"name": "P", "value": "secret"}])),
        (container(), container(envFrom=[{"secretRef": {"name": "secret"}}])),
        (container(), {"spec": {"containers": "secret"[:0], "initContainers": [{"env": [{"value": "secret"}]}]}}),
        ({"spec": {}}, container(env=[{"name": "P", "valueFrom": {"x": "secret"}}])),
    ],
)
def test_values_of_environments_are_masked(before: Json, after: Json) -> None:
    found = template_diff(before, after)
    assert found
    assert "secret" not in repr(found)
    assert MASK in repr(found)


def test_a_template_that_is_the_same_but_for_its_hash_does_not_differ() -> None:
    hashed = {"metadata": {"labels": {"app": "web", "pod-template-hash": "abc"}}, "$patch": "replace"}
    assert template_diff({"metadata": {"labels": {"app": "web"}}}, hashed) == ()


def test_an_event_has_six_digits_and_a_note_that_fits() -> None:
    made = msgspec.structs.replace(plan(), reason="ä" * 2000)
    manifest = event_manifest(made, SERVICE, "alice", datetime(2026, 11, 21, 12, tzinfo=UTC), "abc")
    assert manifest["eventTime"] == "2026-11-21T12:00:00.000000Z"
    note = manifest["note"]
    assert isinstance(note, str)
    assert len(note.encode()) <= 1024
    assert note.startswith("Switch Service shop from blue to green. By alice")
    assert manifest["regarding"] == {
        "apiVersion": "v1",
        "kind": "Service",
        "namespace": "default",
        "name": "shop",
        "uid": SERVICE.uid,
    }


def half(act_id: str = "h", act: Act = Act.ISOLATE) -> tuple[ActRecord, ...]:
    made = plan(select(), select(), act=act)
    return records_of([begun(act_id, made), sending(act_id), answered(act_id), ended(act_id, How.HALF_WAY)])


def test_what_ended_half_way_can_be_finished_and_taken_back() -> None:
    assert half_done(half()) is not None
    assert act_to_finish(half(), "").id == "h"
    assert act_to_undo(half(), "").id == "h"


def test_what_runs_can_be_neither() -> None:
    running = tuple(msgspec.structs.replace(record, running=True) for record in half())
    assert half_done(running) is None
    assert last_done(running) is None
    with pytest.raises(CockpitError, match="still runs"):
        act_to_undo(running, "h")


def test_an_act_that_nobody_knows_cannot_be_undone() -> None:
    with pytest.raises(UsageError, match="cockpit log"):
        act_to_undo(half(), "other")


def test_an_act_that_changed_nothing_cannot_be_undone() -> None:
    refused = records_of([begun("r"), sending("r"), answered("r", done=Done.REFUSED), ended("r", How.NOTHING)])
    with pytest.raises(CockpitError, match="nothing to undo"):
        act_to_undo(refused, "r")
    with pytest.raises(CockpitError, match="nothing to undo"):
        act_to_undo(refused, "")


def test_a_whole_act_needs_no_finishing() -> None:
    with pytest.raises(CockpitError, match="nothing to finish"):
        act_to_finish(records_of(whole("a")), "a")


def test_last_good_is_what_held_before_an_act_that_leads_forward() -> None:
    early, late = (TrafficState(NOON, words=words) for words in ("early", "late"))
    forward = msgspec.structs.replace(plan(), good=early)
    back = msgspec.structs.replace(plan(act=Act.LAST_GOOD), good=late)
    assert last_good(records_of([*whole("a", forward), *whole("b", back)])) == early
    assert last_good(records_of(whole("a"))) is None


def test_absent_fields_stay_absent_in_a_difference() -> None:
    (change,) = template_diff({"metadata": {}}, {"metadata": {"annotations": {"a": "b"}}})
    assert change.before is ABSENT


def test_what_an_act_changed_within_the_last_minute_has_not_held() -> None:
    acts = records_of(whole("a"))
    assert was_changed_lately(acts, NOON + timedelta(seconds=59))
    assert not was_changed_lately(acts, NOON + timedelta(seconds=60))


def test_what_was_done_again_is_taken_back_as_it_was_done_last() -> None:
    again = [
        *whole("a"),
        *whole("u1", plan(act=Act.UNDO, undoes="a")),
        *whole("u2", plan(act=Act.UNDO, undoes="u1")),
    ]
    assert act_to_undo(records_of(again), "").id == "u2"
    back = [*whole("old"), *again, *whole("u3", plan(act=Act.UNDO, undoes="u2"))]
    assert act_to_undo(records_of(back), "").id == "old"
