"""CustomResourceDefinitions, and what is created from them."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import pytest
import yaml

from cockpit.training.api.jsonpath import first
from cockpit.training.scenario import parse
from cockpit.training.serve import ClusterServer
from tests.training.api_client import TABLE, Api, talk
from tests.training.steps import SPACE

DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
WIDGETS = f"/apis/example.com/v1/namespaces/{SPACE}/widgets"
ROUTES = f"/apis/gateway.networking.k8s.io/v1/namespaces/{SPACE}/httproutes"
MERGE, JSON_PATCH = "application/merge-patch+json", "application/json-patch+json"
STRATEGIC, APPLY = "application/strategic-merge-patch+json", "application/apply-patch+yaml"
WIDGET: dict[str, Any] = yaml.safe_load("""
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget, shortNames: [wd]}
  versions:
    - name: v1
      served: true
      storage: true
      subresources:
        status: {}
        scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size, labelSelectorPath: .status.selector}
      additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [color]
              properties:
                color: {type: string, enum: [red, blue], maxLength: 4}
                code: {type: string, pattern: '^[a-z]+$', minLength: 2}
                size: {type: integer, minimum: 1, maximum: 9, default: 3}
                amount: {x-kubernetes-int-or-string: true}
                parts:
                  type: array
                  minItems: 1
                  maxItems: 2
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [name]
                  items: {type: object, properties: {name: {type: string}, count: {type: integer, default: 1}}}
                free: {type: object, x-kubernetes-preserve-unknown-fields: true}
            status: {type: object, x-kubernetes-preserve-unknown-fields: true}
    - name: v1beta1
      served: true
      storage: false
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
""")


def widget(**spec: object) -> dict[str, Any]:
    return {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "one"}, "spec": spec}


def test_a_kind_is_served_as_soon_as_it_is_defined_and_its_objects_go_with_it() -> None:
    async def story(api: Api) -> None:
        assert "example.com" not in [group["name"] for group in (await api.get("/apis"))["groups"]]
        assert (await api.ask("POST", DEFINITIONS, WIDGET))[0] == 201
        found = await api.get(f"{DEFINITIONS}/widgets.example.com")
        assert {one["type"]: one["status"] for one in found["status"]["conditions"]} == {
            "NamesAccepted": "True",
            "Established": "True",
        }
        listed = await api.get("/apis/example.com/v1")
        assert [one["name"] for one in listed["resources"]] == ["widgets", "widgets/scale", "widgets/status"]
        status, made = await api.ask("POST", WIDGETS, widget(color="red", unknown=1))
        assert (status, made["spec"], made["metadata"]["generation"]) == (201, {"color": "red", "size": 3}, 1)
        async with api.watch(WIDGETS, {"resourceVersion": made["metadata"]["resourceVersion"]}) as line:
            assert (await api.ask("DELETE", f"{DEFINITIONS}/widgets.example.com"))[0] == 200
            assert (await line())["type"] == "DELETED"
        assert (await api.ask("GET", f"{DEFINITIONS}/widgets.example.com"))[0] == 404
        assert "example.com" not in [group["name"] for group in (await api.get("/apis"))["groups"]]

    talk(story)


def typed(path: str, wanted: str, found: str) -> str:
    return f'Invalid value: "{found}": {path} in body must be of type {wanted}: "{found}"'


@pytest.mark.parametrize(
    ("spec", "path", "message"),
    [
        ({"color": "tan"}, "color", 'Unsupported value: "tan": supported values: "red", "blue"'),
        ({}, "color", "Required value"),
        ({"size": 0}, "size", "Invalid value: 0: spec.size in body should be greater than or equal to 1"),
        ({"size": 10}, "size", "Invalid value: 10: spec.size in body should be less than or equal to 9"),
        ({"size": "3"}, "size", typed("spec.size", "integer", "string")),
        ({"code": "A1"}, "code", "Invalid value: \"A1\": spec.code in body should match '^[a-z]+$'"),
        ({"code": "a"}, "code", 'Invalid value: "a": spec.code in body should be at least 2 chars long'),
        ({"amount": True}, "amount", typed("spec.amount", "integer,string", "boolean")),
        ({"parts": []}, "parts", "Invalid value: 0: spec.parts in body should have at least 1 items"),
        ({"parts": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}, "parts", "Too many: 3: must have at most 2 items"),
        ({"parts": [{"name": "a"}, {"name": "a"}]}, "parts[1]", 'Duplicate value: {"name":"a"}'),
    ],
)
def test_objects_are_held_against_their_schema(spec: dict[str, Any], path: str, message: str) -> None:
    async def story(api: Api) -> str:
        await api.ask("POST", DEFINITIONS, WIDGET)
        status, body = await api.ask("POST", WIDGETS, widget(**(spec and {"color": "red", **spec})))
        assert status == 422, body
        return str(body["message"])

    assert talk(story) == f'Widget.example.com "one" is invalid: spec.{path}: {message}'


def test_what_is_free_or_int_or_string_is_kept_as_it_comes() -> None:
    async def story(api: Api) -> None:
        await api.ask("POST", DEFINITIONS, WIDGET)
        spec = {"color": "red", "size": 1, "amount": "50%", "free": {"any": [1, {"thing": True}]}}
        assert (await api.ask("POST", WIDGETS, widget(**spec)))[1]["spec"] == spec
        answer = await api.ask("PATCH", f"{WIDGETS}/one", {"spec": {"amount": 5}}, MERGE)
        assert answer[1]["spec"]["amount"] == 5
        assert answer[1]["metadata"]["generation"] == 2

    talk(story)


def test_status_and_scale_are_written_apart() -> None:
    async def story(api: Api) -> None:
        await api.ask("POST", DEFINITIONS, WIDGET)
        made = (await api.ask("POST", WIDGETS, {**widget(color="red"), "status": {"size": 9}}))[1]
        assert "status" not in made
        status = {"status": {"size": 2, "selector": "app=one"}, "spec": {"color": "blue"}}
        changed = (await api.ask("PATCH", f"{WIDGETS}/one/status", status, MERGE))[1]
        assert (changed["spec"]["color"], changed["status"]["size"], changed["metadata"]["generation"]) == ("red", 2, 1)
        scale = (await api.ask("PATCH", f"{WIDGETS}/one/scale", {"spec": {"replicas": 7}}, MERGE))[1]
        assert (scale["kind"], scale["spec"], scale["status"]) == (
            "Scale",
            {"replicas": 7},
            {"replicas": 2, "selector": "app=one"},
        )
        assert (await api.get(f"{WIDGETS}/one"))["spec"]["size"] == 7

    talk(story)


def test_a_strategic_merge_is_refused_and_an_apply_goes_by_the_schema() -> None:
    async def story(api: Api) -> None:
        await api.ask("POST", DEFINITIONS, WIDGET)
        parts = [{"name": "a", "count": 2}]
        assert (await api.ask("PATCH", f"{WIDGETS}/one?fieldManager=me", widget(color="red", parts=parts), APPLY))[
            0
        ] in (200, 201)
        status, body = await api.ask("PATCH", f"{WIDGETS}/one", {"spec": {}}, STRATEGIC)
        assert (status, body["reason"]) == (415, "UnsupportedMediaType")
        more = widget(parts=[{"name": "b"}])
        answer = await api.ask("PATCH", f"{WIDGETS}/one?fieldManager=you&force=true", more, APPLY)
        assert answer[1]["spec"]["parts"] == [*parts, {"name": "b", "count": 1}]

    talk(story)


def test_every_served_version_shows_the_same_objects_and_tables_have_the_declared_columns() -> None:
    async def story(api: Api) -> None:
        await api.ask("POST", DEFINITIONS, WIDGET)
        await api.ask("POST", WIDGETS, widget(color="red"))
        old = await api.get(WIDGETS.replace("/v1/", "/v1beta1/") + "/one")
        assert (old["apiVersion"], old["spec"]["color"]) == ("example.com/v1beta1", "red")
        table = await api.get(WIDGETS, TABLE)
        assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Size"]
        assert table["rows"][0]["cells"] == ["one", 3]

    talk(story)


def test_a_changed_definition_holds_from_now_on() -> None:
    async def story(api: Api) -> None:
        await api.ask("POST", DEFINITIONS, WIDGET)
        changed = copy.deepcopy(WIDGET["spec"]["versions"])
        changed[0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["size"]["maximum"] = 99
        await api.ask("PATCH", f"{DEFINITIONS}/widgets.example.com", {"spec": {"versions": changed}}, MERGE)
        assert (await api.ask("POST", WIDGETS, widget(color="red", size=50)))[0] == 201

    talk(story)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"names": {"plural": "things", "kind": "Widget"}}, "metadata.name"),
        ({"scope": "Global"}, "spec.scope"),
        ({"versions": []}, "spec.versions"),
        ({"versions": [{"name": "v1", "served": True, "storage": True}]}, "spec.versions[0].schema.openAPIV3Schema"),
    ],
)
def test_a_definition_is_validated(change: dict[str, Any], field: str) -> None:
    async def story(api: Api) -> tuple[int, list[str]]:
        status, body = await api.ask("POST", DEFINITIONS, {**WIDGET, "spec": {**WIDGET["spec"], **change}})
        return status, [cause["field"] for cause in body["details"]["causes"]]

    assert talk(story) == (422, [field])


def test_the_shipped_route_answers_bad_weights_as_recorded() -> None:
    async def story(api: Api) -> list[str]:
        route = {
            "metadata": {"name": "web"},
            "spec": {"rules": [{"backendRefs": [{"name": "a", "port": 80, "weight": 95}, {"name": "b"}]}]},
        }
        made = (await api.ask("POST", ROUTES, route))[1]
        assert made["spec"]["rules"][0]["backendRefs"][1] == {
            "group": "", "kind": "Service", "name": "b", "weight": 1,
        }  # fmt: skip
        assert made["spec"]["rules"][0]["matches"] == [{"path": {"type": "PathPrefix", "value": "/"}}]
        found = []
        for value in (-1, "10", 1.5):
            patch = [{"op": "replace", "path": "/spec/rules/0/backendRefs/1/weight", "value": value}]
            status, body = await api.ask("PATCH", f"{ROUTES}/web", patch, JSON_PATCH)
            assert status == 422
            found.append(body["message"].removeprefix('HTTPRoute.gateway.networking.k8s.io "web" is invalid: '))
        return found

    where = "spec.rules[0].backendRefs[1].weight"
    rest = (
        "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct "
        "the existing errors to complete validation]"
    )
    assert talk(story) == [
        f"{where}: Invalid value: -1: {where} in body should be greater than or equal to 0",
        f'[{where}: Invalid value: "string": {where} in body must be of type integer: "string", {rest}',
        f'[{where}: Invalid value: "float64": {where} in body must be of type int32: "float64", <nil>: Invalid value: '
        f'"": Checked value must be of type integer with format int32 in {where}, {rest}',
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (".a.b", 1),
        (".list[1].name", "y"),
        ('.list[?(@.name=="y")].value', 2),
        (".list[*].value", 1),
        (".metadata.labels['app.kubernetes.io/name']", "web"),
        (".a.missing", None),
    ],
)
def test_columns_are_found_by_simple_paths(path: str, expected: object) -> None:
    obj = {
        "a": {"b": 1},
        "list": [{"name": "x", "value": 1}, {"name": "y", "value": 2}],
        "metadata": {"labels": {"app.kubernetes.io/name": "web"}},
    }
    assert first(obj, path) == expected


def test_a_scenario_may_bring_routes() -> None:
    manifest = {"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "web"}}
    scenario = parse("routes", [{"about": "x"}, manifest | {"spec": {"hosts": ["web"]}}])

    async def story() -> None:
        async with ClusterServer(scenario) as server:
            kind = server.store.kinds.named("VirtualService")
            assert kind is not None
            assert server.store.get(kind, "default", "web") is not None

    asyncio.run(story())
