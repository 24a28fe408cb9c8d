"""What routes of Gateway API and Istio make of a release."""

from __future__ import annotations

from cockpit.release.view import ReleaseView, Role, RouteView, State, Strategy
from tests.release.world import SCENARIOS, Json, World

DEPLOYMENTS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  replicas: 2
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: app, image: "%s:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: %s}
spec: {selector: {app: %s}, ports: [{port: 80}]}
"""


def istio() -> World:
    return World(SCENARIOS / "istio-weight-and-header.yaml")


def services(*names: str) -> World:
    """Return one Deployment and one Service of each name."""
    world = World()
    for name in names:
        world.apply(DEPLOYMENTS % ((name,) * 6))
    return world


def route(world: World, *references: Json, **more: Json) -> World:
    spec = {"hostnames": ["shop.example"], "rules": [{"backendRefs": list(references)}]}
    world.put({"kind": "HTTPRoute", "metadata": {"name": "shop"}, "spec": spec, **more})
    return world.settle()


def routes(release: ReleaseView) -> tuple[RouteView, ...]:
    assert release.routes is not None
    return release.routes


def test_subsets_of_one_service_are_versions_of_its_release() -> None:
    release = istio().settle().release()
    header, weighted = routes(release)
    assert (release.name, release.strategy, release.state) == ("reviews", Strategy.CANARY, State.STEADY)
    assert (header.match, header.shares) == ("header canary: true", {"v2": 1.0})
    assert weighted.shares == {"v1": 0.95, "v2": 0.05}
    assert [entry.version for entry in weighted.backends] == ["v1", "v2"]
    assert [(entry.name, entry.role) for entry in release.versions] == [("v1", Role.STABLE), ("v2", Role.CANARY)]
    # The rules differ, so no one split is configured: the routes tell.
    assert release.splits.configured is None
    assert {(entry.kind, entry.name) for entry in release.members} >= {
        ("VirtualService", "reviews"),
        ("DestinationRule", "reviews"),
    }


def test_one_weighted_entry_is_the_configured_split() -> None:
    world = istio()
    del world.get("VirtualService", "reviews")["spec"]["http"][0]
    assert world.settle().release().splits.configured == {"v1": 0.95, "v2": 0.05}
    assert world.release().splits.configured_by == "VirtualService/reviews"


def test_a_share_for_a_subset_without_pods_is_an_outage_and_the_subset_is_still_a_version() -> None:
    world = istio()
    world.get("Deployment", "reviews-v2")["spec"]["replicas"] = 0
    release = world.settle().release()
    assert release.state is State.OUTAGE
    assert release.reason == (
        "VirtualService/reviews sends 100% of reviews/ to subset v2 of Service/reviews, which has no ready pod; "
        "take the share away, or scale up."
    )
    assert {entry.name for entry in release.versions} == {"v1", "v2"}


def test_a_share_for_a_subset_that_nobody_defines_is_an_outage() -> None:
    world = istio()
    world.get("DestinationRule", "reviews")["spec"]["subsets"].pop()
    assert "which no DestinationRule has" in world.settle().release().reason
    # Where they cannot be read, nobody knows.
    blind = world.settle().release(unreadable=frozenset({"destinationrules"}))
    assert blind.state is State.STEADY
    assert routes(blind)[1].shares is None


def test_backends_of_one_rule_are_joined_into_one_release() -> None:
    world = route(services("old", "new"), {"name": "old", "weight": 3}, {"name": "new", "weight": 1})
    release = world.release()
    assert (release.name, release.strategy) == ("shop", Strategy.CANARY)
    assert release.splits.configured == {"old": 0.75, "new": 0.25}


def test_a_backend_of_another_namespace_is_not_the_service_of_the_same_name_here() -> None:
    world = route(
        services("web", "pay"), {"name": "web", "weight": 1}, {"name": "pay", "namespace": "bank", "weight": 1}
    )
    releases = world.releases()
    assert set(releases) == {"web", "pay"}
    assert not routes(releases["pay"])
    (rule,) = routes(releases["web"])
    assert [(entry.service, entry.version, entry.share) for entry in rule.backends] == [
        ("web", "1", 0.5),
        ("bank/pay", None, 0.5),
    ]
    # Half of it goes where nobody here can see.
    assert rule.shares is None


def test_what_a_gateway_says_against_a_route_is_told_with_its_rules() -> None:
    condition = {"type": "Accepted", "status": "False", "reason": "NoMatchingParent", "message": "No such listener."}
    status = {"parents": [{"parentRef": {"name": "gw"}, "conditions": [condition]}]}
    release = route(services("web"), {"name": "web", "port": 80}, status=status).release()
    assert "Gateway/gw: Accepted is False (NoMatchingParent). No such listener." in routes(release)[0].problem


def test_a_route_that_leads_to_no_service_is_an_outage_that_names_it() -> None:
    release = route(services("web"), {"name": "web", "weight": 1}, {"name": "gone", "weight": 1}).release()
    assert release.state is State.OUTAGE
    assert "HTTPRoute/shop sends 50% of shop.example/ to Service/gone" in release.reason


def test_a_route_in_which_nobody_has_a_share_is_an_outage_and_says_what_the_gateway_answers() -> None:
    release = route(services("web", "pay"), {"name": "web", "weight": 0}, {"name": "pay", "weight": 0}).release()
    assert release.state is State.OUTAGE
    assert release.reason == (
        "HTTPRoute/shop gives nobody a share of shop.example/; give a backend a weight. "
        "All weights are 0: the gateway answers 500 to every request of the rule."
    )


def test_routes_that_cannot_be_read_are_unknown_and_so_is_the_configured_split() -> None:
    world = World(SCENARIOS / "selector-switch.yaml").settle()
    assert world.release().splits.configured is not None
    blind = world.release(unreadable=frozenset({"virtualservices"}))
    assert blind.routes is None
    assert blind.splits.configured is None


def test_what_can_be_read_is_told_while_another_kind_of_route_cannot() -> None:
    world = route(services("web"), {"name": "web", "port": 80})
    blind = world.release(unreadable=frozenset({"virtualservices"}))
    assert [entry.kind for entry in routes(blind)] == ["HTTPRoute"]
    assert blind.splits.configured is None
