"""What is sent for a change, and what takes it back."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.actions.change import Change, ChangeKind, FieldChange, Given
from cockpit.actions.patch import inverse_of, operations_of, right_of
from cockpit.resources.json_values import ABSENT, at, with_value
from cockpit.resources.patches import Op
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef
from tests.actions.engine.server import RefusedError, applied

Json = dict[str, Any]
SHOP = ObjectRef("Service", "default", "shop", "uid-shop")
WEB = ObjectRef("Deployment", "default", "web", "uid-web")
NAMES = st.sampled_from(["app", "version", "a/b", "til~de", "tier"])
TEXTS = st.sampled_from(["blue", "green", "", "1"])
MAPS = st.dictionaries(NAMES, TEXTS, max_size=4)


def service(selector: dict[str, str]) -> Json:
    return {"kind": "Service", "metadata": {"name": "shop", "uid": "uid-shop"}, "spec": {"selector": dict(selector)}}


def switching(before: dict[str, str], after: dict[str, str]) -> Change:
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    fields = tuple(
        FieldChange(("spec", "selector", key), before.get(key, ABSENT), after.get(key, ABSENT)) for key in changed
    )
    return Change(ChangeKind.PATCH, SHOP, "switch", fields, (Given(("spec", "selector"), before),))


@given(MAPS, MAPS)
def test_a_change_and_its_inverse_give_the_object_back(before: dict[str, str], after: dict[str, str]) -> None:
    change = switching(before, after)
    done = applied(service(before), operations_of(change))
    assert done == service(after)
    for answered in (None, RawObject(done)):
        back = inverse_of(change, answered)
        assert back is not None
        assert applied(done, operations_of(back)) == service(before)


@given(MAPS, MAPS)
def test_the_inverse_of_the_inverse_is_the_change(before: dict[str, str], after: dict[str, str]) -> None:
    change = switching(before, after)
    back = inverse_of(change, None)
    assert back is not None
    again = inverse_of(back, None)
    assert again is not None
    assert again == change


@given(MAPS, MAPS, MAPS)
def test_a_patch_decided_on_other_values_is_refused(
    before: dict[str, str], after: dict[str, str], other: dict[str, str]
) -> None:
    found = service(other)
    if other == before:
        applied(found, operations_of(switching(before, after)))
        return
    with pytest.raises(RefusedError):
        applied(found, operations_of(switching(before, after)))


@given(st.lists(st.tuples(NAMES, TEXTS | st.just(ABSENT), TEXTS | st.just(ABSENT)), unique_by=lambda entry: entry[0]))
def test_fields_alone_are_tested_too(entries: list[tuple[str, Any, Any]]) -> None:
    fields = tuple(FieldChange(("spec", "selector", key), before, after) for key, before, after in entries)
    found: Any = service({})
    for field in fields:
        found = with_value(found, field.path, field.before)
    change = Change(ChangeKind.PATCH, SHOP, "change", fields)
    done = applied(deepcopy(found), operations_of(change))
    assert [at(done, field.path) for field in fields] == [field.after for field in fields]
    back = inverse_of(change, RawObject(done))
    assert back is not None
    assert applied(done, operations_of(back)) == found


def test_every_test_stands_before_every_write() -> None:
    operations = operations_of(switching({"version": "blue"}, {"version": "green"}))
    assert [operation.op for operation in operations] == [Op.TEST, Op.TEST, Op.TEST, Op.REPLACE]
    assert [operation.path for operation in operations[:2]] == [("metadata", "uid"), ("spec", "selector")]


def test_an_object_that_was_made_anew_is_not_changed() -> None:
    found = service({"version": "blue"})
    found["metadata"]["uid"] = "uid-other"
    with pytest.raises(RefusedError):
        applied(found, operations_of(switching({"version": "blue"}, {"version": "green"})))


def test_an_admission_plug_in_that_wrote_something_else_can_be_taken_back() -> None:
    change = switching({"version": "blue"}, {"version": "green"})
    answered = RawObject(service({"version": "green", "mesh": "yes"}))
    back = inverse_of(change, answered)
    assert back is not None
    assert back.given == (Given(("spec", "selector"), {"version": "green", "mesh": "yes"}),)
    assert applied(answered.value, operations_of(back)) == service({"version": "blue", "mesh": "yes"})


def rolled_back() -> Change:
    return Change(
        ChangeKind.PATCH,
        WEB,
        "roll back to revision 1",
        (FieldChange(("spec", "template", "spec", "containers", "0", "image"), "web:2", "web:1"),),
        template_from=ObjectRef("ReplicaSet", "default", "web-1", "uid-1"),
        template_was=ObjectRef("ReplicaSet", "default", "web-2", "uid-2"),
    )


def template(image: str, **labels: str) -> Json:
    return {"metadata": {"labels": {"app": "web", **labels}}, "spec": {"containers": [{"name": "web", "image": image}]}}


def test_a_template_is_put_in_place_whole_and_without_its_hash() -> None:
    found = {"metadata": {"uid": "uid-web"}, "spec": {"template": template("web:2")}}
    stored = template("web:1", **{"pod-template-hash": "abc"})
    assert applied(found, operations_of(rolled_back(), stored))["spec"]["template"] == template("web:1")
    plain = applied(found, operations_of(rolled_back(), {"$patch": "replace", **template("web:1")}))
    assert plain["spec"]["template"] == template("web:1")


def test_a_template_comes_back_from_the_revision_that_holds_it() -> None:
    back = inverse_of(rolled_back(), None)
    assert back is not None
    assert back.template_from == ObjectRef("ReplicaSet", "default", "web-2", "uid-2")
    assert back.fields[0] == FieldChange(rolled_back().fields[0].path, "web:1", "web:2")
    with pytest.raises(ValueError, match="web-2"):
        operations_of(back)


def test_what_is_created_is_deleted_by_its_uid_and_can_be_created_again() -> None:
    manifest = {"kind": "Service", "metadata": {"name": "web-canary"}, "spec": {"type": "NodePort"}}
    ref = ObjectRef("Service", "default", "web-canary")
    change = Change(ChangeKind.CREATE, ref, "create", manifest=manifest)
    back = inverse_of(change, RawObject({"metadata": {"name": "web-canary", "uid": "uid-new"}}))
    assert back is not None
    assert back.kind is ChangeKind.DELETE
    assert back.object.uid == "uid-new"
    again = inverse_of(back, None)
    assert again is not None
    assert (again.kind, again.object, again.manifest) == (ChangeKind.CREATE, ref, manifest)


def test_a_deleted_service_comes_back_with_its_node_port_and_without_its_addresses() -> None:
    manifest = {
        "kind": "Service",
        "metadata": {"name": "web", "uid": "uid", "resourceVersion": "7", "labels": {"a": "b"}},
        "spec": {"clusterIP": "10.0.0.1", "clusterIPs": ["10.0.0.1"], "ports": [{"port": 80, "nodePort": 30080}]},
        "status": {},
    }
    back = inverse_of(Change(ChangeKind.DELETE, SHOP, "delete", manifest=manifest), None)
    assert back is not None
    assert back.manifest == {
        "kind": "Service",
        "metadata": {"name": "web", "labels": {"a": "b"}},
        "spec": {"ports": [{"port": 80, "nodePort": 30080}]},
    }


def test_what_is_final_has_no_way_back() -> None:
    pod = ObjectRef("Pod", "default", "web-1")
    assert inverse_of(Change(ChangeKind.DELETE, pod, "delete", final="a pod is made anew"), None) is None
    assert inverse_of(Change(ChangeKind.DELETE, pod, "delete"), None) is None


def test_each_change_names_its_right() -> None:
    assert right_of(rolled_back()).words == "patch deployments"
    created = right_of(Change(ChangeKind.CREATE, SHOP, "create"))
    assert (created.words, created.name) == ("create services", "")
    ingress = right_of(Change(ChangeKind.PATCH, ObjectRef("Ingress", "default", "web"), "weigh"))
    assert (ingress.verb, ingress.group, ingress.resource) == ("patch", "networking.k8s.io", "ingresses")
