"""Every traffic system, and what is asked of all of them: the rules of a namespace, and what sets their shares."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.routing.apportion import apportion, require_shares
from cockpit.routing.controllers import claimed
from cockpit.routing.gateway_api import GATEWAY_API
from cockpit.routing.ingress import INGRESS
from cockpit.routing.istio import ISTIO
from cockpit.routing.objects import Objects
from cockpit.routing.rules import Rule
from cockpit.routing.system import Field, Held, System, Weights

SYSTEMS: tuple[System, ...] = (INGRESS, GATEWAY_API, ISTIO)
"""In the order in which their rules are listed. One more system is one more module, and one more entry here."""

_BY_NAME = {name: system for system in SYSTEMS for name in system.names}


def rules_of(objects: Objects) -> tuple[Rule, ...]:
    """Return every rule of a namespace, system by system; within an object in the order in which they are asked."""
    return tuple(claimed(objects, (rule for system in SYSTEMS for rule in system.rules(objects))))


def weight_fields(objects: Objects, rule: Rule, shares: Sequence[float]) -> tuple[Field, ...]:
    """Return what gives the rule's backends these shares (fractions of 1, in their order): fields of one object.

    Fields that hold already what they shall hold are left out; none at all where the shares are as wanted.

    Raises:
        ValueError: the shares are none, or the rule cannot be written; it says why.
    """
    found = _writable(objects, rule)
    require_shares(shares, len(rule.backends))
    wanted = zip(found.held, found.wanted(shares), strict=True)
    return tuple((path, before, after) for (path, before), after in wanted if before != after)


def reached(rule: Rule, shares: Sequence[float]) -> tuple[float, ...]:
    """Return the shares that come of writing `shares`, whole weights being as near to them as they get.

    Raises:
        ValueError: the shares are none, or the rule cannot be written; it says why.
    """
    if not rule.writable or not rule.parts:
        raise ValueError(f"{rule.kind}/{rule.name} divides nothing that could be set: {rule.why_not}")
    require_shares(shares, len(rule.backends))
    return tuple(weight / rule.parts for weight in apportion(shares, rule.parts))


def weight_relies_on(objects: Objects, rule: Rule) -> tuple[Held, ...]:
    """Return what a weight was reckoned by: every weight of the rule, and what tells it from its neighbours.

    Raises:
        ValueError: the rule cannot be written; it says why.
    """
    found = _writable(objects, rule)
    return (*found.relies_on, *found.held)


def written_weights(objects: Objects, rule: Rule) -> tuple[Held, ...]:
    """Return the fields that say the rule's shares as they are, none for a rule that cannot be written."""
    found = _weights(objects, rule)
    return found.held if found else ()


def weight_identities(objects: Objects, rule: Rule) -> tuple[Held, ...]:
    """Return what tells the rule of these weights from its neighbours, none for a rule that cannot be written."""
    found = _weights(objects, rule)
    return found.relies_on if found else ()


def _writable(objects: Objects, rule: Rule) -> Weights:
    found = _weights(objects, rule)
    if found is None:
        why = f": {rule.why_not}" if rule.why_not else ""
        raise ValueError(f"{rule.kind}/{rule.name} divides nothing that could be set{why}")
    return found


def _weights(objects: Objects, rule: Rule) -> Weights | None:
    system = _BY_NAME.get(rule.system)
    return system.weights(objects, rule) if system and rule.writable else None
