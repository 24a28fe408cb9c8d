"""OpenAPI v3 of the served kinds."""

from __future__ import annotations

import re
from typing import Any

from cockpit.training.api.catalogue import Catalogue
from cockpit.training.api.kinds import SERVED
from cockpit.training.http_api.openapi import document
from cockpit.training.http_api.openapi_v2 import protobuf
from tests.training.api_client import Api, talk

GATEWAY = "apis/gateway.networking.k8s.io/v1"


def schemas(path: str) -> dict[str, Any]:
    found = document(Catalogue(), f"/openapi/v3/{path}")
    assert found is not None
    schemas: dict[str, Any] = found["components"]["schemas"]
    return schemas


def test_every_served_kind_has_a_schema_and_every_reference_leads_somewhere() -> None:
    for kind in SERVED:
        found = schemas(f"apis/{kind.api_version}" if kind.group else "api/v1")
        about = {"group": kind.group, "version": kind.version, "kind": kind.kind}
        assert [one for one in found.values() if about in one.get("x-kubernetes-group-version-kind", [])], kind
        for reference in re.findall(r"'#/components/schemas/([^']+)'", str(found)):
            assert reference in found


def test_a_schema_says_types_and_what_is_required() -> None:
    spec = schemas("apis/apps/v1")["io.k8s.api.apps.v1.DeploymentSpec"]
    assert spec["required"] == ["selector", "template"]
    assert spec["properties"]["replicas"]["format"] == "int32"
    assert spec["properties"]["strategy"]["allOf"] == [
        {"$ref": "#/components/schemas/io.k8s.api.apps.v1.DeploymentStrategy"}
    ]


def test_a_write_says_that_it_validates_fields() -> None:
    found = document(Catalogue(), "/openapi/v3/apis/apps/v1")
    assert found is not None
    patch = found["paths"]["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]
    assert "fieldValidation" in [parameter["name"] for parameter in patch["parameters"]]


def test_custom_kinds_are_told_too_and_a_change_of_theirs_changes_the_link() -> None:
    async def story(api: Api) -> None:
        before = (await api.get("/openapi/v3"))["paths"][GATEWAY]["serverRelativeURL"]
        told = await api.get(f"/openapi/v3/{GATEWAY}")
        assert "io.k8s.networking.gateway.v1.HTTPRoute" in told["components"]["schemas"]
        path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/httproutes.gateway.networking.k8s.io"
        patch = [{"op": "replace", "path": "/spec/versions/0/schema/openAPIV3Schema/description", "value": "new"}]
        assert (await api.ask("PATCH", path, patch, "application/json-patch+json"))[0] == 200
        assert (await api.get("/openapi/v3"))["paths"][GATEWAY]["serverRelativeURL"] != before

    talk(story)


def test_the_older_form_tells_who_takes_a_dry_run_and_defines_nothing() -> None:
    found = document(Catalogue(), "/openapi/v2")
    assert found is not None
    assert (found["swagger"], found["definitions"]) == ("2.0", {})
    patch = found["paths"]["/api/v1/namespaces/{namespace}/services/{name}"]["patch"]
    assert patch["parameters"][0] == {"in": "query", "name": "dryRun", "type": "string"}


def test_the_older_form_in_protobuf_begins_as_it_should() -> None:
    info = b"\n" + bytes([len("Kubernetes")]) + b"Kubernetes" + b"\x12" + bytes([len("v1.36.0")]) + b"v1.36.0"
    assert protobuf(Catalogue()).startswith(b"\n\x032.0" + b"\x12" + bytes([len(info)]) + info + b"B")
