"""Bytes from an API server into slices: what is missing, wrong or broken."""

from __future__ import annotations

import pytest

from cockpit.resources.decode import LeftOut, MalformedError, SliceDecoder, decode_status
from cockpit.resources.kinds import DEPLOYMENT, ENDPOINT_SLICE, INGRESS, POD, SERVICE, WATCHED, Kind
from cockpit.resources.pods import Pod
from cockpit.resources.services import EndpointSlice, Service
from cockpit.resources.workloads import Deployment, HttpGet

DEEP = b'{"items": [' + b'{"a":' * 100_000


@pytest.mark.parametrize("kind", WATCHED, ids=lambda kind: kind.plural)
def test_an_object_with_nothing_but_a_name_decodes(kind: Kind) -> None:
    page = SliceDecoder(kind).page(b'{"metadata": {"resourceVersion": "7"}, "items": [{"metadata": {"name": "x"}}]}')
    assert page.metadata.resource_version == "7"
    assert [entry.metadata.name for entry in page.items] == ["x"]
    assert page.skipped == ()


def test_null_means_absent_as_it_does_for_the_api() -> None:
    body = (
        b'{"metadata": {}, "items": [{"metadata": {"name": "web", "labels": null}, "endpoints": null, "ports": null}]}'
    )
    (entry,) = SliceDecoder(ENDPOINT_SLICE).page(body).items
    assert isinstance(entry, EndpointSlice)
    assert (entry.endpoints, entry.ports) == ((), ())


def test_a_list_of_null_items_is_empty() -> None:
    assert SliceDecoder(POD).page(b'{"metadata": {}, "items": null}').items == ()


def test_one_object_that_does_not_fit_is_left_out_and_said() -> None:
    body = b'{"items": [{"metadata": {"name": "good"}}, {"metadata": {"name": 3}}, {"spec": []}]}'
    page = SliceDecoder(INGRESS).page(body)
    assert [entry.metadata.name for entry in page.items] == ["good"]
    assert len(page.skipped) == 2
    assert "metadata.name" in page.skipped[0].why


@pytest.mark.parametrize(
    "body", [b"", b"<html>Bad gateway</html>", b'{"items": [{"metadata"', b"[]", b'{"items": {}}', DEEP]
)
def test_what_is_no_list_is_malformed_in_a_sentence(body: bytes) -> None:
    with pytest.raises(MalformedError, match="pods"):
        SliceDecoder(POD).page(body)


def test_a_watch_line_carries_its_object_and_an_error_its_status() -> None:
    decoder = SliceDecoder(POD)
    added = decoder.watch_event(
        b'{"type": "ADDED", "object": {"metadata": {"name": "web-1"}, "status": {"podIP": "10.0.0.1"}}}'
    )
    assert isinstance(added.object, Pod)
    assert added.object.status.pod_ip == "10.0.0.1"
    gone = decoder.watch_event(b'{"type": "ERROR", "object": {"kind": "Status", "status": "Failure", "code": 410}}')
    assert gone.object is None
    assert gone.status is not None
    assert gone.status.code == 410


@pytest.mark.parametrize(
    "line",
    [b'{"type": "ADDED", "obj', b"nonsense", b'{"type": "\xff"}', b'{"type": "ADDED", "object": ' + b"[" * 100_000],
)
def test_a_broken_watch_line_is_malformed(line: bytes) -> None:
    with pytest.raises(MalformedError, match="watch of pods"):
        SliceDecoder(POD).watch_event(line)


def test_an_object_that_does_not_fit_is_named_in_a_watch() -> None:
    line = b'{"type": "MODIFIED", "object": {"metadata": {"name": "odd", "resourceVersion": "7"}, "spec": 7}}'
    found = SliceDecoder(POD).watch_event(line).object
    assert isinstance(found, LeftOut)
    assert (found.metadata.name, found.metadata.resource_version) == ("odd", "7")


@pytest.mark.parametrize("entry", [b'{"metadata": 7}', b"3", b'{"metadata": {"name": "\xff"}}', b'{"a": "\xff"}'])
def test_whatever_a_list_holds_costs_only_itself(entry: bytes) -> None:
    page = SliceDecoder(POD).page(b'{"items": [{"metadata": {"name": "good"}}, ' + entry + b"]}")
    assert "good" in [found.metadata.name for found in page.items]
    assert len(page.items) + len(page.skipped) == 2


def test_an_error_page_of_a_proxy_is_no_status() -> None:
    assert decode_status(b"<html>502</html>") is None
    assert decode_status(b'{"hello": 1}') is None
    assert decode_status(b'{"message": "\xff"}') is None
    assert decode_status(b'{"message": ' + b"[" * 100_000) is None


def test_paths_name_group_version_and_namespace() -> None:
    assert POD.collection_path(None) == "/api/v1/pods"
    assert POD.object_path("shop", "web-1") == "/api/v1/namespaces/shop/pods/web-1"
    assert INGRESS.collection_path("shop") == "/apis/networking.k8s.io/v1/namespaces/shop/ingresses"


def test_a_template_keeps_what_a_health_check_needs_and_nothing_that_may_be_secret() -> None:
    body = (
        b'{"items": [{"metadata": {"name": "shop"}, "spec": {"minReadySeconds": 5, "strategy": {"rollingUpdate": '
        b'{"maxSurge": "25%", "maxUnavailable": 0}}, "template": {"spec": {"terminationGracePeriodSeconds": 40, '
        b'"containers": [{"name": "app", "env": [{"name": "TOKEN", "value": "hunter2"}], "command": ["hunter2"], '
        b'"ports": [{"name": "http", "containerPort": 8080}], "readinessProbe": {"httpGet": {"path": "/health", '
        b'"port": "http", "httpHeaders": [{"name": "Authorization", "value": "hunter2"}]}}, '
        b'"lifecycle": {"preStop": {"exec": {"command": ["hunter2"]}}}}]}}}}]}'
    )
    (found,) = SliceDecoder(DEPLOYMENT).page(body).items
    assert isinstance(found, Deployment)
    assert "hunter2" not in repr(found)
    (container,) = found.spec.template.spec.containers
    assert container.readiness_probe is not None
    assert container.readiness_probe.http_get == HttpGet("/health", "http", "HTTP")
    assert container.ports[0].container_port == 8080
    assert container.lifecycle is not None
    assert container.lifecycle.pre_stop is not None
    assert found.spec.template.spec.termination_grace_period_seconds == 40
    rolling = found.spec.strategy.rolling_update
    assert rolling is not None
    assert (rolling.max_surge, rolling.max_unavailable, found.spec.min_ready_seconds) == ("25%", 0, 5)


def test_a_service_keeps_what_a_second_one_like_it_needs() -> None:
    body = (
        b'{"items": [{"metadata": {"name": "shop"}, "spec": {"ipFamilyPolicy": "PreferDualStack", "ipFamilies": '
        b'["IPv4", "IPv6"], "externalTrafficPolicy": "Local", "sessionAffinity": "ClientIP", "sessionAffinityConfig": '
        b'{"clientIP": {"timeoutSeconds": 60}}, "ports": [{"port": 80, "appProtocol": "kubernetes.io/h2c"}]}}]}'
    )
    (found,) = SliceDecoder(SERVICE).page(body).items
    assert isinstance(found, Service)
    spec = found.spec
    assert (spec.ip_family_policy, spec.ip_families) == ("PreferDualStack", ("IPv4", "IPv6"))
    assert spec.external_traffic_policy == "Local"
    assert spec.session_affinity_config.client_ip is not None
    assert spec.session_affinity_config.client_ip.timeout_seconds == 60
    assert spec.ports[0].app_protocol == "kubernetes.io/h2c"
