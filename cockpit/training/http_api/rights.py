"""Rights: rules as RBAC writes them, and the users of the cluster with theirs. RBAC objects take its place later."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.training.api.kinds import AUTHORIZATION, DEPLOYMENT, EVENT, SERVED, SERVICE, ApiKind, subresources_of
from cockpit.training.objects import Json

READ = frozenset({"get", "list", "watch"})
_ANY = "*"
_OF_THE_VIEWER = ("status", "scale")  # a real `view` role has neither pods/proxy nor services/proxy


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to do; `namespace` is "" for all of them and for the cluster scope."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    subresource: str = ""
    name: str = ""

    @property
    def path(self) -> str:
        """The resource with its subresource, e.g. "deployments/scale"."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource


@dataclass(frozen=True, slots=True)
class Rule:
    """Verbs on resources (those with a subresource as "pods/proxy") of API groups; "*" is all, no names are all."""

    verbs: frozenset[str]
    groups: frozenset[str]
    resources: frozenset[str]
    names: frozenset[str] = frozenset()

    def allows(self, asked: Asked) -> bool:
        """Tell whether the rule grants it (k8s.io/kubernetes, pkg/apis/rbac/v1/evaluation_helpers.go)."""
        return (
            _holds(self.verbs, asked.verb)
            and _holds(self.groups, asked.group)
            and (_holds(self.resources, asked.path) or f"*/{asked.subresource}" in self.resources)
            and (not self.names or asked.name in self.names)
        )

    def written(self) -> Json:
        """Return the rule as a SelfSubjectRulesReview lists it."""
        rule: Json = {
            "verbs": sorted(self.verbs),
            "apiGroups": sorted(self.groups),
            "resources": sorted(self.resources),
        }
        return rule | ({"resourceNames": sorted(self.names)} if self.names else {})


REVIEWS = Rule(
    frozenset({"create"}),
    frozenset({AUTHORIZATION}),
    frozenset({"selfsubjectaccessreviews", "selfsubjectrulesreviews"}),
)
"""What everybody may do: ask for one's own rights (system:basic-user)."""
_EVERYTHING = Rule(frozenset({_ANY}), frozenset({_ANY}), frozenset({_ANY}))


@dataclass(frozen=True, slots=True)
class User:
    """A user and the rights; `namespaces` empty is the whole cluster."""

    name: str
    rules: tuple[Rule, ...]
    namespaces: frozenset[str] = frozenset()

    def may(self, asked: Asked) -> bool:
        """Tell whether the user may do that."""
        if REVIEWS.allows(asked):
            return True
        return self.reaches(asked.namespace) and any(rule.allows(asked) for rule in self.rules)

    def reaches(self, namespace: str) -> bool:
        """Tell whether the rules hold in a namespace."""
        return not self.namespaces or namespace in self.namespaces


def users(hidden_from_viewer: frozenset[str], viewer_namespaces: frozenset[str]) -> tuple[User, ...]:
    """Return the users: an administrator, a viewer who may only read, and an operator with named verbs."""
    return (
        User("admin", (_EVERYTHING,)),
        User("viewer", _readable(hidden_from_viewer), viewer_namespaces),
        User("operator", _operating()),
    )


def _operating() -> tuple[Rule, ...]:
    """Read everything, also through the proxy; patch and scale Deployments, patch Services, create Events."""
    patch, create = frozenset({"patch"}), frozenset({"create"})
    return (
        Rule(READ, frozenset({_ANY}), frozenset({_ANY})),
        Rule(patch, frozenset({DEPLOYMENT.group}), frozenset({"deployments", "deployments/scale"})),
        Rule(patch, frozenset({SERVICE.group}), frozenset({"services"})),
        Rule(create, frozenset({EVENT.group, "events.k8s.io"}), frozenset({"events"})),
    )


def _readable(hidden: frozenset[str]) -> tuple[Rule, ...]:
    """Return rules to read all kinds but the hidden ones, one for each group."""
    groups: dict[str, set[str]] = {}
    for kind in SERVED:
        if kind.plural not in hidden:
            groups.setdefault(kind.group, set()).update(_paths(kind))
    return tuple(Rule(READ, frozenset({group}), frozenset(found)) for group, found in groups.items())


def _paths(kind: ApiKind) -> list[str]:
    shown = [name for name in subresources_of(kind) if name in _OF_THE_VIEWER]
    return [kind.plural, *(f"{kind.plural}/{name}" for name in shown)]


def _holds(given: frozenset[str], asked: str) -> bool:
    return _ANY in given or asked in given
