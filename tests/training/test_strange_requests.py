"""Whatever a request holds, it is answered or refused: no body makes the embedded cluster fail."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.training.api.failures import ApiError
from cockpit.training.api.kinds import DEPLOYMENT, DISRUPTION_BUDGET, EVENT_V1, LEASE, POD, SERVICE
from cockpit.training.api.patches import APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH
from cockpit.training.api.rbac import Authorizer, Subject
from cockpit.training.api.roles import AUTHENTICATED, USERS
from cockpit.training.cluster import Cluster
from cockpit.training.http_api.access import User
from cockpit.training.http_api.paths import Target
from cockpit.training.http_api.requests import Request, perform
from cockpit.training.http_api.reviews import SELF_ACCESS, SELF_RULES, Review, answer
from cockpit.training.objects import Json, name_of
from tests.training.steps import NOON, SPACE, pods, quiet_cluster, roll_out, service

KEYS = st.sampled_from([
    "metadata", "spec", "name", "uid", "labels", "annotations", "managedFields", "resourceVersion", "selector",
    "template", "containers", "replicas", "ports", "type", "series", "regarding", "note", "eventTime",
    "deprecatedSource", "deleteOptions", "preconditions", "dryRun", "minAvailable", "renewTime", "finalizers",
    "resourceAttributes", "nonResourceAttributes", "$patch", "$retainKeys", "$setElementOrder/containers", "conditions",
    "$deleteFromPrimitiveList/finalizers",
])  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2**40) | st.floats(-1, 1) | st.sampled_from(["", "web", "All", "x/y"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
KEYS_OF_A_PATH = st.lists(KEYS | st.sampled_from(["0", "-", "~"]), max_size=4)
POINTERS = KEYS_OF_A_PATH.map(lambda keys: "".join(f"/{key}" for key in keys))
OPERATIONS = st.lists(
    st.fixed_dictionaries(
        {
            "op": st.sampled_from(["add", "replace", "remove", "test", "move", "copy", 7]),
            "path": POINTERS | st.integers(),
        },
        optional={"value": VALUES, "from": POINTERS},
    ),
    max_size=4,
)
FORMS = {
    "JSON patch": ("PATCH", JSON_PATCH, OPERATIONS),
    "merge patch": ("PATCH", MERGE_PATCH, VALUES),
    "strategic patch": ("PATCH", STRATEGIC_PATCH, VALUES),
    "apply": ("PATCH", APPLY_PATCH, VALUES),
    "replacement": ("PUT", "application/json", VALUES),
    "creation": ("POST", "application/json", VALUES),
    "delete": ("DELETE", "application/json", VALUES),
}


@cache
def stage() -> Cluster:
    """Return a cluster that all examples share: they are dry runs, and keep nothing."""
    cluster = quiet_cluster()
    roll_out(cluster, replicas=1)
    cluster.registry.create(SERVICE, SPACE, service())
    return cluster


def answered(target: Target, method: str, content_type: str, body: object) -> int:
    """Return the status of an answer; what is no refusal is a defect and raises."""
    cluster, query = stage(), {"fieldManager": "x", "dryRun": "All"}
    revision = cluster.store.revision
    request = Request(method, target, query, content_type, "", msgspec.json.encode(body), "test/1")
    try:
        status, answer = perform(cluster.registry, request, NOON)
    except ApiError as error:
        return error.code
    assert msgspec.json.encode(answer)
    assert cluster.store.revision == revision or method == "DELETE"  # its body says whether it is a dry run
    return status


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data())
@settings(deadline=None)
def test_any_body_of_a_write_is_taken_or_refused(form: str, data: st.DataObject) -> None:
    method, content_type, bodies = FORMS[form]
    kind = data.draw(st.sampled_from([DEPLOYMENT, SERVICE, DISRUPTION_BUDGET, EVENT_V1, LEASE]))
    target = Target(kind, SPACE, "" if method == "POST" else "web")
    status = answered(target, method, content_type, data.draw(bodies))
    assert 200 <= status < 500


@given(VALUES)
@settings(deadline=None)
def test_any_body_of_an_eviction_is_taken_or_refused(body: object) -> None:
    pod = Target(POD, SPACE, name_of(pods(stage())[0]), "eviction")
    assert 200 <= answered(pod, "POST", "application/json", body) < 500


@given(st.dictionaries(KEYS, VALUES, max_size=3))
def test_any_review_is_answered_or_refused(review: Json) -> None:
    authorizer = Authorizer(stage().store)
    for name in USERS:
        user = User(Subject(name, (AUTHENTICATED,)), authorizer)
        for kind in (SELF_RULES, SELF_ACCESS):
            code = 422
            try:
                answer(Review(kind), user, msgspec.json.encode(review), "")
            except ApiError as error:
                code = error.code
            assert code == 422
