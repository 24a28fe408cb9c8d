"""What a server says that it serves."""

from __future__ import annotations

import asyncio

import pytest

from cockpit.kube.discovery import served_kinds
from cockpit.kube.errors import ApiError
from cockpit.resources.kinds import DESTINATION_RULE, HTTP_ROUTE, INGRESS_CLASS, ROUTING, VIRTUAL_SERVICE, Kind
from tests.kube.fake_api import FakeApi, JsonObject, body, raw
from tests.kube.writing import session_on


def groups(*api_versions: str) -> JsonObject:
    return {"kind": "APIGroupList", "groups": [{"versions": [{"groupVersion": name}]} for name in api_versions]}


def resources(*plurals: str) -> JsonObject:
    return {"kind": "APIResourceList", "resources": [{"name": name} for name in plurals]}


def found(api: FakeApi) -> frozenset[Kind]:
    async def scenario() -> frozenset[Kind]:
        async with api, session_on(api) as session:
            return await served_kinds(session, ROUTING)

    return asyncio.run(scenario())


def test_only_groups_that_are_there_are_asked_what_they_serve() -> None:
    api = FakeApi()
    api.on_list("/apis", body(groups("apps/v1", "networking.istio.io/v1", "networking.k8s.io/v1")))
    api.on_list("/apis/networking.istio.io/v1", body(resources("virtualservices", "destinationrules", "sidecars")))
    api.on_list("/apis/networking.k8s.io/v1", body(resources("ingresses")))
    assert found(api) == {VIRTUAL_SERVICE, DESTINATION_RULE}
    assert sorted(asked.path for asked in api.asked) == [
        "/apis",
        "/apis/networking.istio.io/v1",
        "/apis/networking.k8s.io/v1",
    ]


def test_a_version_that_the_cockpit_does_not_read_is_not_asked() -> None:
    api = FakeApi()
    api.on_list("/apis", body(groups("gateway.networking.k8s.io/v1beta1")))
    assert found(api) == frozenset()
    assert len(api.asked) == 1


def test_a_group_that_goes_while_it_is_asked_serves_nothing() -> None:
    api = FakeApi()
    api.on_list("/apis", body(groups("gateway.networking.k8s.io/v1", "networking.k8s.io/v1")))
    api.on_list("/apis/networking.k8s.io/v1", body(resources("ingressclasses")))
    assert found(api) == {INGRESS_CLASS}
    assert HTTP_ROUTE not in found(api)


@pytest.mark.parametrize("path", ["/apis", "/apis/networking.k8s.io/v1"])
def test_an_answer_that_is_no_discovery_is_an_error_of_ours(path: str) -> None:
    api = FakeApi()
    api.on_list("/apis", body(groups("networking.k8s.io/v1")))
    api.on_list(path, raw(b"<html>"))
    with pytest.raises(ApiError):
        found(api)
