"""Whether the user may do something."""

from __future__ import annotations

import asyncio
import json

import pytest

from cockpit.kube.errors import ApiError, NoAnswerError
from cockpit.kube.reviews import Review, may
from tests.kube.fake_api import Answer, FakeApi, body, cut, raw, status
from tests.kube.writing import real, session_on

PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


def review(answer: Answer, subresource: str = "") -> tuple[Review, FakeApi]:
    """Ask whether deployments may be patched."""
    api = FakeApi()
    api.on_list(PATH, answer)

    async def scenario() -> Review:
        async with api, session_on(api) as session:
            return await may(session, "patch", "apps", "deployments", "shop", subresource)

    return asyncio.run(scenario()), api


def test_a_review_asks_for_just_one_right() -> None:
    decided, api = review(real("access review"), subresource="scale")
    assert decided == Review(allowed=False)
    (asked,) = api.asked
    assert asked.method == "POST"
    assert json.loads(asked.body)["spec"]["resourceAttributes"] == {
        "verb": "patch",
        "group": "apps",
        "resource": "deployments",
        "namespace": "shop",
        "subresource": "scale",
    }


def test_the_authorizers_reason_is_kept_inert() -> None:
    decided, _ = review(body({"status": {"allowed": True, "reason": "by\x1b[2J RoleBinding"}}, 201))
    assert decided.allowed
    assert "\x1b" not in decided.reason
    assert decided.reason.endswith("RoleBinding")


@pytest.mark.parametrize("answer", [raw(b"{"), raw(b"[]"), body({}), status(404)], ids=["half", "list", "empty", "404"])
def test_a_server_that_does_not_say_yes_is_not_taken_for_one(answer: Answer) -> None:
    with pytest.raises(ApiError):
        review(answer)


def test_a_lost_answer_is_no_unknown_outcome_for_a_review_changes_nothing() -> None:
    with pytest.raises(NoAnswerError):
        review(cut())
