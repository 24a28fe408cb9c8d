"""Backends and connections of ipvs, as each node counts them."""

from __future__ import annotations

import pytest

from cockpit.training.api.kinds import DEPLOYMENT, SERVICE
from cockpit.training.cluster import Cluster
from tests.training.exposition.series import labels_of, series, total
from tests.training.steps import change, get, merge
from tests.training.traffic.clusters import ingresses, pair

WEIGHT = "node_ipvs_backend_weight"
ACTIVE, INACTIVE = "node_ipvs_backend_connections_active", "node_ipvs_backend_connections_inactive"
NODES = 5


def with_ipvs(requests: str = "200", **behaviour: str) -> Cluster:
    cluster = pair(**behaviour)  # type: ignore[arg-type]  # settings of pods only, no numbers
    cluster.exposition.proxy = "ipvs"
    for name in ("old", "new"):
        merge(cluster, SERVICE, name, {"metadata": {"annotations": {"training.cockpit.dev/requests": requests}}})
    return cluster


def address(cluster: Cluster, name: str = "new") -> str:
    return str(get(cluster, name, SERVICE)["spec"]["clusterIP"])


@pytest.mark.parametrize("proxy", ["iptables", "nftables"])
def test_only_ipvs_has_connections_to_count(proxy: str) -> None:
    cluster = with_ipvs()
    cluster.exposition.proxy = proxy
    assert series(cluster, WEIGHT) == {}


def test_every_node_has_every_backend_with_weight_1() -> None:
    cluster = with_ipvs()
    found = series(cluster, WEIGHT, local_address=address(cluster))
    assert list(found.values()) == [1.0] * 2 * NODES
    labels = labels_of(cluster, WEIGHT, local_address=address(cluster))
    assert {each["local_port"] for each in labels} == {each["remote_port"] for each in labels} == {"80"}
    assert {each["proto"] for each in labels} == {"TCP"}
    assert len({each["remote_address"] for each in labels}) == 2
    assert len({each["instance"] for each in labels}) == NODES


def test_connections_follow_the_load() -> None:
    cluster = with_ipvs()
    many = total(cluster, ACTIVE, local_address=address(cluster))
    merge(cluster, SERVICE, "new", {"metadata": {"annotations": {"training.cockpit.dev/requests": "20"}}})
    assert many == pytest.approx(300, rel=0.1)
    assert total(cluster, ACTIVE, local_address=address(cluster)) == pytest.approx(30, rel=0.4)
    assert total(cluster, INACTIVE, local_address=address(cluster)) > 0


def test_a_node_port_is_there_under_each_node_s_own_address() -> None:
    cluster = with_ipvs()
    merge(cluster, SERVICE, "new", {"spec": {"type": "NodePort"}})
    port = str(get(cluster, "new", SERVICE)["spec"]["ports"][0]["nodePort"])
    found = labels_of(cluster, WEIGHT, local_port=port)
    assert len(found) == 2 * NODES
    assert all(each["instance"] == f"{each['local_address']}:9100" for each in found)


def test_a_drained_backend_has_weight_0_until_its_connections_are_gone() -> None:
    cluster = with_ipvs(stop_after="2")
    merge(cluster, SERVICE, "new", {"spec": {"ports": [{"name": "http", "port": 80, "targetPort": 80}]}})
    cluster.clock.step(1)
    change(cluster, DEPLOYMENT, "new", {"spec": {"replicas": 1}})
    cluster.clock.step(1)
    drained = series(cluster, WEIGHT, local_address=address(cluster))
    assert sorted(drained.values()) == [0.0] * NODES + [1.0] * NODES
    gone = next(dict(labels)["remote_address"] for labels, value in drained.items() if value == 0.0)
    assert total(cluster, ACTIVE, remote_address=gone) > 0
    cluster.clock.step(10)
    assert total(cluster, ACTIVE, remote_address=gone) == 0 < total(cluster, INACTIVE, remote_address=gone)
    assert list(series(cluster, WEIGHT, remote_address=gone).values()) == [0.0] * NODES
    cluster.clock.step(110)
    assert series(cluster, WEIGHT, remote_address=gone) == {}


def test_after_a_switch_of_the_selector_the_old_pods_are_drained_while_their_clients_leave() -> None:
    cluster = with_ipvs()
    before = {str(dict(labels)["remote_address"]) for labels in series(cluster, WEIGHT, local_address=address(cluster))}
    merge(cluster, SERVICE, "new", {"spec": {"selector": {"app": "old"}}})
    active = []
    for _ in range(3):
        cluster.clock.step(8)
        weights = series(cluster, WEIGHT, local_address=address(cluster)).values()
        assert sorted(weights) == [0.0] * 2 * NODES + [1.0] * 3 * NODES
        about = {"local_address": address(cluster)}
        active.append(sum(total(cluster, ACTIVE, remote_address=one, **about) for one in before))
    assert active[0] > active[1] > active[2] == 0


def test_a_router_s_connections_are_not_among_those_of_ipvs() -> None:
    cluster = with_ipvs()
    ingresses(cluster, "50")
    assert total(cluster, ACTIVE) == total(cluster, INACTIVE) == 0
    assert len(series(cluster, WEIGHT, local_address=address(cluster))) == 2 * NODES


def test_udp_is_not_drained() -> None:
    cluster = with_ipvs()
    ports = [{"port": 80, "protocol": "UDP"}]
    merge(cluster, SERVICE, "new", {"spec": {"ports": ports}})
    change(cluster, DEPLOYMENT, "new", {"spec": {"replicas": 1}})
    cluster.clock.step(1)
    assert set(series(cluster, WEIGHT, local_address=address(cluster)).values()) == {1.0}
