"""What the controller of Gateways says of routes."""

from __future__ import annotations

from cockpit.training.api.kinds import SERVICE
from cockpit.training.cluster import Cluster
from cockpit.training.objects import Json
from tests.training.steps import SPACE, service
from tests.training.traffic.clusters import http_route, kind, pair


def gated(gateway_class: str = "training") -> Cluster:
    """Return a cluster with a Gateway and a route of it over two Services."""
    cluster = pair()
    listeners = [{"name": "http", "port": 80, "protocol": "HTTP"}]
    spec = {"gatewayClassName": gateway_class, "listeners": listeners}
    cluster.registry.create(kind(cluster, "Gateway"), SPACE, {"metadata": {"name": "public"}, "spec": spec})
    http_route(cluster, 90, 10)
    cluster.clock.step(5)
    return cluster


def route(cluster: Cluster) -> Json:
    return cluster.registry.get(kind(cluster, "HTTPRoute"), SPACE, "web")


def said(cluster: Cluster) -> dict[str, tuple[str, str, int]]:
    """Return status, reason and generation of each condition of the route at its only parent."""
    (parent,) = route(cluster)["status"]["parents"]
    assert parent["parentRef"]["name"] == "public"
    return {
        entry["type"]: (entry["status"], entry["reason"], entry["observedGeneration"]) for entry in parent["conditions"]
    }


def test_a_route_of_a_gateway_is_taken_up_and_again_when_its_weights_change() -> None:
    cluster = gated()
    assert said(cluster) == {"Accepted": ("True", "Accepted", 1), "ResolvedRefs": ("True", "ResolvedRefs", 1)}
    changed = route(cluster)
    refs = [{**ref, "weight": 1} for ref in changed["spec"]["rules"][0]["backendRefs"]]
    spec = {**changed["spec"], "rules": [{**changed["spec"]["rules"][0], "backendRefs": refs}]}
    cluster.registry.replace(kind(cluster, "HTTPRoute"), SPACE, "web", {**changed, "spec": spec})
    assert said(cluster)["Accepted"][2] == 1
    cluster.clock.step(1)
    assert said(cluster)["Accepted"][2] == 2


def test_a_backend_that_is_not_there_is_said_until_it_is() -> None:
    cluster = gated()
    cluster.registry.delete(SERVICE, SPACE, "new")
    cluster.clock.step(1)
    assert said(cluster)["ResolvedRefs"][:2] == ("False", "BackendNotFound")
    cluster.registry.create(SERVICE, SPACE, service("new"))
    cluster.clock.step(1)
    assert said(cluster)["ResolvedRefs"][:2] == ("True", "ResolvedRefs")


def test_routes_of_other_gateways_and_what_others_say_stay_as_they_are() -> None:
    cluster = gated("istio")
    assert "status" not in route(cluster)
    other = {"parentRef": {"name": "public"}, "controllerName": "example.io/gateway", "conditions": []}
    cluster.registry.replace(
        kind(cluster, "HTTPRoute"), SPACE, "web", {**route(cluster), "status": {"parents": [other]}}, "status"
    )
    cluster.clock.step(5)
    assert route(cluster)["status"]["parents"] == [other]
