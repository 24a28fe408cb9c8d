"""One object whole, and what is said where it cannot be had."""

from __future__ import annotations

import asyncio

import pytest

from cockpit.kube.errors import ApiError, ForbiddenError, MissingError
from cockpit.kube.objects import read_raw
from cockpit.resources.kinds import DEPLOYMENT, EVENT, NEW_EVENT, WATCHED, kind_named
from cockpit.resources.raw import RawObject
from tests.kube.fake_api import Answer, FakeApi, body, item, raw, status
from tests.kube.writing import WEB_PATH, session_on


def read(*answers: Answer) -> RawObject:
    """Read the Deployment web."""

    async def scenario() -> RawObject:
        async with FakeApi() as api, session_on(api) as session:
            api.on_list(WEB_PATH, *answers)
            return await read_raw(session, DEPLOYMENT, "shop", "web")

    return asyncio.run(scenario())


def test_an_object_is_read_whole_and_does_not_print_itself() -> None:
    found = read(body(item("web", spec={"env": "secret"})))
    assert found.text("spec", "env") == "secret"
    assert "secret" not in repr(found)


def test_an_object_that_is_gone_is_missing() -> None:
    with pytest.raises(MissingError):
        read()


@pytest.mark.parametrize("content", [b"{", b"[]", b"<html>"])
def test_an_answer_that_is_no_object_is_an_error(content: bytes) -> None:
    with pytest.raises(ApiError, match="Deployment/web is no object"):
        read(raw(content))


@pytest.mark.parametrize(
    ("message", "right"),
    [
        ('User "v" cannot get resource "deployments" in API group "apps"', "get, list and watch on deployments.apps"),
        ('User "v" cannot get resource "pods/proxy" in API group ""', "get on pods/proxy"),
        ('User "v" cannot impersonate resource "users" in API group ""', "impersonate on users"),
        ("", "get, list and watch"),
    ],
)
def test_a_missing_right_to_read_is_named_by_the_verb_at_hand(message: str, right: str) -> None:
    with pytest.raises(ForbiddenError, match=f"Ask for a role that allows {right}\\.$"):
        read(status(403, message))


def test_kinds_are_found_by_the_name_that_manifests_use() -> None:
    for kind in (*WATCHED, EVENT):
        assert kind_named(kind.name) is kind
    with pytest.raises(KeyError):
        kind_named("Secret")
    assert NEW_EVENT not in WATCHED
    assert NEW_EVENT.collection_path("shop") == "/apis/events.k8s.io/v1/namespaces/shop/events"
