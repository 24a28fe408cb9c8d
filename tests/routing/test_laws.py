"""What holds for every system: what was written is read again, and nothing but the shares has changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.resources.json_values import Path
from cockpit.routing.rules import Rule
from cockpit.routing.system import Held
from cockpit.routing.systems import SYSTEMS, reached, rules_of, weight_fields, weight_relies_on, written_weights
from tests.routing import test_gateway_api as gateway
from tests.routing import test_ingress as ingress
from tests.routing import test_istio as istio
from tests.routing.objects import Json, put, same_rule, touched, written

Documents = list[Json]
WEIGHTS = st.one_of(st.none(), st.integers(min_value=0, max_value=1_000_000))
SERVICES = ("a", "b", "c", "d")


def backends(weights: list[int | None]) -> Json:
    refs = [gateway.ref(name, weight) for name, weight in zip(SERVICES, weights, strict=False)]
    return {"backendRefs": refs, "filters": gateway.FILTERS, "matches": [gateway.HEADER]}


def http_route(weights: list[int | None]) -> Documents:
    return [gateway.route(gateway.HEADER_RULE | {"backendRefs": [gateway.ref("x", 4)]}, backends(weights))]


def grpc_route(weights: list[int | None]) -> Documents:
    refs = [gateway.ref(name, weight) for name, weight in zip(SERVICES, weights, strict=False)]
    return [gateway.route({"backendRefs": refs}, kind="GRPCRoute")]


def virtual_service(weights: list[int | None]) -> Documents:
    route = [istio.to(name, weight=weight) for name, weight in zip(SERVICES, weights, strict=False)]
    return [istio.SUBSETS, istio.service(istio.CANARY, {"route": route, "timeout": "5s", "mirror": {"host": "m"}})]


def nginx(weights: list[int | None]) -> Documents:
    annotations = {} if weights[0] is None else {"weight": str(weights[0])}
    annotations |= {} if weights[1] is None else {"weight_total": str(weights[1])}
    return [ingress.WEB, ingress.canary(by_cookie="beta", **annotations)]


def alb(weights: list[int | None]) -> Documents:
    annotations = {} if weights[0] is None else {"canary_weight": str(weights[0] % 101)}
    return [ingress.ALIBABA, ingress.ALB_WEB, ingress.alb("canary", order="4", **annotations)]


def ack(weights: list[int | None]) -> Documents:
    return [ingress.two_services(**{"new" if weights[1] else "old": str((weights[0] or 0) % 101)})]


def service_weight(weights: list[int | None]) -> Documents:
    names = SERVICES[: len(weights)]
    listed = ", ".join(f"{name}: {weight or 0}" for name, weight in zip(names, weights, strict=True))
    return [ingress.listed(f"{listed}, other: 9", "", *names)]


SEVERAL: dict[str, Callable[[list[int | None]], Documents]] = {
    "Gateway API HTTPRoute": http_route,
    "Gateway API GRPCRoute": grpc_route,
    "Istio": virtual_service,
    "ACK Ingress service-weight": service_weight,
}
TWO: dict[str, Callable[[list[int | None]], Documents]] = {
    "ingress-nginx": nginx,
    "ALB (Alibaba Cloud)": alb,
    "ACK Ingress weight": ack,
}
EVERY = SEVERAL | TWO


def weighted(documents: Documents) -> Rule:
    (rule,) = [rule for rule in rules_of(put(*documents)) if rule.writable]
    return rule


def check(documents: Documents, rule: Rule, wanted: tuple[float, ...]) -> None:
    changed = written(documents, rule, wanted)
    read = same_rule(changed, rule)
    for backend, share in zip(read.backends, wanted, strict=True):
        assert backend.share == pytest.approx(share, abs=1.0 / rule.parts)
    assert [backend.share for backend in read.backends] == pytest.approx(list(reached(rule, wanted)), abs=1e-6)
    said = {path for path, _ in written_weights(put(*documents), rule)}
    assert touched(documents, changed) <= said
    # What is there now needs no second write.
    assert weight_fields(put(*changed), read, [backend.share or 0.0 for backend in read.backends]) == ()


@pytest.mark.parametrize("system", SEVERAL)
@given(st.data())
def test_shares_of_several_backends_are_read_as_they_were_written(system: str, data: st.DataObject) -> None:
    weights = data.draw(st.lists(WEIGHTS, min_size=2, max_size=4))
    parts = data.draw(st.lists(st.integers(0, 1000), min_size=len(weights), max_size=len(weights)).filter(any))
    documents = SEVERAL[system](weights)
    check(documents, weighted(documents), tuple(part / sum(parts) for part in parts))


@pytest.mark.parametrize("system", TWO)
@given(st.data())
def test_shares_of_two_backends_are_read_as_they_were_written(system: str, data: st.DataObject) -> None:
    documents = TWO[system](data.draw(st.lists(WEIGHTS, min_size=2, max_size=2)))
    share = data.draw(st.floats(0.0, 1.0))
    check(documents, weighted(documents), (1.0 - share, share))


@pytest.mark.parametrize("system", EVERY)
@given(st.integers(0, 100))
def test_a_whole_percentage_is_exact_and_costs_one_object(system: str, percent: int) -> None:
    documents = EVERY[system]([95, 5])
    rule = weighted(documents)
    read = same_rule(written(documents, rule, (1 - percent / 100, percent / 100)), rule)
    assert [backend.share for backend in read.backends] == pytest.approx([1 - percent / 100, percent / 100])


@pytest.mark.parametrize("system", EVERY)
def test_every_field_that_is_written_is_relied_on_as_it_is(system: str) -> None:
    documents = EVERY[system]([95, 5])
    objects, rule = put(*documents), weighted(documents)
    relied_on: dict[Path, Held] = {entry[0]: entry for entry in weight_relies_on(objects, rule)}
    for path, before, _ in weight_fields(objects, rule, (0.0, 1.0)):
        assert relied_on[path] == (path, before)


def test_every_system_that_can_be_written_is_held_to_these_laws() -> None:
    named = {name for system in SYSTEMS for name in system.names} - {"Ingress"}
    assert all(any(law.startswith(name) for law in EVERY) for name in named)
