"""ClusterRoles that gather the rules of others: `view`, `edit` and `admin` grow with roles that say so by a label.

Source: k8s.io/kubernetes, pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go.
"""

from __future__ import annotations

from cockpit.training.api.kinds import CLUSTER_ROLE
from cockpit.training.api.registry import Registry
from cockpit.training.api.selectors import all_hold, requirements_of
from cockpit.training.api.store import Change
from cockpit.training.objects import Json, labels_of, name_of


class RoleAggregation:
    """Brings aggregated ClusterRoles up to date, at once, whenever a ClusterRole changes."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def observe(self, change: Change) -> None:
        """Look at all ClusterRoles that gather others, where one changed."""
        if change.kind is not CLUSTER_ROLE:
            return
        roles = self._registry.store.items(CLUSTER_ROLE)
        for role in roles:
            rules = gathered(role, roles)
            if rules is not None and rules != (role.get("rules") or []):
                self._registry.replace(CLUSTER_ROLE, "", name_of(role), {**role, "rules": rules})
                return  # which is a change itself, after which the others are looked at


def gathered(role: Json, roles: list[Json]) -> list[Json] | None:
    """Return the rules that a role gathers, each once, in the order of the names; None where it gathers none."""
    selectors = (role.get("aggregationRule") or {}).get("clusterRoleSelectors")
    if not selectors:
        return None
    wanted = [requirements_of(selector) for selector in selectors]
    found: list[Json] = []
    for other in roles:
        if name_of(other) != name_of(role) and any(all_hold(clauses, labels_of(other)) for clauses in wanted):
            found += [rule for rule in other.get("rules") or () if rule not in found]
    return found
