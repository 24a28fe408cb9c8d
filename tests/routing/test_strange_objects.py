"""Whatever strangers write into routes, rules come of it, with shares that are shares or not known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cockpit.routing.controllers import progresses
from cockpit.routing.systems import rules_of, weight_fields, weight_relies_on
from tests.routing import test_controllers as controllers
from tests.routing import test_gateway_api as gateway
from tests.routing import test_ingress as ingress
from tests.routing import test_istio as istio
from tests.routing.objects import Json, put

TEXT = st.text(max_size=12)
WEIGHT = st.one_of(st.none(), st.integers(-(2**31), 2**31 - 1))
NUMBERS = st.one_of(TEXT, st.integers(-200, 2000).map(str), st.just("a: 1, web: x,, :3, web-new: 5"))
KEYS = st.sampled_from(
    [
        *(f"{ingress.NGINX}canary{tail}" for tail in ("", "-weight", "-weight-total", "-by-header", "-by-cookie")),
        *(f"{ingress.ALB}{tail}" for tail in ("canary", "canary-weight", "canary-by-header", "order")),
        *(f"{ingress.NGINX}service-{tail}" for tail in ("weight", "match")),
        *(f"ingress.aliyun.weight/{name}" for name in ("web", "web-new")),
        f"{ingress.NGINX}affinity",
    ]
)
HOSTS = st.one_of(TEXT, st.sampled_from(["web", "web.shop.svc.cluster.local", "a..svc.", ".", "web.pay.svc.x"]))


@st.composite
def ingresses(draw: st.DrawFn) -> list[Json]:
    classes = ["k8s.io/ingress-nginx", "ingress.k8s.alibabacloud/alb", "ingress.k8s.aws/alb", draw(TEXT)]
    found: list[Json] = [ingress.ingress_class("c", draw(st.sampled_from(classes)))]
    for number in range(draw(st.integers(1, 4))):
        annotations = draw(st.dictionaries(KEYS, st.one_of(st.just("true"), NUMBERS), max_size=5))
        names = draw(st.lists(st.sampled_from(["web", "web-new", "", "x"]), min_size=1, max_size=3))
        found.append(
            ingress.ingress(f"i{number}", *names, annotations=annotations, cls=draw(st.sampled_from(["", "c"])))
        )
    return found


@st.composite
def gateway_routes(draw: st.DrawFn) -> list[Json]:
    kind = draw(st.sampled_from(["HTTPRoute", "GRPCRoute"]))
    references = [
        gateway.ref(draw(TEXT), draw(WEIGHT), namespace=draw(TEXT), kind=draw(st.sampled_from(["Service", "X"])))
        for _ in range(draw(st.integers(0, 4)))
    ]
    match: Json = {"headers": [{"name": draw(TEXT), "value": draw(TEXT), "type": draw(TEXT)}]}
    if kind == "HTTPRoute":
        match["path"] = {"type": draw(TEXT), "value": draw(TEXT)}
    conditions = [{"type": draw(TEXT), "status": draw(TEXT), "observedGeneration": draw(st.integers(-1, 5))}]
    rule = {"backendRefs": references, "matches": draw(st.sampled_from([[], [match]]))}
    return [gateway.route(rule, kind=kind, hostnames=(), status=gateway.status(*conditions))]


@st.composite
def meshes(draw: st.DrawFn) -> list[Json]:
    def destinations() -> list[Json]:
        return [istio.to(draw(HOSTS), draw(TEXT), draw(WEIGHT)) for _ in range(draw(st.integers(0, 3)))]

    delegate: Json = {"delegate": {"name": draw(st.sampled_from(["inner", "", "outer"]))}}
    inner = istio.service({"route": destinations()}, name="inner", hosts=draw(st.sampled_from([(), ("h",)])))
    tcp = {"match": [{"port": draw(st.integers(0, 70000))}], "route": destinations()}
    outer = istio.service(delegate, {"match": [{}], "route": destinations()}, name="outer", tcp=[tcp])
    return [istio.destination_rule(draw(HOSTS), **{draw(TEXT) or "v1": {}}), inner, outer]


@st.composite
def driven(draw: st.DrawFn) -> list[Json]:
    index = draw(st.one_of(st.none(), st.integers(-3, 9)))
    status = controllers.paused(0, phase=draw(TEXT), observedGeneration=draw(TEXT), currentStepIndex=index)
    rollout = controllers.rollout(status, {"nginx": {"stableIngress": draw(TEXT)}})
    rollout["spec"]["strategy"]["canary"]["steps"].append({"pause": {"duration": draw(NUMBERS)}})
    analysis = {"stepWeight": draw(st.integers(-5, 5)), "maxWeight": draw(st.integers(-5, 5)), "interval": draw(TEXT)}
    return [rollout, controllers.canary({"phase": draw(TEXT)}, analysis=analysis)]


@given(st.one_of(ingresses(), gateway_routes(), meshes(), driven()))
def test_rules_are_told_of_anything_and_shares_are_shares(documents: list[Json]) -> None:
    objects = put(*documents)
    for rule in rules_of(objects):
        known = [backend.share for backend in rule.backends if backend.share is not None]
        assert all(0.0 <= share <= 1.0 for share in known)
        assert not known or len(known) == len(rule.backends)
        assert sum(known) <= 1.0 + 1e-9
        assert rule.writable or rule.why_not
        if rule.writable:
            even = [1 / len(rule.backends)] * len(rule.backends)
            assert {path for path, _, _ in weight_fields(objects, rule, even)} <= {
                path for path, _ in weight_relies_on(objects, rule)
            }
    assert all(progress.phase for progress in progresses(objects))
