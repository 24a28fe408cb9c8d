"""One rule of a Role, as RBAC writes it, and what it is held against.

Source: k8s.io/kubernetes, pkg/apis/rbac/v1/evaluation_helpers.go.
"""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.training.objects import Json

_ANY = "*"
_FIELDS = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")


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
    """Verbs on resources (those with a subresource as "pods/log") of API groups; "*" is all, no names are all."""

    verbs: tuple[str, ...]
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    @classmethod
    def of(cls, written: Json) -> Rule:
        """Return a rule as it stands in a Role."""
        return cls(*(tuple(str(entry) for entry in written.get(field) or ()) for field in _FIELDS))

    def allows(self, asked: Asked) -> bool:
        """Tell whether the rule grants something on objects."""
        return (
            _holds(self.verbs, asked.verb)
            and _holds(self.groups, asked.group)
            and (_holds(self.resources, asked.path) or self._any_with(asked.subresource))
            and (not self.names or asked.name in self.names)
        )

    def allows_path(self, verb: str, path: str) -> bool:
        """Tell whether the rule grants a path that is about no object."""
        return _holds(self.verbs, verb) and any(_covers(url, path) for url in self.urls)

    def written(self) -> Json:
        """Return the rule as a Role and a SelfSubjectRulesReview list it."""
        values = (self.verbs, self.groups, self.resources, self.names, self.urls)
        return {field: list(value) for field, value in zip(_FIELDS, values, strict=True) if value}

    def _any_with(self, subresource: str) -> bool:
        return bool(subresource) and f"*/{subresource}" in self.resources


def _holds(given: tuple[str, ...], asked: str) -> bool:
    return _ANY in given or asked in given


def _covers(url: str, path: str) -> bool:
    return url in (_ANY, path) or (url.endswith(_ANY) and path.startswith(url.rstrip(_ANY)))
