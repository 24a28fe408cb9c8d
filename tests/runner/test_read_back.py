"""What an object tells of a change whose answer was lost."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.resources.json_values import ABSENT, Json
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef
from cockpit.runner.read_back import Outcome, is_ours, outcome_of
from tests.runner.plans import SERVICE, select


def service(version: Json = ABSENT, uid: str = SERVICE.uid, **metadata: Json) -> RawObject:
    selector = {} if version is ABSENT else {"version": version}
    return RawObject({"metadata": {"uid": uid, **metadata}, "spec": {"selector": selector}})


@pytest.mark.parametrize(
    ("fresh", "outcome"),
    [
        (service("green"), Outcome.DONE),
        (service("blue"), Outcome.NOT_DONE),
        (service("purple"), Outcome.OTHER),
        (service(), Outcome.OTHER),
        (service("green", uid="another"), Outcome.OTHER),
        (None, Outcome.OTHER),
    ],
)
def test_a_patch_is_told_by_its_fields(fresh: RawObject | None, outcome: Outcome) -> None:
    assert outcome_of(select(), fresh) is outcome


def test_false_and_absent_are_the_same_to_an_api_server() -> None:
    resume = Change(ChangeKind.PATCH, SERVICE, "resume", (FieldChange(("spec", "paused"), True, False),))
    assert outcome_of(resume, RawObject({"metadata": {"uid": SERVICE.uid}, "spec": {}})) is Outcome.DONE


def test_no_replicas_are_not_the_same_as_none_said() -> None:
    scale = Change(ChangeKind.PATCH, SERVICE, "scale", (FieldChange(("spec", "replicas"), 3, 0),))
    assert outcome_of(scale, RawObject({"metadata": {"uid": SERVICE.uid}, "spec": {}})) is Outcome.OTHER


def test_a_deletion_is_done_when_the_object_is_gone_going_or_another() -> None:
    delete = Change(ChangeKind.DELETE, SERVICE, "delete")
    assert outcome_of(delete, None) is Outcome.DONE
    assert outcome_of(delete, service(deletionTimestamp="2026-11-21T12:00:00Z")) is Outcome.DONE
    assert outcome_of(delete, service(uid="another")) is Outcome.DONE
    assert outcome_of(delete, service()) is Outcome.NOT_DONE


def test_a_creation_is_done_when_the_object_there_is_as_it_was_asked_for() -> None:
    manifest = {"metadata": {"name": "c", "annotations": {"by": "alice"}}, "spec": {"ports": [{"port": 80}]}}
    create = Change(ChangeKind.CREATE, ObjectRef("Service", "default", "c"), "create", manifest=manifest)
    ours = {
        "metadata": {"name": "c", "uid": "u", "annotations": {"by": "alice"}},
        "spec": {"clusterIP": "10.0.0.1", "ports": [{"port": 80, "nodePort": 30001}]},
    }
    assert outcome_of(create, None) is Outcome.NOT_DONE
    assert outcome_of(create, RawObject(ours)) is Outcome.DONE
    assert outcome_of(create, RawObject({**ours, "metadata": {"name": "c"}})) is Outcome.OTHER


def test_an_object_that_is_being_deleted_is_none_that_was_just_made() -> None:
    create = Change(ChangeKind.CREATE, ObjectRef("Service", "default", "c"), "create", manifest={"spec": {"a": 1}})
    going: dict[str, Json] = {"metadata": {"deletionTimestamp": "2026-11-21T12:00:00Z"}, "spec": {"a": 1}}
    assert outcome_of(create, RawObject(going)) is Outcome.OTHER


def test_templates_that_differ_in_their_environment_only_are_told_apart() -> None:
    def template(value: str) -> Json:
        return {"spec": {"containers": [{"image": "a", "env": [{"name": "X", "value": value}]}]}}

    swap = Change(ChangeKind.PATCH, SERVICE, "swap", template_from=SERVICE)
    fresh = RawObject({"metadata": {"uid": SERVICE.uid}, "spec": {"template": template("new")}})
    assert outcome_of(swap, fresh, template("new")) is Outcome.DONE
    assert outcome_of(swap, fresh, template("old")) is not Outcome.DONE


def test_a_template_is_told_whatever_hash_it_was_kept_under() -> None:
    old = {"metadata": {"labels": {"app": "web", "pod-template-hash": "x"}}, "spec": {"containers": [{"image": "a"}]}}
    new = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"image": "b"}]}}
    path = ("spec", "template", "spec", "containers", "0", "image")
    swap = Change(ChangeKind.PATCH, SERVICE, "swap", (FieldChange(path, "b", "a"),), template_from=SERVICE)
    done = {"metadata": {"uid": SERVICE.uid}, "spec": {"template": {**old, "metadata": {"labels": {"app": "web"}}}}}
    assert outcome_of(swap, RawObject(done), old) is Outcome.DONE
    undone = {"metadata": {"uid": SERVICE.uid}, "spec": {"template": new}}
    assert outcome_of(swap, RawObject(undone), old) is Outcome.NOT_DONE


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.text(), VALUES), st.dictionaries(st.text(), VALUES))
def test_an_object_is_ours_whatever_the_server_adds(asked: dict[str, Json], added: dict[str, Json]) -> None:
    assert is_ours(asked, RawObject({**added, **asked}))


@given(VALUES, VALUES)
def test_a_patch_is_never_done_and_not_done_at_once(before: Json, after: Json) -> None:
    change = select(after, before)
    fresh = {"metadata": {"uid": SERVICE.uid}, "spec": {"selector": {"version": after}}}
    assert outcome_of(change, RawObject(fresh)) is Outcome.DONE
    assert outcome_of(msgspec.structs.replace(change, object=SERVICE), service("purple", uid="x")) is Outcome.OTHER
