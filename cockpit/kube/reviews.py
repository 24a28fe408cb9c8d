"""Asks the API server what the user may do. Nothing is stored there, so it is allowed where nothing may be written."""

from __future__ import annotations

import msgspec

from cockpit.kube.errors import ApiError, api_error, quoted
from cockpit.kube.session import Session
from cockpit.resources.decode import UNREADABLE
from cockpit.resources.meta import Slice

_PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


class Review(msgspec.Struct, frozen=True):
    """Whether the user may. `reason` is the authorizer's, often "", made inert."""

    allowed: bool
    reason: str = ""


class _Status(Slice, frozen=True):
    allowed: bool = False
    reason: str | None = None
    evaluation_error: str | None = None


class _Review(Slice, frozen=True):
    status: _Status | None = None


async def may(
    session: Session, verb: str, group: str, resource: str, namespace: str, subresource: str = "", name: str = ""
) -> Review:
    """Ask by SelfSubjectAccessReview. `group` "" is the core group; `namespace` "" asks for all namespaces at once.

    Raises:
        ApiError: the server does not answer reviews.
        UnreachableError: no answer, no trust, no credentials.
    """
    asked = {
        "verb": verb,
        "group": group,
        "resource": resource,
        "namespace": namespace,
        "subresource": subresource,
        "name": name,
    }
    attributes = {key: value for key, value in asked.items() if value}
    body = msgspec.json.encode(
        {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": attributes},
        }
    )
    doing = f"ask whether you may {verb} {quoted(resource)}"
    answer = await session.send("POST", _PATH, body, "application/json")
    if answer.status >= 300:
        raise api_error(doing, answer.status, answer.headers, answer.body)
    return _decided(doing, answer.body)


def _decided(doing: str, body: bytes) -> Review:
    try:
        status = msgspec.json.decode(body, type=_Review).status
    except UNREADABLE as error:
        raise ApiError(f"The answer is no review, when the cockpit wanted to {doing}. Try again.", 200) from error
    if status is None:
        raise ApiError(f"The review says nothing, when the cockpit wanted to {doing}. Try again.", 200)
    return Review(status.allowed, quoted(status.reason or status.evaluation_error or ""))
