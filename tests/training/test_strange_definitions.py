"""Whatever a definition holds, and what is made from it: it is taken or refused, and the server never fails."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cockpit.training.api.failures import ApiError
from cockpit.training.api.kinds import CUSTOM_RESOURCE_DEFINITION
from cockpit.training.api.schema_checks import schema_causes
from cockpit.training.api.structural import complete, unknown_fields
from cockpit.training.cluster import Cluster
from cockpit.training.http_api.openapi import document
from cockpit.training.http_api.tables import table
from cockpit.training.objects import Json, clone

SCALARS = (
    st.none() | st.booleans() | st.integers(-3, 300) | st.sampled_from([0.5, "a", "", "red", "object", "(", "[a-z"])
)
NAMES = st.sampled_from(["a", "b", "name", "spec", "status", "metadata"])
ANYTHING = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))
TYPES = st.sampled_from(["object", "array", "string", "integer", "number", "boolean"])


def _node(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": TYPES},
        optional={
            "properties": st.dictionaries(NAMES, inner, max_size=3),
            "items": inner,
            "additionalProperties": st.booleans() | inner,
            "required": st.lists(NAMES, max_size=2),
            "enum": st.lists(SCALARS, min_size=1, max_size=3),
            "default": ANYTHING,
            "minimum": st.integers(-3, 3),
            "maxLength": st.integers(0, 3),
            "minItems": st.integers(0, 2),
            "maxItems": st.integers(0, 2),
            "pattern": st.sampled_from(["^a", "(", "[a-z]+"]),
            "nullable": st.booleans(),
            "anyOf": st.lists(inner, max_size=2),
            "oneOf": st.lists(inner, max_size=2),
            "not": inner,
            "x-kubernetes-preserve-unknown-fields": st.booleans(),
            "x-kubernetes-int-or-string": st.booleans(),
            "x-kubernetes-list-type": st.sampled_from(["map", "set", "atomic"]),
            "x-kubernetes-list-map-keys": st.lists(NAMES, max_size=2),
        },
    )


SCHEMAS = st.recursive(st.fixed_dictionaries({"type": TYPES}), _node, max_leaves=6)


@example({"type": "object", "properties": {"a": {"type": "object", "default": {"a": None}}}}, {})
@given(SCHEMAS, st.dictionaries(NAMES, ANYTHING, max_size=3))
@settings(deadline=None)
def test_any_object_is_completed_and_held_against_any_schema(schema: Json, obj: Json) -> None:
    completed = clone(obj)
    complete(schema, completed)
    assert unknown_fields(schema, completed) == []
    schema_causes(schema, completed, True)
    again = clone(completed)
    complete(schema, again)
    assert again == completed


PARTS = st.fixed_dictionaries(
    {},
    optional={
        "names": st.fixed_dictionaries({"plural": st.just("things"), "kind": st.just("Thing")}) | ANYTHING,
        "scope": st.sampled_from(["Cluster", "Namespaced"]) | ANYTHING,
        "group": st.just("x.dev") | ANYTHING,
        "versions": ANYTHING
        | st.lists(
            st.fixed_dictionaries(
                {"name": st.just("v1"), "served": st.just(True), "storage": st.just(True)},
                optional={
                    "schema": st.fixed_dictionaries({"openAPIV3Schema": SCHEMAS | ANYTHING}) | ANYTHING,
                    "subresources": ANYTHING | st.fixed_dictionaries({"scale": ANYTHING, "status": st.just({})}),
                    "additionalPrinterColumns": ANYTHING | st.lists(st.fixed_dictionaries({"name": SCALARS})),
                },
            ),
            max_size=2,
        ),
    },
)


@given(PARTS)
@settings(deadline=None)
def test_any_definition_is_taken_or_refused(spec: Json) -> None:
    cluster = Cluster(1, 1.7e9)
    code = 201
    try:
        body = {"metadata": {"name": "things.x.dev"}, "spec": clone(spec)}
        cluster.registry.create(CUSTOM_RESOURCE_DEFINITION, "", body)
    except ApiError as error:
        code = error.code
    assert code in (201, 400, 422)
    if code != 201:
        return
    for kind in cluster.store.kinds.custom("x.dev", "things"):
        made = cluster.registry.create(kind, "default" if kind.namespaced else "", {"metadata": {"name": "one"}})
        assert table(kind, [made], {}, 1.7e9)["rows"]
    assert document(cluster.store.kinds, "/openapi/v3/apis/x.dev/v1") is not None
    cluster.registry.delete(CUSTOM_RESOURCE_DEFINITION, "", "things.x.dev")
    assert not cluster.store.kinds.custom("x.dev", "things")
