"""What metrics tell is joined into the release that they are about."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from cockpit.live.left_pods import LeftPods
from cockpit.live.metrics_join import joined
from cockpit.release.metrics_view import IpvsEntry, ObservedSplit, ReleaseMetrics
from cockpit.release.view import ReleaseView, Role
from tests.ui.factory import release, version

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def entry(remote: str, weight: int = 1, active: int = 3, inactive: int = 12, local: str = "10.96.0.12") -> IpvsEntry:
    return IpvsEntry(
        protocol="TCP",
        local_address=local,
        local_port=80 if local == "10.96.0.12" else 30080,
        remote_address=remote,
        remote_port=8080,
        weight=weight,
        active_connections=active,
        inactive_connections=inactive,
    )


def metrics(*entries: IpvsEntry, observed: ObservedSplit | None = None) -> ReleaseMetrics:
    return ReleaseMetrics(until=NOW, step=15.0, by_version={}, observed=observed, ipvs=entries or None)


def web(states: str = "rr") -> ReleaseView:
    return release("web", (version("v1", Role.STABLE, "web", states),), node_port=30080)


def endpoint_figures(seen: ReleaseView) -> list[tuple[str, int | None, int | None, int | None]]:
    service = (seen.services or ())[0]
    return [
        (end.address, end.weight, end.active_connections, end.inactive_connections) for end in service.endpoints or ()
    ]


def test_without_metrics_a_release_is_as_it_was() -> None:
    assert joined(web(), None) == web()


def test_an_endpoint_carries_the_figures_of_its_real_server() -> None:
    seen = joined(web(), metrics(entry("10.244.0.2"), entry("10.244.0.3", active=0)))
    assert endpoint_figures(seen) == [("10.244.0.2", 1, 3, 12), ("10.244.0.3", 1, 0, 12)]


def test_connections_through_the_cluster_ip_and_through_the_node_port_are_counted_together() -> None:
    seen = joined(web("r"), metrics(entry("10.244.0.2"), entry("10.244.0.2", local="192.168.7.4", active=2)))
    assert endpoint_figures(seen) == [("10.244.0.2", 1, 5, 24)]


def test_real_servers_of_other_services_are_left_alone() -> None:
    other = msgspec.structs.replace(entry("10.244.0.2"), local_address="10.96.0.99")
    assert endpoint_figures(joined(web("r"), metrics(other))) == [("10.244.0.2", None, None, None)]


def test_a_drained_real_server_with_connections_stays_visible_with_weight_0() -> None:
    seen = joined(web("r"), metrics(entry("10.244.0.2"), entry("10.244.0.77", weight=0, active=4)))
    (draining,) = (seen.services or ())[0].draining
    assert (draining.address, draining.weight, draining.active_connections) == ("10.244.0.77", 0, 4)
    assert (draining.ready, draining.terminating, draining.version) == (False, True, "?")


def test_a_drained_real_server_is_named_by_the_pod_that_was_there() -> None:
    two = release("web", (version("v1", Role.STABLE, "web", "r"), version("v2", Role.NEW, "web2", "r", network=1)))
    both = {pod.address: pod.name for entry in two.versions for pod in entry.pods or ()}
    left = LeftPods()
    left.noted(two)
    without = msgspec.structs.replace(two.versions[1], pods=())
    unlisted = tuple(msgspec.structs.replace(service, endpoints=()) for service in two.services or ())
    drained = metrics(*(entry(address, weight=0) for address in both))
    for versions, name in (((two.versions[0], without), "v2"), (two.versions[:1], "?")):
        now = msgspec.structs.replace(two, versions=versions, services=unlisted)
        seen = joined(now, drained, left.noted(now))
        found = {end.address: (end.pod, end.version) for end in (seen.services or ())[0].draining}
        assert found["10.244.1.2"] == (both["10.244.1.2"], name), "a version that is gone is unknown, its pod is not"


def test_an_address_belongs_to_the_pod_that_has_it_now() -> None:
    before, after = web("r"), release("web", (version("v2", Role.STABLE, "web2", "r"),))
    left = LeftPods()
    left.noted(before)
    (pod,) = after.versions[0].pods or ()
    assert left.noted(after) == {"10.244.0.2": (pod.name, "v2")}


def test_a_drained_real_server_without_connections_is_not_shown() -> None:
    seen = joined(web("r"), metrics(entry("10.244.0.77", weight=0, active=0, inactive=0)))
    assert not (seen.services or ())[0].draining


def test_the_observed_split_says_who_counted_how_much() -> None:
    split = ObservedSplit(shares={"v1": 1.0}, window="1m", samples=7200.0, source="ingress-nginx")
    seen = joined(web(), metrics(observed=split)).splits
    assert (seen.observed, seen.observed_by) == ({"v1": 1.0}, "ingress-nginx, 7,200 in 1m")
