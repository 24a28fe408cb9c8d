"""Reviews: one's own rights and those of others (authorization.k8s.io), and who one is (authentication.k8s.io)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import msgspec

from cockpit.training.api.failures import Cause, bad_request, invalid, invalid_value, unsupported_media_type
from cockpit.training.api.kinds import AUTHENTICATION, AUTHORIZATION, ApiKind
from cockpit.training.api.rbac import Authorizer, Subject, Verdict
from cockpit.training.api.rules import Asked
from cockpit.training.http_api import protobuf
from cockpit.training.http_api.access import User, check
from cockpit.training.objects import Json

SELF_ACCESS = ApiKind(
    AUTHORIZATION, "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", "selfsubjectaccessreview", False
)
SELF_RULES = ApiKind(
    AUTHORIZATION, "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", "selfsubjectrulesreview", False
)
ACCESS = ApiKind(AUTHORIZATION, "v1", "SubjectAccessReview", "subjectaccessreviews", "subjectaccessreview", False)
LOCAL_ACCESS = ApiKind(
    AUTHORIZATION, "v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", "localsubjectaccessreview"
)
WHO_AM_I = ApiKind(AUTHENTICATION, "v1", "SelfSubjectReview", "selfsubjectreviews", "selfsubjectreview", False)
REVIEWS = (LOCAL_ACCESS, SELF_ACCESS, SELF_RULES, ACCESS, WHO_AM_I)
"""What can be reviewed, in the order of discovery; a review is answered, and not kept."""


@dataclass(frozen=True, slots=True)
class Review:
    """Which review is asked for; `namespace` is that of a local one, else ""."""

    kind: ApiKind
    namespace: str = ""


def review_at(path: str) -> Review | None:
    """Return the review that a path asks for, None where it is another path."""
    parts = path.strip("/").split("/")
    if len(parts) == 6 and parts[3] == "namespaces":
        local = parts[:3] == ["apis", AUTHORIZATION, "v1"] and parts[5] == LOCAL_ACCESS.plural
        return Review(LOCAL_ACCESS, parts[4]) if local else None
    found = (kind for kind in REVIEWS if not kind.namespaced and parts == ["apis", kind.group, "v1", kind.plural])
    return next((Review(kind) for kind in found), None)


def answer(review: Review, user: User, body: bytes, content_type: str) -> Json:
    """Answer a review.

    Raises:
        ApiError: 400 or 415 (it cannot be read), 403 (it is about others), 422 (it asks for nothing).
    """
    check(user, review.kind, Asked("create", review.kind.group, review.kind.plural, review.namespace))
    asked = _decoded(review.kind, body, content_type)
    spec = asked.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    if review.kind is WHO_AM_I:
        return _written(review.kind, None, {"userInfo": _info(user)})
    if review.kind is SELF_RULES:
        return _written(SELF_RULES, {}, _rules(user, str(spec.get("namespace") or "")))
    who = user.who if review.kind is SELF_ACCESS else _named(review, spec)
    return _written(review.kind, spec, _status(_judged(review.kind, user.authorizer, who, spec)))


def _judged(kind: ApiKind, authorizer: Authorizer, who: Subject, spec: Json) -> Verdict:
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if (resource is None) == (path is None):
        message = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        cause = invalid_value("spec.resourceAttributes", "null" if resource is None else "{}", message)
        raise invalid(kind, "", [cause])
    given = resource if isinstance(resource, dict) else path if isinstance(path, dict) else {}
    if resource is None:
        return authorizer.judge_path(who, _text(given, "verb"), _text(given, "path"))
    texts = {name: _text(given, name) for name in ("verb", "group", "resource", "namespace", "subresource", "name")}
    return authorizer.judge(who, Asked(**texts))


def _named(review: Review, spec: Json) -> Subject:
    """Return whom a review of others is about.

    Raises:
        ApiError: 422, it names nobody, or another namespace than the path does.
    """
    name, groups = _text(spec, "user"), tuple(str(group) for group in spec.get("groups") or ())
    causes: list[Cause] = []
    if not name and not groups:
        message = "at least one of user or group must be specified"
        causes.append(invalid_value("spec.user", '""', message))
    attributes = spec.get("resourceAttributes")
    if review.namespace and _text(attributes if isinstance(attributes, dict) else {}, "namespace") != review.namespace:
        message = "must match metadata.namespace"
        causes.append(invalid_value("spec.resourceAttributes.namespace", '""', message))
    if causes:
        raise invalid(review.kind, "", causes)
    return Subject(name, groups)


def _rules(user: User, namespace: str) -> Json:
    grants, problems = user.authorizer.grants(user.who, namespace)
    rules = list(dict.fromkeys(grant.rule for grant in grants))
    status: Json = {
        "resourceRules": [rule.written() for rule in rules if not rule.urls],
        "nonResourceRules": [rule.written() for rule in rules if rule.urls],
        "incomplete": bool(problems),
    }
    return status | ({"evaluationError": ", ".join(problems)} if problems else {})


def _status(verdict: Verdict) -> Json:
    return {"allowed": verdict.allowed} | ({"reason": verdict.reason} if verdict.reason else {})


def _info(user: User) -> Json:
    return {"username": user.name, "groups": list(user.who.groups)}


def _written(kind: ApiKind, spec: Json | None, status: Json) -> Json:
    head: Json = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": {}}
    return head | ({} if spec is None else {"spec": spec}) | {"status": status}


def _text(given: Json, name: str) -> str:
    return str(given.get(name) or "")


def _decoded(kind: ApiKind, body: bytes, content_type: str) -> Json:
    if content_type == protobuf.PROTOBUF:
        return protobuf.decoded(kind.kind, body)
    if content_type not in ("", "application/json"):
        raise unsupported_media_type()
    try:
        return cast(Json, msgspec.json.decode(body or b"{}", type=dict))
    except msgspec.DecodeError as error:
        raise bad_request(f"the review cannot be read: {error}") from error
