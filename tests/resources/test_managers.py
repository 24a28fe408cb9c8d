"""Who owns a field, by managedFields."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.resources.json_values import Json, Path
from cockpit.resources.managers import Manager, ManagerOperation, managers_of
from cockpit.resources.raw import RawObject

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def entry(name: str, fields: Json, time: str = "2026-11-21T12:00:00Z", **more: str) -> dict[str, Json]:
    """Return one entry of managedFields."""
    return {"manager": name, "operation": "Update", "apiVersion": "v1", "time": time, "fieldsV1": fields, **more}


def owners(path: Path, *entries: Json, **value: Json) -> list[str]:
    """Return the names of who owns a field of an object."""
    raw = RawObject({"metadata": {"managedFields": list(entries)}, **value})
    return [manager.name for manager in managers_of(raw, path)]


def test_a_field_is_owned_by_whoever_has_it_in_its_set() -> None:
    helm = entry("helm", {"f:spec": {"f:replicas": {}, "f:paused": {}}})
    hpa = entry("kube-controller-manager", {"f:spec": {"f:replicas": {}}}, "2026-11-21T13:00:00Z", subresource="scale")
    assert owners(("spec", "replicas"), helm, hpa) == ["kube-controller-manager", "helm"]
    assert owners(("spec", "paused"), helm, hpa) == ["helm"]
    assert owners(("spec", "selector"), helm, hpa) == []


def test_a_manager_tells_how_when_and_through_what_it_wrote() -> None:
    raw = RawObject(
        {"metadata": {"managedFields": [entry("argocd", {"f:a": {}}, operation="Apply", subresource="status")]}}
    )
    assert managers_of(raw, ("a",)) == (Manager("argocd", ManagerOperation.APPLY, NOON, "status"),)


def test_an_atomic_map_is_owned_with_all_its_keys() -> None:
    flux = entry("kustomize-controller", {"f:spec": {"f:selector": {}}})
    selector = {"selector": {"app": "web", "version": "blue"}}
    assert owners(("spec", "selector", "version"), flux, spec=selector) == ["kustomize-controller"]
    assert owners(("spec", "selector"), flux, spec=selector) == ["kustomize-controller"]


def test_a_granular_map_is_owned_key_by_key() -> None:
    labels = entry("kubectl", {"f:metadata": {"f:labels": {".": {}, "f:app.kubernetes.io/name": {}}}})
    assert owners(("metadata", "labels", "app.kubernetes.io/name"), labels) == ["kubectl"]
    assert owners(("metadata", "labels", "other"), labels) == []


def test_whoever_owns_something_beneath_counts_where_the_whole_is_asked_for() -> None:
    kubectl = entry("kubectl", {"f:spec": {"f:template": {"f:spec": {"f:nodeName": {}}}}})
    assert owners(("spec", "template"), kubectl) == ["kubectl"]


CONTAINERS = {"containers": [{"name": "sidecar", "image": "s:1"}, {"name": "app", "image": "a:1"}]}


def test_an_element_of_a_list_is_found_by_its_keys() -> None:
    sets = entry("ci", {"f:spec": {"f:containers": {'k:{"name":"app"}': {".": {}, "f:image": {}}}}})
    assert owners(("spec", "containers", "1", "image"), sets, spec=CONTAINERS) == ["ci"]
    assert owners(("spec", "containers", "1"), sets, spec=CONTAINERS) == ["ci"]
    assert owners(("spec", "containers", "0", "image"), sets, spec=CONTAINERS) == []
    assert owners(("spec", "containers", "7", "image"), sets, spec=CONTAINERS) == []


def test_an_element_of_a_list_is_found_by_several_keys_by_its_value_or_by_its_index() -> None:
    ports = {"ports": [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 80, "protocol": "UDP"}]}
    udp = entry("ci", {"f:ports": {'k:{"containerPort":80,"protocol":"UDP"}': {".": {}}}})
    assert owners(("ports", "1"), udp, **ports) == ["ci"]
    assert owners(("ports", "0"), udp, **ports) == []
    finalizers = entry("ci", {"f:finalizers": {'v:"keep"': {}}})
    assert owners(("finalizers", "0"), finalizers, finalizers=["keep"]) == ["ci"]
    assert owners(("finalizers", "0"), finalizers, finalizers=["other"]) == []
    assert owners(("args", "1"), entry("ci", {"f:args": {"i:1": {}}}), args=["a", "b"]) == ["ci"]


def test_entries_without_a_time_come_last() -> None:
    fields: dict[str, Json] = {"f:a": {}}
    assert owners(("a",), entry("old", fields, "x"), entry("new", fields)) == ["new", "old"]


@pytest.mark.parametrize(
    "broken",
    [
        None,
        5,
        "text",
        {"manager": "x"},
        entry("x", None),
        entry("x", []),
        entry("x", {"f:a": None}),
        entry("x", {"f:a": 5}),
        entry("x", {"f:a": {}}, operation="Steal"),
        {"manager": 5, "operation": [], "fieldsV1": {"f:a": {}}},
    ],
)
def test_a_malformed_entry_is_left_out(broken: Json) -> None:
    assert owners(("a",), broken, entry("good", {"f:a": {}})) == ["good"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["f:a", "a", ".", "k:{", 'k:{"a":1}', "v:1", "v:", "i:0", "k:5", ""]), inner)
    ),
    max_leaves=12,
)


@given(fields=JSON, value=JSON, path=st.lists(st.sampled_from(["a", "0", "1", "."]), max_size=4))
def test_no_managed_fields_whatever_make_it_fail(fields: Json, value: Json, path: list[str]) -> None:
    raw = RawObject({"metadata": {"managedFields": [fields, entry("x", fields)]}, "a": value})
    assert isinstance(managers_of(raw, tuple(path)), tuple)
    assert managers_of(RawObject({"metadata": fields}), tuple(path)) == ()
