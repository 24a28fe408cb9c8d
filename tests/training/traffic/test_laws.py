"""Laws that hold for every routing system, whatever the weights."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.training.api.kinds import DEPLOYMENT, INGRESS, POD
from cockpit.training.cluster import Cluster
from cockpit.training.exposition import exposed
from cockpit.training.objects import name_of
from cockpit.training.promql.sample import Labels
from tests.training.steps import SPACE, merge, pods
from tests.training.traffic.clusters import NGINX, ingresses, pair, rates
from tests.training.traffic.test_gateway import route
from tests.training.traffic.test_gateway import to as ref
from tests.training.traffic.test_ingress import canary, main
from tests.training.traffic.test_istio import to, virtual
from tests.training.traffic.worlds import found, shares, world

_SERVICES = ("a", "b", "c", "d")
_WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=4)
_READY = st.sets(st.sampled_from(_SERVICES))


def seen(system: str, weights: list[int], ready: set[str]) -> list[dict[str, float]]:
    """Return the shares of each entrance of a route of one system with such weights."""
    named = list(zip(_SERVICES, weights, strict=False))
    if system == "gateway":
        made = [route({"backendRefs": [ref(name, weight) for name, weight in named]}, headers="canary=true:0.3")]
    else:
        made = [virtual({"route": [to(weight, name) for name, weight in named]}, hosts=("a",), headers="x=1:0.3")]
    return [shares(entrance) for entrance in found(world(made, ready, _SERVICES), system)]


@given(system=st.sampled_from(["gateway", "istio"]), weights=_WEIGHTS, ready=_READY)
def test_everybody_goes_somewhere(system: str, weights: list[int], ready: set[str]) -> None:
    for entrance in seen(system, weights, ready):
        assert sum(entrance.values()) == pytest.approx(1)


@given(system=st.sampled_from(["gateway", "istio"]), weights=_WEIGHTS.filter(lambda found: len(found) > 1))
def test_a_weight_of_0_gets_nothing_and_every_other_its_share(system: str, weights: list[int]) -> None:
    for entrance in seen(system, weights, set(_SERVICES)):
        for name, weight in zip(_SERVICES, weights, strict=False):
            assert entrance.get(name, 0.0) == pytest.approx(weight / sum(weights) if sum(weights) else 0.0)


@given(weight=st.integers(-10, 400), total=st.integers(0, 400), header=st.floats(0, 1), ready=_READY)
def test_everybody_behind_an_ingress_goes_somewhere(weight: int, total: int, header: float, ready: set[str]) -> None:
    objects = [
        main(headers=f"canary=always:{header}"),
        canary(weight=str(weight), weight_total=str(total), by_header="canary"),
    ]
    up = ["old", "new"][: len(ready)]
    (entrance,) = found(world(objects, ready=up), "ingress")
    assert sum(shares(entrance).values()) == pytest.approx(1)
    if len(up) == 2 and weight <= 0:
        assert shares(entrance).get("new", 0.0) == pytest.approx(header, abs=1e-6)


@given(weight=st.integers(0, 100), requests=st.integers(0, 5000))
@settings(max_examples=10)
def test_what_comes_in_through_a_rule_is_what_its_pods_answer(weight: int, requests: int) -> None:
    cluster = pair()
    ingresses(cluster, str(weight), str(requests))
    found_rates = rates(cluster)
    assert sum(found_rates.values()) == pytest.approx(requests)
    assert found_rates.get("new", 0.0) == pytest.approx(requests * weight / 100)
    each = [cluster.load.of_pod(pod["metadata"]["uid"], cluster.clock.now) for pod in pods(cluster)]
    assert sum(each) == pytest.approx(requests)


_ACTS = st.lists(st.sampled_from(["weigh", "scale", "restart", "delete", "wait", "ask more"]), min_size=3, max_size=7)


@given(acts=_ACTS, sizes=st.lists(st.integers(0, 6), min_size=7, max_size=7))
@settings(max_examples=12)
def test_no_counter_falls_while_its_pod_lives(acts: list[str], sizes: list[int]) -> None:
    cluster = pair(error_ratio="0.3")
    ingresses(cluster, "30", "400")
    before: dict[Labels, float] = {}
    for act, size in zip(acts, sizes, strict=False):
        _do(cluster, act, size)
        cluster.clock.step(7)
        now = {sample.labels: sample.value for sample in exposed(cluster, cluster.clock.now)}
        falls = {
            labels: (before[labels], value)
            for labels, value in now.items()
            if value < before.get(labels, 0.0) and dict(labels)["__name__"].endswith(_COUNTERS)
        }
        assert not falls
        before = now


_COUNTERS = ("_total", "_bucket", "_sum", "_count", "_requests")


def _do(cluster: Cluster, act: str, size: int) -> None:
    if act == "weigh":
        merge(cluster, INGRESS, "web-canary", {"metadata": {"annotations": {f"{NGINX}canary-weight": str(size * 16)}}})
    elif act == "ask more":
        merge(
            cluster, INGRESS, "web", {"metadata": {"annotations": {"training.cockpit.dev/requests": str(size * 100)}}}
        )
    elif act == "scale":
        merge(cluster, DEPLOYMENT, "new", {"spec": {"replicas": size}})
    elif act == "restart":
        told = {"kubectl.kubernetes.io/restartedAt": str(size)}
        merge(cluster, DEPLOYMENT, "old", {"spec": {"template": {"metadata": {"annotations": told}}}})
    elif act == "delete":
        for pod in pods(cluster)[:1]:
            cluster.registry.delete(POD, SPACE, name_of(pod))
