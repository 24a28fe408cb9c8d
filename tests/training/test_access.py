"""Rights, and the reviews of one's own, held against what a 1.36 control plane answered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.training.api.failures import ApiError
from cockpit.training.http_api.protobuf import decoded
from cockpit.training.http_api.protobuf_fields import MESSAGES
from tests.training.api_client import DEPLOYMENTS, PODS, SERVICES, Api, talk
from tests.training.steps import SPACE

MERGE = "application/merge-patch+json"
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"


async def may(api: Api, verb: str, resource: str, group: str = "", **more: str) -> bool:
    attributes = {"namespace": SPACE, "verb": verb, "group": group, "resource": resource, **more}
    status, body = await api.ask("POST", REVIEWS, {"spec": {"resourceAttributes": attributes}})
    assert (status, body["kind"], body["spec"]) == (201, "SelfSubjectAccessReview", {"resourceAttributes": attributes})
    return bool(body["status"]["allowed"])


@pytest.mark.parametrize(
    ("user", "verb", "resource", "group", "subresource", "expected"),
    [
        ("admin", "delete", "pods", "", "", True),
        ("admin", "create", "pods", "", "eviction", True),
        ("viewer", "list", "pods", "", "", True),
        ("viewer", "get", "pods", "", "proxy", False),
        ("viewer", "patch", "deployments", "apps", "", False),
        ("operator", "patch", "deployments", "apps", "", True),
        ("operator", "patch", "deployments", "apps", "scale", True),
        ("operator", "patch", "deployments", "", "", False),
        ("operator", "update", "deployments", "apps", "", False),
        ("operator", "patch", "services", "", "", True),
        ("operator", "create", "services", "", "", False),
        ("operator", "delete", "pods", "", "", False),
        ("operator", "create", "pods", "", "eviction", False),
        ("operator", "get", "pods", "", "proxy", True),
        ("operator", "create", "events", "events.k8s.io", "", True),
        ("operator", "create", "leases", "coordination.k8s.io", "", False),
    ],
)
def test_a_review_honours_group_and_subresource(
    user: str, verb: str, resource: str, group: str, subresource: str, expected: bool
) -> None:
    async def story(api: Api) -> bool:
        return await may(api.as_user(user), verb, resource, group, subresource=subresource)

    assert talk(story) is expected


def test_the_operator_may_do_what_is_named_and_nothing_else() -> None:
    async def story(api: Api) -> list[int]:
        operator = api.as_user("operator")
        pod = (await operator.get(PODS))["items"][0]["metadata"]["name"]
        answers = [
            await operator.ask("PATCH", f"{DEPLOYMENTS}/web", {"spec": {"replicas": 5}}, MERGE),
            await operator.ask("PATCH", f"{DEPLOYMENTS}/web/scale", {"spec": {"replicas": 4}}, MERGE),
            await operator.ask("PATCH", f"{SERVICES}/web", {"spec": {"selector": {"app": "web"}}}, MERGE),
            await operator.ask("POST", SERVICES, {"metadata": {"name": "other"}, "spec": {"ports": [{"port": 1}]}}),
            await operator.ask("DELETE", f"{PODS}/{pod}"),
        ]
        assert answers[-1][1]["message"] == (
            f'pods "{pod}" is forbidden: User "operator" cannot delete resource "pods" in API group "" in the '
            f'namespace "{SPACE}"'
        )
        return [status for status, _ in answers]

    assert talk(story) == [200, 200, 200, 403, 403]


def test_the_rules_of_a_user_are_listed_as_they_are_judged() -> None:
    async def rules(api: Api, user: str, namespace: str = SPACE) -> list[dict[str, Any]]:
        body = {"kind": "SelfSubjectRulesReview", "spec": {"namespace": namespace}}
        status, answer = await api.as_user(user).ask("POST", RULES, body)
        assert (status, answer["status"]["incomplete"]) == (201, False)
        found: list[dict[str, Any]] = answer["status"]["resourceRules"]
        return found

    async def story(api: Api) -> None:
        own = [
            {
                "verbs": ["create"],
                "apiGroups": ["authorization.k8s.io"],
                "resources": ["selfsubjectaccessreviews", "selfsubjectrulesreviews"],
            },
            {"verbs": ["create"], "apiGroups": ["authentication.k8s.io"], "resources": ["selfsubjectreviews"]},
        ]
        assert await rules(api, "admin") == [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}, *own]
        scaling = {"verbs": ["patch"], "apiGroups": ["apps"], "resources": ["deployments", "deployments/scale"]}
        assert scaling in await rules(api, "operator")
        listed = await rules(api, "viewer")
        core = next(rule for rule in listed if rule["apiGroups"] == [""])
        assert "pods" not in core["resources"]
        assert "services/status" in core["resources"]
        assert await rules(api, "viewer", "elsewhere") == own

    talk(story, hidden_from_viewer=("pods",), viewer_namespaces=(SPACE,))


def test_a_review_in_another_form_than_json_or_of_nothing_is_refused() -> None:
    async def story(api: Api) -> None:
        status, body = await api.ask("POST", REVIEWS, {}, "application/vnd.kubernetes.cbor")
        assert (status, body["reason"]) == (415, "UnsupportedMediaType")
        status, body = await api.ask("POST", REVIEWS, {"spec": {}})
        assert (status, body["details"]["causes"][0]["field"]) == (422, "spec.resourceAttributes")

    talk(story)


def _field(number: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return bytes([number << 3 | 2, len(data)]) + data


def _sent(kind: str, message: bytes) -> bytes:
    head = _field(1, "authorization.k8s.io/v1") + _field(2, kind)
    return b"k8s\x00" + _field(1, head) + _field(2, message) + _field(3, "") + _field(4, "")


def test_a_review_in_protobuf_is_read_as_kubectl_writes_it() -> None:
    head = {"apiVersion": "authorization.k8s.io/v1"}
    access, rules = "SelfSubjectAccessReview", "SelfSubjectRulesReview"
    attributes = _field(1, SPACE) + _field(2, "patch") + _field(3, "apps") + _field(5, "deployments") + _field(6, "")
    body = _sent(access, _field(1, b"") + _field(2, _field(1, attributes)) + _field(3, b"\x08\x00"))
    expected = {"namespace": SPACE, "verb": "patch", "group": "apps", "resource": "deployments"}
    assert decoded(access, body) == {**head, "kind": access, "spec": {"resourceAttributes": expected}}
    body = _sent(access, _field(2, _field(2, _field(1, "/version") + _field(2, "get"))))
    assert decoded(access, body)["spec"] == {"nonResourceAttributes": {"path": "/version", "verb": "get"}}
    assert decoded(rules, _sent(rules, _field(2, _field(1, SPACE))))["spec"] == {"namespace": SPACE}


@given(st.binary(max_size=40), st.sampled_from(sorted(MESSAGES)))
def test_any_bytes_are_read_or_refused_as_a_bad_request(data: bytes, kind: str) -> None:
    code = 400
    try:
        decoded(kind, b"k8s\x00" + _field(2, data))
    except ApiError as error:
        code = error.code
    assert code == 400


def test_paths_that_are_no_resources_are_reviewed_too() -> None:
    async def story(api: Api) -> list[bool]:
        found = []
        for user, verb, path in (("viewer", "get", "/version"), ("viewer", "get", "/metrics"), ("admin", "put", "/x")):
            spec = {"nonResourceAttributes": {"verb": verb, "path": path}}
            _, body = await api.as_user(user).ask("POST", REVIEWS, {"spec": spec})
            found.append(body["status"]["allowed"])
        return found

    assert talk(story) == [True, False, True]
