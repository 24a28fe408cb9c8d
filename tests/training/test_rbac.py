"""Rights that are decided by RBAC objects in the cluster."""

from __future__ import annotations

from typing import Any

import pytest

from tests.training.api_client import DEPLOYMENTS, PODS, SERVICES, Api, talk
from tests.training.steps import SPACE

RBAC = "/apis/rbac.authorization.k8s.io/v1"
ROLES, BINDINGS = f"{RBAC}/namespaces/{SPACE}/roles", f"{RBAC}/namespaces/{SPACE}/rolebindings"
CLUSTER_ROLES, CLUSTER_BINDINGS = f"{RBAC}/clusterroles", f"{RBAC}/clusterrolebindings"
AUTHORIZATION = "/apis/authorization.k8s.io/v1"
MERGE = "application/merge-patch+json"


def binding(role: str, *users: str, kind: str = "ClusterRole") -> dict[str, Any]:
    subjects = [{"kind": "User", "name": user} for user in users]
    return {"metadata": {"name": "extra"}, "roleRef": {"kind": kind, "name": role}, "subjects": subjects}


def test_a_role_binding_changes_at_once_what_a_user_may_do() -> None:
    async def story(api: Api) -> list[int]:
        viewer, statuses = api.as_user("viewer"), []
        patch = {"spec": {"replicas": 3}}
        statuses.append((await viewer.ask("PATCH", f"{DEPLOYMENTS}/web", patch, MERGE))[0])
        role = {
            "metadata": {"name": "scaler"},
            "rules": [{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["patch"]}],
        }
        statuses.append((await api.ask("POST", ROLES, role))[0])
        statuses.append((await api.ask("POST", BINDINGS, binding("scaler", "viewer", kind="Role")))[0])
        statuses.append((await viewer.ask("PATCH", f"{DEPLOYMENTS}/web", patch, MERGE))[0])
        await api.ask("PATCH", f"{BINDINGS}/extra", {"subjects": None}, MERGE)
        statuses.append((await viewer.ask("PATCH", f"{DEPLOYMENTS}/web", patch, MERGE))[0])
        return statuses

    assert talk(story) == [403, 201, 201, 200, 403]


def test_without_its_binding_the_administrator_is_nobody_special() -> None:
    async def story(api: Api) -> None:
        assert (await api.ask("DELETE", f"{CLUSTER_BINDINGS}/admin"))[0] == 200
        status, body = await api.ask("GET", PODS)
        assert (status, body["reason"]) == (403, "Forbidden")

    talk(story)


def test_a_binding_to_a_role_that_is_not_there_is_named_in_the_refusal() -> None:
    async def story(api: Api) -> None:
        await api.ask("POST", BINDINGS, binding("nowhere", "viewer"))
        status, body = await api.as_user("viewer").ask("DELETE", f"{SERVICES}/web")
        assert status == 403
        assert body["message"].endswith(
            f'in the namespace "{SPACE}": RBAC: clusterrole.rbac.authorization.k8s.io "nowhere" not found'
        )

    talk(story)


def test_a_review_says_which_binding_allows_it_and_others_are_reviewed_by_the_administrator_only() -> None:
    async def story(api: Api) -> None:
        await api.ask("POST", BINDINGS, binding("edit", "viewer"))
        spec = {"user": "viewer", "resourceAttributes": {"namespace": SPACE, "verb": "delete", "resource": "pods"}}
        status, body = await api.ask("POST", f"{AUTHORIZATION}/subjectaccessreviews", {"spec": spec})
        assert (status, body["status"]) == (
            201,
            {
                "allowed": True,
                "reason": f'RBAC: allowed by RoleBinding "extra/{SPACE}" of ClusterRole "edit" to User "viewer"',
            },
        )
        assert (await api.as_user("viewer").ask("POST", f"{AUTHORIZATION}/subjectaccessreviews", {"spec": spec}))[
            0
        ] == 403
        local = f"{AUTHORIZATION}/namespaces/{SPACE}/localsubjectaccessreviews"
        assert (await api.ask("POST", local, {"spec": spec}))[1]["status"]["allowed"] is True

    talk(story)


def test_view_gathers_the_rules_of_roles_that_are_labelled_for_it() -> None:
    async def story(api: Api) -> list[int]:
        viewer = api.as_user("viewer")
        before = (await viewer.ask("GET", "/api/v1/nodes"))[0]
        role = {
            "metadata": {"name": "nodes", "labels": {"rbac.authorization.k8s.io/aggregate-to-view": "true"}},
            "rules": [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["list"]}],
        }
        await api.ask("POST", CLUSTER_ROLES, role)
        during = (await viewer.ask("GET", "/api/v1/nodes"))[0]
        await api.ask("DELETE", f"{CLUSTER_ROLES}/nodes")
        return [before, during, (await viewer.ask("GET", "/api/v1/nodes"))[0]]

    assert talk(story) == [403, 200, 403]


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        (ROLES, {"rules": [{"verbs": [], "apiGroups": [""], "resources": ["pods"]}]}, ["rules[0].verbs"]),
        (ROLES, {"rules": [{"verbs": ["get"], "nonResourceURLs": ["/x"]}]}, ["rules[0].nonResourceURLs"]),
        (CLUSTER_ROLES, {"rules": [{"verbs": ["get"]}]}, ["rules[0].apiGroups", "rules[0].resources"]),
        (CLUSTER_BINDINGS, {"roleRef": {"kind": "Role", "name": "x"}}, ["roleRef.kind"]),
        (BINDINGS, {"roleRef": {"kind": "Role"}, "subjects": [{"kind": "Robot"}]}, ["roleRef.name", "subjects[0].name",
                                                                                 "subjects[0].kind"]),
    ],
)  # fmt: skip
def test_rules_and_bindings_are_validated(path: str, body: dict[str, Any], fields: list[str]) -> None:
    async def story(api: Api) -> tuple[int, list[str]]:
        status, answer = await api.ask("POST", path, {"metadata": {"name": "bad"}, **body})
        return status, [cause["field"] for cause in answer["details"]["causes"]]

    assert talk(story) == (422, fields)


def test_the_role_of_a_binding_cannot_be_changed() -> None:
    async def story(api: Api) -> str:
        await api.ask("POST", BINDINGS, binding("view", "viewer"))
        status, body = await api.ask("PATCH", f"{BINDINGS}/extra", {"roleRef": {"name": "edit"}}, MERGE)
        assert status == 422
        return str(body["message"])

    assert talk(story).endswith("cannot change roleRef")


def test_an_administrator_may_act_as_another_and_a_viewer_may_not() -> None:
    async def story(api: Api) -> None:
        headers = {"Impersonate-User": "viewer"}
        status, body = await api.ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {}, headers=headers)
        assert (status, body["status"]["userInfo"]["username"]) == (201, "viewer")
        assert (await api.ask("DELETE", f"{SERVICES}/web", headers=headers))[0] == 403
        status, body = await api.as_user("viewer").ask("GET", PODS, headers={"Impersonate-User": "admin"})
        assert (status, body["message"]) == (
            403,
            'users "admin" is forbidden: User "viewer" cannot impersonate resource "users" in API group "" at the '
            "cluster scope",
        )

    talk(story)
