"""Kinds that are kept for others to read: Secrets, ServiceAccounts, IngressClasses, NetworkPolicies."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from cockpit.training.api.failures import ApiError
from cockpit.training.api.kinds import CONFIG_MAP, INGRESS, INGRESS_CLASS, NETWORK_POLICY, POD, SECRET, ApiKind
from cockpit.training.api.patches import MERGE_PATCH, patch_of
from cockpit.training.cluster import Cluster
from cockpit.training.objects import Json
from tests.training.api_client import TABLE, Api, talk
from tests.training.steps import SPACE, deployment, quiet_cluster

PATH = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}
NGINX = "k8s.io/ingress-nginx"
IS_DEFAULT = {"ingressclass.kubernetes.io/is-default-class": "true"}


def made(cluster: Cluster, kind: ApiKind, name: str = "one", **fields: Any) -> Json:  # noqa: ANN401  # any JSON
    metadata = {"name": name, "annotations": fields.pop("annotations", {})}
    return cluster.registry.create(kind, SPACE if kind.namespaced else "", {"metadata": metadata, **fields})


def changed(cluster: Cluster, kind: ApiKind, body: Json) -> Json:
    return cluster.registry.patch(kind, SPACE if kind.namespaced else "", "one", patch_of(MERGE_PATCH, body))


def rule(path: Json) -> Json:
    return {"rules": [{"host": "shop.example", "http": {"paths": [path]}}]}


def refusal(kind: ApiKind, **fields: Any) -> str:  # noqa: ANN401  # any JSON
    with pytest.raises(ApiError) as caught:
        made(quiet_cluster(), kind, **fields)
    return caught.value.message


def test_text_of_a_secret_is_kept_as_bytes_and_not_read_back() -> None:
    secret = made(quiet_cluster(), SECRET, stringData={"password": "s3cret"}, data={"user": "YQ=="})
    assert secret["type"] == "Opaque"
    assert secret["data"] == {"user": "YQ==", "password": base64.b64encode(b"s3cret").decode()}
    assert "stringData" not in secret


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (SECRET, {"data": {"a": "no base64!"}}, "illegal base64 data at input byte 2"),
        (SECRET, {"data": {"a/b": "YQ=="}}, 'data[a/b]: Invalid value: "a/b": a valid config key must consist of'),
        (SECRET, {"type": "kubernetes.io/tls", "data": {"tls.key": "YQ=="}}, "data[tls.crt]: Required value"),
        (SECRET, {"data": "x"}, "cannot unmarshal string into Go struct field data of type map"),
        (CONFIG_MAP, {"data": {"a b": "1"}}, "data[a b]: Invalid value"),
        (CONFIG_MAP, {"data": {"a": "1"}, "binaryData": {"a": "YQ=="}}, "duplicate of key present in binaryData"),
        (INGRESS_CLASS, {"spec": {}}, "spec.controller: Required value"),
        (INGRESS_CLASS, {"spec": {"controller": "nginx"}}, 'must be a domain-prefixed path (such as "acme.io/foo")'),
        (INGRESS, {"spec": {}}, "either `defaultBackend` or `rules` must be specified"),
        (INGRESS, {"spec": rule({**PATH, "pathType": None})}, "pathType: Required value: pathType must be specified"),
        (INGRESS, {"spec": rule({**PATH, "pathType": "Regex"})}, 'values: "Exact", "ImplementationSpecific", "Prefix"'),
        (INGRESS, {"spec": rule({**PATH, "path": "web"})}, 'path: Invalid value: "web": must be an absolute path'),
    ],
)
def test_what_makes_one_invalid_is_said_in_the_words_of_the_api(kind: ApiKind, fields: Json, words: str) -> None:
    assert words in refusal(kind, **fields)


@pytest.mark.parametrize("kind", [SECRET, CONFIG_MAP])
def test_what_is_immutable_stays_as_it_is(kind: ApiKind) -> None:
    cluster = quiet_cluster()
    made(cluster, kind, data={"a": "YQ=="}, immutable=True)
    for body, field in (({"data": {"a": "Yg=="}}, "data"), ({"immutable": None}, "immutable")):
        with pytest.raises(ApiError, match=f"{field}: Forbidden: field is immutable when `immutable` is set"):
            changed(cluster, kind, body)


def test_the_type_of_a_secret_and_the_controller_of_a_class_do_not_change() -> None:
    cluster = quiet_cluster()
    made(cluster, SECRET)
    made(cluster, INGRESS_CLASS, spec={"controller": NGINX})
    with pytest.raises(ApiError, match='type: Invalid value: "Other": field is immutable'):
        changed(cluster, SECRET, {"type": "Other"})
    with pytest.raises(ApiError, match=r'spec\.controller: Invalid value: "a\.io/b": field is immutable'):
        changed(cluster, INGRESS_CLASS, {"spec": {"controller": "a.io/b"}})


def test_an_ingress_that_names_no_class_gets_the_newest_default_one() -> None:
    cluster = quiet_cluster()
    assert "ingressClassName" not in made(cluster, INGRESS, "before", spec=rule(PATH))["spec"]
    made(cluster, INGRESS_CLASS, "plain", spec={"controller": NGINX})
    made(cluster, INGRESS_CLASS, "older", spec={"controller": NGINX}, annotations=IS_DEFAULT)
    cluster.clock.step(10)
    made(cluster, INGRESS_CLASS, "newer", spec={"controller": NGINX}, annotations=IS_DEFAULT)
    assert made(cluster, INGRESS, "bare", spec=rule(PATH))["spec"]["ingressClassName"] == "newer"
    named = made(cluster, INGRESS, "named", spec={**rule(PATH), "ingressClassName": "plain"})
    assert named["spec"]["ingressClassName"] == "plain"
    older = {"kubernetes.io/ingress.class": "plain"}
    assert "ingressClassName" not in made(cluster, INGRESS, "old", spec=rule(PATH), annotations=older)["spec"]


def test_a_class_of_ingresses_changes_no_name_that_comes_later() -> None:
    def pods(with_class: bool) -> list[str]:
        cluster = quiet_cluster()
        if with_class:
            made(cluster, INGRESS_CLASS, spec={"controller": NGINX})
        name = {"metadata": {"generateName": "x-"}, "spec": {"containers": [{"name": "x", "image": "x"}]}}
        return [cluster.registry.create(POD, SPACE, name)["metadata"]["name"] for _ in range(3)]

    assert pods(with_class=True) == pods(with_class=False)


def test_a_network_policy_says_what_it_is_about_where_its_manifest_does_not() -> None:
    cluster = quiet_cluster()
    ports = [{"ports": [{"port": 80}]}]
    policy = made(cluster, NETWORK_POLICY, spec={"ingress": ports, "egress": [{}]})
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert policy["spec"]["podSelector"] == {}
    assert policy["spec"]["ingress"][0]["ports"][0]["protocol"] == "TCP"
    assert made(cluster, NETWORK_POLICY, "two", spec={})["spec"]["policyTypes"] == ["Ingress"]


CORE, NETWORKING = "/api/v1/namespaces/shop", "/apis/networking.k8s.io/v1"
INGRESSES = f"{NETWORKING}/namespaces/shop/ingresses"
ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles"
SCALERS = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers"
TEMPLATE = deployment()["spec"]["template"]
PARAMETERS = {"apiGroup": "k8s.io", "kind": "Settings", "name": "a"}


@pytest.mark.parametrize(
    ("path", "body", "cells"),
    [
        (f"{CORE}/secrets", {"data": {"a": "YQ=="}}, ["one", "Opaque", 1, "0s"]),
        (f"{CORE}/serviceaccounts", {"secrets": [{"name": "a"}]}, ["one", 1, "0s"]),
        (f"{CORE}/podtemplates", {"template": TEMPLATE}, ["one", "app", "app:1", "app=web"]),
        (f"{NETWORKING}/ingressclasses", {"spec": {"controller": NGINX}}, ["one", NGINX, "<none>", "0s"]),
        (
            f"{NETWORKING}/ingressclasses",
            {"spec": {"controller": NGINX, "parameters": PARAMETERS}},
            ["one", NGINX, "Settings.k8s.io/a", "0s"],
        ),
        (
            f"{NETWORKING}/namespaces/shop/networkpolicies",
            {"spec": {"podSelector": {"matchLabels": {"app": "web"}}}},
            ["one", "app=web", "0s"],
        ),
    ],
)
def test_a_table_tells_what_is_kept(path: str, body: Json, cells: list[object]) -> None:
    async def story(api: Api) -> list[Json]:
        status, answer = await api.ask("POST", path, {**body, "metadata": {"name": "one"}})
        assert status == 201, answer
        found: list[Json] = (await api.get(path, TABLE))["rows"]
        return found

    assert [row["cells"] for row in talk(story)] == [cells]


def test_a_secret_is_not_for_who_may_only_view() -> None:
    async def story(api: Api) -> tuple[int, int]:
        viewer = api.as_user("viewer")
        return (await viewer.ask("GET", f"{CORE}/secrets"))[0], (await viewer.ask("GET", f"{CORE}/configmaps"))[0]

    assert talk(story) == (403, 200)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (
            INGRESSES,
            {"spec": {**rule(PATH), "ingressClasName": "a"}},
            "spec.ingressClasName",
        ),
        (
            INGRESSES,
            {"spec": rule({**PATH, "patType": "Exact"})},
            "spec.rules[0].http.paths[0].patType",
        ),
        (f"{NETWORKING}/ingressclasses", {"spec": {"controler": NGINX, "controller": NGINX}}, "spec.controler"),
        (f"{NETWORKING}/namespaces/shop/networkpolicies", {"spec": {"podSelektor": {}}}, "spec.podSelektor"),
        ("/apis/policy/v1/namespaces/shop/poddisruptionbudgets", {"spec": {"minAvailabel": 1}}, "spec.minAvailabel"),
        (SCALERS, {"spec": {"maxReplica": 3}}, "spec.maxReplica"),
        (ROLES, {"rules": [{"verb": ["get"]}]}, "rules[0].verb"),
        (f"{CORE}/secrets", {"stringDta": {"a": "b"}}, "stringDta"),
        (f"{CORE}/configmaps", {"dta": {"a": "b"}}, "dta"),
        (f"{CORE}/serviceaccounts", {"secret": []}, "secret"),
        (f"{CORE}/podtemplates", {"template": {"specs": {}}}, "template.specs"),
    ],
)
def test_a_slip_of_the_pen_is_named(path: str, body: Json, field: str) -> None:
    async def story(api: Api) -> tuple[int, Any]:
        return await api.ask("POST", f"{path}?fieldValidation=Strict", {**body, "metadata": {"name": "one"}})

    status, refused = talk(story)
    assert status == 400
    assert f'unknown field "{field}"' in refused["message"]
