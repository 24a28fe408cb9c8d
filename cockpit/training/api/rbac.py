"""What RBAC objects grant: the bindings that name somebody, the roles that they refer to, and the rules of these.

Sources: k8s.io/kubernetes, pkg/registry/rbac/validation/rule.go and plugin/pkg/auth/authorizer/rbac/rbac.go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cockpit.training.api.kinds import CLUSTER_ROLE, CLUSTER_ROLE_BINDING, ROLE, ROLE_BINDING, ApiKind
from cockpit.training.api.rules import Asked, Rule
from cockpit.training.api.store import Change, Store
from cockpit.training.objects import Json, name_of, namespace_of

_DECIDING = (ROLE, ROLE_BINDING, CLUSTER_ROLE, CLUSTER_ROLE_BINDING)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks: a user and the groups that the user is in."""

    user: str
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """One rule that holds for somebody, and by which binding."""

    rule: Rule
    by: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something is allowed; `reason` says by what, or which role is missing."""

    allowed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    grants: tuple[Grant, ...]
    problems: tuple[str, ...]


class Authorizer:
    """Judges by the RBAC objects that are there at this moment; what it found is kept until one of them changes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[tuple[Subject, str], _Found] = {}
        store.subscribe(self._hear)

    def judge(self, who: Subject, asked: Asked) -> Verdict:
        """Tell whether somebody may do something to objects of a kind."""
        return self._verdict(self._found(who, asked.namespace), lambda rule: rule.allows(asked))

    def judge_path(self, who: Subject, verb: str, path: str) -> Verdict:
        """Tell whether somebody may ask for a path that is about no object."""
        return self._verdict(self._found(who, ""), lambda rule: rule.allows_path(verb, path))

    def grants(self, who: Subject, namespace: str) -> tuple[tuple[Grant, ...], tuple[str, ...]]:
        """Return all that holds for somebody in a namespace, and what stood in the way of finding more."""
        found = self._found(who, namespace)
        return found.grants, found.problems

    @staticmethod
    def _verdict(found: _Found, allows: Callable[[Rule], bool]) -> Verdict:
        grant = next((grant for grant in found.grants if allows(grant.rule)), None)
        if grant is not None:
            return Verdict(True, f"RBAC: allowed by {grant.by}")
        return Verdict(False, f"RBAC: {_aggregate(found.problems)}" if found.problems else "")

    def _hear(self, change: Change) -> None:
        if change.kind in _DECIDING:
            self._known.clear()

    def _found(self, who: Subject, namespace: str) -> _Found:
        known = self._known.get((who, namespace))
        if known is None:
            known = self._known[who, namespace] = self._find(who, namespace)
        return known

    def _find(self, who: Subject, namespace: str) -> _Found:
        bindings = [(CLUSTER_ROLE_BINDING, binding) for binding in self._store.items(CLUSTER_ROLE_BINDING)]
        if namespace:
            bindings += [(ROLE_BINDING, binding) for binding in self._store.items(ROLE_BINDING, namespace)]
        grants: list[Grant] = []
        problems: list[str] = []
        for kind, binding in bindings:
            subject = _subject_of(who, binding)
            if subject is None:
                continue
            role = self._role(binding)
            if role is None:
                problems.append(_missing(binding))
            else:
                grants += [Grant(rule, _described(kind, binding, subject)) for rule in _rules(role)]
        return _Found(tuple(grants), tuple(problems))

    def _role(self, binding: Json) -> Json | None:
        reference = binding.get("roleRef") or {}
        kind = CLUSTER_ROLE if reference.get("kind") == "ClusterRole" else ROLE
        home = namespace_of(binding) if kind is ROLE else ""
        return self._store.get(kind, home, str(reference.get("name", "")))


def _rules(role: Json) -> Iterator[Rule]:
    for written in role.get("rules") or ():
        yield Rule.of(written)


def _subject_of(who: Subject, binding: Json) -> Json | None:
    """Return the subject of a binding that somebody is. ServiceAccounts are not served, so nobody is one."""
    for subject in binding.get("subjects") or ():
        if subject.get("kind") == "User" and subject.get("name") == who.user:
            return dict(subject)
        if subject.get("kind") == "Group" and subject.get("name") in who.groups:
            return dict(subject)
    return None


def _described(kind: ApiKind, binding: Json, subject: Json) -> str:
    name = f"{name_of(binding)}/{namespace_of(binding)}" if kind is ROLE_BINDING else name_of(binding)
    role = binding["roleRef"]
    return f'{kind.kind} "{name}" of {role["kind"]} "{role["name"]}" to {subject["kind"]} "{subject["name"]}"'


def _missing(binding: Json) -> str:
    role = binding.get("roleRef") or {}
    return f'{str(role.get("kind", "")).lower()}.{ROLE.group} "{role.get("name", "")}" not found'


def _aggregate(problems: tuple[str, ...]) -> str:
    """Join errors as k8s.io/apimachinery's Aggregate does: each once, in brackets where there are several."""
    once = list(dict.fromkeys(problems))
    return once[0] if len(once) == 1 else f"[{', '.join(once)}]"
