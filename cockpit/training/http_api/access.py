"""Who asks, and what they may do: users by token, refusals, and the reviews of one's own rights."""

from __future__ import annotations

import secrets

from cockpit.training.api.failures import forbidden, invalid, invalid_value, unauthorized
from cockpit.training.api.kinds import AUTHORIZATION, ApiKind
from cockpit.training.http_api.rights import REVIEWS, Asked, User
from cockpit.training.objects import Json

_READ_ONLY_PATHS = ("/api", "/apis", "/healthz", "/livez", "/openapi", "/readyz", "/version")  # system:discovery
_ACCESS_REVIEW = ApiKind(
    AUTHORIZATION, "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", "selfsubjectaccessreview", False
)


class Access:
    """Tokens of this run, made fresh: they never come from the seed."""

    def __init__(self, users: tuple[User, ...]) -> None:
        self.tokens = {user.name: secrets.token_urlsafe(16) for user in users}
        self._users = {self.tokens[user.name]: user for user in users}

    def user_of(self, token: str) -> User:
        """Return the token's user.

        Raises:
            ApiError: 401.
        """
        user = self._users.get(token)
        if user is None:
            raise unauthorized()
        return user


def check(user: User, kind: ApiKind, asked: Asked) -> None:
    """Let pass what the user may do to a kind.

    Raises:
        ApiError: 403, worded as RBAC words it.
    """
    if user.may(asked):
        return
    where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    what = f'resource "{asked.path}" in API group "{asked.group}" {where}'
    raise forbidden(kind, asked.name, f'User "{user.name}" cannot {asked.verb} {what}')


def review_access(user: User, review: Json) -> Json:
    """Answer a SelfSubjectAccessReview.

    Raises:
        ApiError: 422, it asks for nothing, or for a resource and a path at once.
    """
    spec = _spec(review)
    resource, path = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if (resource is None) == (path is None):
        message = "exactly one of nonResourceAttributes or resourceAttributes must be specified"
        cause = invalid_value("spec.resourceAttributes", "null" if resource is None else "{}", message)
        raise invalid(_ACCESS_REVIEW, "", [cause])
    allowed = user.may(_asked(resource)) if isinstance(resource, dict) else _may_ask(user, path)
    return _review("SelfSubjectAccessReview", spec, {"allowed": allowed})


def review_rules(user: User, review: Json) -> Json:
    """Answer a SelfSubjectRulesReview."""
    rules = user.rules if user.reaches(str(_spec(review).get("namespace") or "")) else ()
    paths = {"verbs": ["get"], "nonResourceURLs": [text for path in _READ_ONLY_PATHS for text in (path, f"{path}/*")]}
    status = {
        "resourceRules": [rule.written() for rule in (REVIEWS, *rules)],
        "nonResourceRules": [paths],
        "incomplete": False,
    }
    return _review("SelfSubjectRulesReview", {}, status)


def _spec(review: Json) -> Json:
    spec = review.get("spec")
    return spec if isinstance(spec, dict) else {}


def _asked(attributes: Json) -> Asked:
    texts = {name: str(attributes.get(name) or "") for name in ("verb", "group", "resource", "namespace", "name")}
    return Asked(subresource=str(attributes.get("subresource") or ""), **texts)


def _may_ask(user: User, attributes: object) -> bool:
    """Everybody may read discovery and health; an administrator may do what there is."""
    found = attributes if isinstance(attributes, dict) else {}
    path, verb = str(found.get("path") or ""), str(found.get("verb") or "")
    known = any(path == root or path.startswith(f"{root}/") for root in _READ_ONLY_PATHS)
    return (verb == "get" and known) or user.may(Asked(verb, "*", "*"))


def _review(kind: str, spec: Json, status: Json) -> Json:
    api_version = f"{AUTHORIZATION}/v1"
    return {"kind": kind, "apiVersion": api_version, "metadata": {}, "spec": spec, "status": status}
