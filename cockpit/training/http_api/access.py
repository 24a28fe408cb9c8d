"""Who asks, and what they may do: users by token, and refusals. What is allowed, the RBAC objects say (api.rbac)."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cockpit.training.api.failures import ApiError, forbidden, unauthorized
from cockpit.training.api.kinds import ApiKind
from cockpit.training.api.rbac import Authorizer, Subject, Verdict
from cockpit.training.api.roles import AUTHENTICATED, USERS
from cockpit.training.api.rules import Asked

_USERS_KIND = ApiKind("", "v1", "User", "users", "user", False)
_GROUPS_KIND = ApiKind("", "v1", "Group", "groups", "group", False)


@dataclass(frozen=True, slots=True)
class User:
    """A user, and who judges what the user may do."""

    who: Subject
    authorizer: Authorizer

    @property
    def name(self) -> str:
        """The user's name."""
        return self.who.user

    def judge(self, asked: Asked) -> Verdict:
        """Tell whether the user may do that, and why."""
        return self.authorizer.judge(self.who, asked)

    def may(self, asked: Asked) -> bool:
        """Tell whether the user may do that."""
        return self.judge(asked).allowed


class Access:
    """Tokens of this run, made fresh: they never come from the seed."""

    def __init__(self, authorizer: Authorizer) -> None:
        self.tokens = {name: secrets.token_urlsafe(16) for name in USERS}
        self._users = {token: User(Subject(name, (AUTHENTICATED,)), authorizer) for name, token in self.tokens.items()}

    def user_of(self, token: str) -> User:
        """Return the token's user.

        Raises:
            ApiError: 401.
        """
        user = self._users.get(token)
        if user is None:
            raise unauthorized()
        return user


def token_of(authorization: str) -> str:
    """Return the token of an Authorization header, "" where there is none: a bearer's, or the password of a user.

    kubectl sends no bearer token over plain HTTP, but the user of a server URL (http://USER:TOKEN@HOST) it does.

    Raises:
        ApiError: 401, it is of no known sort.
    """
    scheme, _, value = authorization.partition(" ")
    if not value or scheme.lower() == "bearer":
        return value.strip()
    try:
        user_and_token = base64.b64decode(value, validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError as error:
        raise unauthorized() from error
    token = user_and_token.partition(":")[2]
    if not token:
        raise unauthorized()
    return token


def check(user: User, kind: ApiKind, asked: Asked) -> None:
    """Let pass what the user may do to a kind.

    Raises:
        ApiError: 403, worded as RBAC words it.
    """
    verdict = user.judge(asked)
    if verdict.allowed:
        return
    where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    what = f'resource "{asked.path}" in API group "{asked.group}" {where}'
    why = f": {verdict.reason}" if verdict.reason else ""
    raise forbidden(kind, asked.name, f'User "{user.name}" cannot {asked.verb} {what}{why}')


def check_path(user: User, method: str, path: str) -> None:
    """Let pass a path that is about no object, such as /version.

    Raises:
        ApiError: 403.
    """
    verb = method.lower()
    verdict = user.authorizer.judge_path(user.who, verb, path)
    if not verdict.allowed:
        why = f": {verdict.reason}" if verdict.reason else ""
        message = f'forbidden: User "{user.name}" cannot {verb} path "{path}"{why}'
        raise ApiError(403, "Forbidden", message, {})


def acting(user: User, headers: Mapping[str, str], groups: list[str]) -> User:
    """Return who a request is made as: `kubectl --as` names another in Impersonate-User, with the Impersonate-Groups.

    Source: k8s.io/apiserver, pkg/endpoints/filters/impersonation.go.

    Raises:
        ApiError: 403, the user may not act as that one.
    """
    name = headers.get("Impersonate-User", "")
    if not name:
        return user
    check(user, _USERS_KIND, Asked("impersonate", "", "users", name=name))
    for group in groups:
        check(user, _GROUPS_KIND, Asked("impersonate", "", "groups", name=group))
    named = tuple(dict.fromkeys([*groups, AUTHENTICATED]))
    return replace(user, who=Subject(name, named))
