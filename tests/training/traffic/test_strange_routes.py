"""Routes that nobody would write: they lead nowhere, and keep no other from leading where it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.training.api.kinds import INGRESS
from cockpit.training.objects import Json
from cockpit.training.traffic.routes import entrances
from tests.training.steps import SPACE, merge
from tests.training.traffic.clusters import ingresses, kind, pair, rates
from tests.training.traffic.test_gateway import route
from tests.training.traffic.test_gateway import to as ref
from tests.training.traffic.test_istio import SUBSETS, to, virtual
from tests.training.traffic.worlds import made, shares, world

_KINDS = ("Ingress", "IngressClass", "HTTPRoute", "GRPCRoute", "ReferenceGrant", "VirtualService", "DestinationRule")
_FIELDS = st.sampled_from([
    "rules", "http", "hosts", "route", "match", "headers", "parentRefs", "backendRefs", "matches", "path", "weight",
    "destination", "host", "subsets", "delegate", "uri", "hostnames", "controller", "filters", "name", "labels", "from",
    "to", "kind", "namespace", "spec",
])  # fmt: skip
_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.floats()
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_FIELDS, inner, max_size=4), max_leaves=12
)


@given(kind_=st.sampled_from(_KINDS), spec=st.dictionaries(_FIELDS, _JSON, max_size=5) | _JSON)
def test_a_strange_object_keeps_no_other_from_being_followed(kind_: str, spec: Json) -> None:
    sound = [
        route({"backendRefs": [ref("old", 1), ref("new", 3, namespace="far")]}),
        virtual({"route": [to(None, "old", "v1")]}),
    ]
    strange = made(kind_, "strange", spec)
    with_subsets = [*sound, strange, SUBSETS] if kind_ == "DestinationRule" else [*sound, SUBSETS, strange]
    found = entrances(world(with_subsets, there=["old", "far/new"], ready=["old", "far/new"]))
    assert {"old": 0.25, "500": 0.75} in [shares(entrance) for entrance in found]
    assert {"old/v1": 1.0} in [shares(entrance) for entrance in found]
    assert all(sum(shares(entrance).values()) == pytest.approx(1) for entrance in found)


def test_strange_objects_in_a_cluster_disturb_nobody() -> None:
    cluster = pair()
    ingresses(cluster, "20")
    for name in ("DestinationRule", "VirtualService"):
        rules = [{"match": [{"headers": "canary"}], "route": [{"destination": {"host": "old"}}]}]
        strange = {"metadata": {"name": "strange"}, "spec": {"host": "old", "hosts": ["old"], "http": rules}}
        cluster.registry.create(kind(cluster, name), SPACE, strange)
    merge(cluster, INGRESS, "web", {"metadata": {"annotations": {"training.cockpit.dev/headers": "=:=,:"}}})
    assert rates(cluster) == {"old": 80.0, "new": 20.0}
