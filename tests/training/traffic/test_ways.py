"""Traffic in a cluster that changes: who is asked, through which way, and how often by now."""

from __future__ import annotations

import pytest

from cockpit.training.api.kinds import DEPLOYMENT, INGRESS, POD, SERVICE
from cockpit.training.cluster import Cluster
from cockpit.training.objects import labels_of, name_of, uid_of
from tests.training.steps import SPACE, change, merge, pods
from tests.training.traffic.clusters import NGINX, http_route, ingresses, kind, pair, rates, virtual_service


def answered(cluster: Cluster, app: str) -> float:
    cluster.load.settle()
    mine = [pod for pod in cluster.store.items(POD, SPACE) if labels_of(pod)["app"] == app]
    return sum(cluster.load.answered(uid_of(pod)) for pod in mine)


def test_a_service_that_no_route_leads_to_is_asked_directly() -> None:
    assert rates(pair()) == {"old": 4.0, "new": 4.0}


def test_a_route_takes_the_place_of_direct_clients_and_gives_it_back_when_it_goes() -> None:
    cluster = pair()
    ingresses(cluster, "20")
    assert rates(cluster) == {"old": 80.0, "new": 20.0}
    for name in ("web", "web-canary"):
        cluster.registry.delete(INGRESS, SPACE, name)
    assert rates(cluster) == {"old": 4.0, "new": 4.0}


def test_without_a_number_of_its_own_a_route_brings_what_its_first_service_is_asked() -> None:
    cluster = pair()
    ingresses(cluster, "25", requests="none")
    merge(cluster, SERVICE, "old", {"metadata": {"annotations": {"training.cockpit.dev/requests": "40"}}})
    assert rates(cluster) == {"old": 30.0, "new": 10.0}


def test_weights_take_effect_at_the_moment_of_the_write_and_counts_are_exact() -> None:
    cluster = pair()
    ingresses(cluster, "10")
    before = {app: answered(cluster, app) for app in ("old", "new")}
    cluster.clock.step(30)
    merge(cluster, INGRESS, "web-canary", {"metadata": {"annotations": {f"{NGINX}canary-weight": "60"}}})
    cluster.clock.step(10)
    assert answered(cluster, "old") - before["old"] == pytest.approx(30 * 90 + 10 * 40)
    assert answered(cluster, "new") - before["new"] == pytest.approx(30 * 10 + 10 * 60)


def test_asking_in_between_changes_no_count() -> None:
    def count(asks: bool) -> float:
        cluster = pair()
        ingresses(cluster, "10")
        for _ in range(10):
            cluster.clock.step(3)
            if asks:
                cluster.load.settle()
        return answered(cluster, "new")

    assert count(asks=True) == pytest.approx(count(asks=False))


def test_a_canary_that_loses_its_last_pod_gets_nothing_until_one_is_ready_again() -> None:
    cluster = pair()
    ingresses(cluster, "20")
    change(cluster, DEPLOYMENT, "new", {"spec": {"replicas": 0}})
    cluster.clock.step(20)
    assert rates(cluster) == {"old": 100.0}
    change(cluster, DEPLOYMENT, "new", {"spec": {"replicas": 1}})
    cluster.clock.step(20)
    assert rates(cluster) == {"old": 80.0, "new": 20.0}


def test_weights_of_a_gateway_never_make_up_for_an_empty_service() -> None:
    cluster = pair()
    http_route(cluster, 3, 1)
    assert rates(cluster) == {"old": 75.0, "new": 25.0}
    change(cluster, DEPLOYMENT, "new", {"spec": {"replicas": 0}})
    cluster.clock.step(20)
    assert rates(cluster) == {"old": 75.0, "": 25.0}
    assert {flow.status for flow in cluster.load.flows() if not flow.pod} == {503}


def test_subsets_follow_the_labels_of_pods() -> None:
    cluster = pair()
    merge(cluster, SERVICE, "old", {"spec": {"selector": {"app": None, "team": "a"}}})
    subsets = [{"name": name, "labels": {"app": name}} for name in ("old", "new")]
    rule = {"metadata": {"name": "old"}, "spec": {"host": "old", "subsets": subsets}}
    cluster.registry.create(kind(cluster, "DestinationRule"), SPACE, rule)
    for pod in pods(cluster):
        merge(cluster, POD, name_of(pod), {"metadata": {"labels": {"team": "a"}}})
    routes = [{"destination": {"host": "old", "subset": name}, "weight": w} for name, w in (("old", 30), ("new", 10))]
    spec = {"hosts": ["old"], "http": [{"route": routes}]}
    cluster.registry.create(kind(cluster, "VirtualService"), SPACE, {"metadata": {"name": "old"}, "spec": spec})
    cluster.clock.step(5)
    by_subset: dict[str, set[str]] = {}
    for flow in cluster.load.flows():
        if flow.system == "istio":
            by_subset.setdefault(flow.subset, set()).add(str(flow.pod))
    assert {name: len(uids) for name, uids in by_subset.items()} == {"old": 3, "new": 2}
    rates_of = {flow.subset: flow.requests for flow in cluster.load.flows() if flow.system == "istio"}
    assert rates_of == {"old": pytest.approx(1.0), "new": pytest.approx(0.5)}


def test_header_clients_of_a_mesh_are_counted_with_the_others() -> None:
    cluster = pair()
    virtual_service(cluster, 95, 5, headers="canary=true:0.5")
    assert rates(cluster) == {"old": 95.0, "new": 5.0}


def test_the_last_pods_that_say_good_bye_still_answer_direct_clients_and_those_of_no_router() -> None:
    cluster = pair(new=1, stop_after="20")
    change(cluster, DEPLOYMENT, "new", {"spec": {"replicas": 0}})
    cluster.clock.step(5)
    assert rates(cluster)["new"] == 4.0
    ingresses(cluster, "100")
    assert rates(cluster) == {"old": 100.0}
    cluster.clock.step(30)
    assert "new" not in rates(cluster)


def test_a_restarted_container_counts_from_zero() -> None:
    cluster = pair(new=1, fail="crash-loop", fail_after="60")
    (pod,) = [pod for pod in pods(cluster) if labels_of(pod)["app"] == "new"]
    cluster.clock.step(25)
    assert answered(cluster, "new") > 100
    cluster.clock.step(25)
    (now,) = [pod for pod in pods(cluster) if labels_of(pod)["app"] == "new"]
    assert now["status"]["containerStatuses"][0]["restartCount"] >= 1
    assert uid_of(now) == uid_of(pod)
    assert answered(cluster, "new") == 0


def test_a_switch_of_the_selector_moves_direct_clients_at_once() -> None:
    cluster = pair()
    merge(cluster, SERVICE, "old", {"spec": {"selector": {"app": "new"}}})
    cluster.clock.step(2)
    assert {flow.pod for flow in cluster.load.flows() if flow.service == "old"} == {
        uid_of(pod) for pod in pods(cluster) if labels_of(pod)["app"] == "new"
    }


def test_rates_of_the_past_are_those_of_the_ways_of_then() -> None:
    cluster = pair(old=1, new=1)
    ingresses(cluster, "10")
    then = cluster.clock.now
    cluster.clock.step(30)
    merge(cluster, INGRESS, "web-canary", {"metadata": {"annotations": {f"{NGINX}canary-weight": "60"}}})
    cluster.clock.step(10)
    (uid,) = [uid_of(pod) for pod in pods(cluster) if labels_of(pod)["app"] == "new"]
    found = [cluster.load.of_pod(uid, moment) for moment in (then + 20, then + 35)]
    assert found == [pytest.approx(10), pytest.approx(60)]
