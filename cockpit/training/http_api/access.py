"""Who may do what: users by token, and a table of rules. RBAC objects take its place later."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from cockpit.training.api.failures import ApiError, forbidden, unauthorized
from cockpit.training.api.kinds import ApiKind
from cockpit.training.objects import Json

READ = frozenset({"get", "list", "watch"})


@dataclass(frozen=True, slots=True)
class User:
    """A user and the rights: `verbs` None is every verb, `namespaces` empty is the whole cluster."""

    name: str
    verbs: frozenset[str] | None = None
    hidden: frozenset[str] = frozenset()  # plurals of kinds that are not granted
    namespaces: frozenset[str] = frozenset()

    def may(self, verb: str, plural: str, namespace: str) -> bool:
        """Tell whether the user may do `verb` on a kind in a namespace ("" is the cluster scope)."""
        return (
            (self.verbs is None or verb in self.verbs)
            and plural not in self.hidden
            and (not self.namespaces or namespace in self.namespaces)
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


def users(hidden_from_viewer: frozenset[str], viewer_namespaces: frozenset[str]) -> tuple[User, ...]:
    """Return the users of the cluster: an administrator, and a viewer who may only read."""
    return (User("admin"), User("viewer", READ, hidden_from_viewer, viewer_namespaces))


def refusal(user: User, verb: str, kind: ApiKind, namespace: str, name: str, subresource: str) -> ApiError:
    """Return the 403, worded as RBAC words it."""
    resource = f"{kind.plural}/{subresource}" if subresource else kind.plural
    where = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    why = f'User "{user.name}" cannot {verb} resource "{resource}" in API group "{kind.group}" {where}'
    return forbidden(kind, name, why)


def review_access(user: User, review: Json) -> Json:
    """Answer a SelfSubjectAccessReview."""
    asked = (review.get("spec") or {}).get("resourceAttributes") or {}
    verb, plural = str(asked.get("verb", "")), str(asked.get("resource", ""))
    allowed = user.may(verb, plural, str(asked.get("namespace", ""))) if asked else True
    return _review("SelfSubjectAccessReview", review.get("spec") or {}, {"allowed": allowed})


def review_rules(user: User, review: Json) -> Json:
    """Answer a SelfSubjectRulesReview."""
    verbs = sorted(user.verbs) if user.verbs is not None else ["*"]
    rule = {"verbs": verbs, "apiGroups": ["*"], "resources": ["*"]}
    status = {"resourceRules": [rule], "nonResourceRules": [], "incomplete": bool(user.hidden)}
    return _review("SelfSubjectRulesReview", {}, status)


def _review(kind: str, spec: Json, status: Json) -> Json:
    return {"kind": kind, "apiVersion": "authorization.k8s.io/v1", "metadata": {}, "spec": spec, "status": status}
