"""No manifest stops the clock, gives a 500, or leaves half an object behind."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cockpit.training.api.failures import ApiError
from cockpit.training.api.kinds import (
    AUTOSCALER,
    CONFIG_MAP,
    CONTROLLER_REVISION,
    DAEMON_SET,
    DEPLOYMENT,
    DISRUPTION_BUDGET,
    ENDPOINT_SLICE,
    EVENT,
    INGRESS,
    POD,
    SERVICE,
    STATEFUL_SET,
    ApiKind,
)
from cockpit.training.controllers.attempt import attempt
from cockpit.training.http_api.paths import Target
from cockpit.training.http_api.requests import Request, perform
from cockpit.training.objects import Json, clone
from tests.training.steps import SPACE, deployment, names, pods, quiet_cluster, service

_OWNER = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "gone", "uid": "1", "controller": True}
_EXPRESSION = {"key": "app", "operator": "In", "values": ["web"]}
_ROLLING = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": "25%"}}
_WORKLOAD = deployment(strategy=_ROLLING, minReadySeconds=1, progressDeadlineSeconds=60, revisionHistoryLimit=3)
_WORKLOAD["spec"]["selector"]["matchExpressions"] = [_EXPRESSION]
_WORKLOAD["spec"]["template"]["spec"]["containers"][0]["readinessProbe"] = {"httpGet": {"port": 80}, "periodSeconds": 5}
_SET = {**deployment()["spec"], "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}}}
_POD = {"labels": {"app": "web"}, "annotations": {"training.cockpit.dev/fail": "never-ready"}, "finalizers": ["a/b"]}

MANIFESTS: list[tuple[ApiKind, Json]] = [
    (DEPLOYMENT, _WORKLOAD),
    (STATEFUL_SET, {"metadata": {"name": "set"}, "spec": _SET}),
    (DAEMON_SET, {"metadata": {"name": "set"}, "spec": _SET}),
    (POD, {"metadata": {"name": "pod", "ownerReferences": [_OWNER], **_POD}, "spec": _SET["template"]["spec"]}),
    (SERVICE, service(type="NodePort", ports=[{"port": 80, "targetPort": "http", "nodePort": 30080, "name": "web"}])),
    (CONFIG_MAP, {"metadata": {"name": "words"}, "data": {"word": "text"}}),
    (CONTROLLER_REVISION, {"metadata": {"name": "one", "ownerReferences": [_OWNER]}, "revision": 1, "data": {}}),
    (
        ENDPOINT_SLICE,
        {
            "metadata": {"name": "web-1", "labels": {"kubernetes.io/service-name": "web"}},
            "addressType": "IPv4",
            "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": True}, "targetRef": {"uid": "1"}}],
            "ports": [{"name": "", "port": 80, "protocol": "TCP"}],
        },
    ),
    (
        EVENT,
        {
            "metadata": {"name": "one"},
            "involvedObject": {"kind": "Pod", "namespace": SPACE, "name": "pod", "fieldPath": "spec"},
            "source": {"component": "kubelet"},
            "reason": "Started",
            "message": "so it is",
            "type": "Normal",
            "count": 2,
            "lastTimestamp": "2026-11-21T02:35:13Z",
        },
    ),
    (INGRESS, {"metadata": {"name": "web"}, "spec": {"ingressClassName": "x", "rules": [{"host": "a.example"}]}}),
    (
        AUTOSCALER,
        {
            "metadata": {"name": "web"},
            "spec": {
                "scaleTargetRef": {"kind": "Deployment", "name": "web"},
                "minReplicas": 1,
                "maxReplicas": 3,
                "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 80}}}],
            },
        },
    ),
    (
        DISRUPTION_BUDGET,
        {"metadata": {"name": "web"}, "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}},
    ),
]
_ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 1.5, 2**40, "", "abc", "150%", "-1", [], [None], ["a"], [{}], {}, {"a": {}}]
).map(deepcopy)


def paths_of(value: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every value in a JSON document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, entry in pairs for path in ((*at, key), *paths_of(entry, (*at, key)))]


@st.composite
def broken(draw: st.DrawFn) -> tuple[ApiKind, Json]:
    """A manifest of which one or two values are odd, or missing."""
    kind, manifest = draw(st.sampled_from(MANIFESTS))
    body = clone(manifest)
    for _ in range(draw(st.integers(1, 2))):
        *way, last = draw(st.sampled_from(paths_of(body) or [("metadata",)]))
        holder: Any = body
        for part in way:
            holder = holder[part]
        if draw(st.booleans()):
            holder[last] = draw(_ODD)
        else:
            del holder[last]
    return kind, body


def request(method: str, kind: ApiKind, name: str = "", body: Json | None = None, form: str = "") -> Request:
    return Request(method, Target(kind, SPACE, name), {}, "application/json", form, msgspec.json.encode(body))


@pytest.mark.parametrize(("kind", "manifest"), MANIFESTS, ids=[kind.kind for kind, _ in MANIFESTS])
def test_the_manifests_that_are_broken_below_are_whole(kind: ApiKind, manifest: Json) -> None:
    cluster = quiet_cluster()
    assert perform(cluster.registry, request("POST", kind, body=manifest), cluster.clock.now)[0] == 201


@pytest.mark.parametrize(
    ("kind", "spec", "field"),
    [
        (DEPLOYMENT, {"strategy": {"rollingUpdate": {"maxSurge": "abc"}}}, "spec.strategy.rollingUpdate.maxSurge"),
        (DEPLOYMENT, {"strategy": {"rollingUpdate": {"maxSurge": -1}}}, "spec.strategy.rollingUpdate.maxSurge"),
        (DEPLOYMENT, {"progressDeadlineSeconds": -1}, "spec.progressDeadlineSeconds"),
        (
            DAEMON_SET,
            {"updateStrategy": {"rollingUpdate": {"maxUnavailable": "abc"}}},
            "spec.updateStrategy.rollingUpdate.maxUnavailable",
        ),
        (
            DEPLOYMENT,
            {"selector": {"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "app"}]}},
            "spec.selector.matchExpressions[0].operator",
        ),
        (POD, {"containers": []}, "spec.containers"),
        (POD, {"containers": [{"image": "app:1"}]}, "spec.containers[0].name"),
    ],
)
def test_what_is_wrong_is_named_by_its_field(kind: ApiKind, spec: Json, field: str) -> None:
    body = clone(dict(MANIFESTS)[kind])
    body["spec"] |= spec
    with pytest.raises(ApiError) as caught:
        perform(quiet_cluster().registry, request("POST", kind, body=body), 0.0)
    assert (caught.value.code, caught.value.reason) == (422, "Invalid")
    assert [cause["field"] for cause in (caught.value.details or {})["causes"]] == [field]


@pytest.mark.parametrize("part", ["apiVersion", "kind", "name", "uid"])
def test_an_owner_without_an_identity_is_refused_and_nothing_is_kept(part: str) -> None:
    cluster = quiet_cluster()
    body = clone(dict(MANIFESTS)[POD])
    del body["metadata"]["ownerReferences"][0][part]
    with pytest.raises(ApiError) as caught:
        cluster.registry.create(POD, SPACE, body)
    assert caught.value.code == 422
    assert cluster.store.items(POD, SPACE) == []


def test_a_negative_grace_counts_as_one_second() -> None:
    cluster = quiet_cluster()
    body = clone(dict(MANIFESTS)[POD])
    body["spec"]["terminationGracePeriodSeconds"] = -5
    assert cluster.registry.create(POD, SPACE, body)["spec"]["terminationGracePeriodSeconds"] == 1


def test_a_broken_object_is_skipped_and_tried_again_while_everything_else_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    cluster = quiet_cluster()
    cluster.registry.create(DEPLOYMENT, SPACE, deployment("web", replicas=1))
    bad = deployment("bad", replicas=1)
    bad["spec"]["strategy"] = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "abc"}}
    whole = {**bad, "apiVersion": "apps/v1", "kind": "Deployment", "status": {}}
    whole["metadata"] |= {"namespace": SPACE, "uid": "1", "generation": 1, "creationTimestamp": "2026-11-21T02:35:13Z"}
    cluster.store.put(DEPLOYMENT, whole)
    cluster.clock.step(60)
    said = [record.getMessage() for record in caplog.records]
    assert 3 <= len(said) <= 8
    assert all(
        "shop/bad" in sentence and "ValueError at training/controllers/rollout.py" in sentence for sentence in said
    )
    assert len(pods(cluster)) == 1


def test_a_fault_is_tried_again_less_and_less_often() -> None:
    def fail() -> None:
        raise KeyError

    waits, faults = [], 0
    for _ in range(8):
        wait, faults = attempt(fail, "Work", faults)
        waits.append(wait)
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=broken())
def test_no_manifest_stops_the_clock_or_is_half_kept(
    case: tuple[ApiKind, Json], caplog: pytest.LogCaptureFixture
) -> None:
    kind, body = case
    cluster = quiet_cluster()
    caplog.clear()
    try:
        perform(cluster.registry, request("POST", kind, body=body), cluster.clock.now)
        kept = 1
    except ApiError:
        kept = 0
    assert len(cluster.store.items(kind, SPACE)) == kept
    cluster.clock.step(120)
    perform(cluster.registry, request("GET", kind, form="Table"), cluster.clock.now)
    for name in names(cluster.store.items(kind, SPACE)):
        perform(cluster.registry, request("DELETE", kind, name, {}), cluster.clock.now)
    cluster.clock.step(120)
    assert [record.getMessage() for record in caplog.records] == []
