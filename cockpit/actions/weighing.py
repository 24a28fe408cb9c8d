"""The weight of a route between two Services: where it can be written, and what gives it another value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cockpit.actions.capture import ingresses_of
from cockpit.actions.change import Change, ChangeKind, FieldChange, Given
from cockpit.actions.targets import Version, behind, ref_of
from cockpit.release.subject import Subject
from cockpit.resources.ingress import Ingress
from cockpit.routing.rules import Rule
from cockpit.routing.weights import weight_fields, weight_relies_on, weighted_service


@dataclass(frozen=True, slots=True)
class Weighing:
    """One Ingress that divides between two Services: `share` is the new one's, `rules` are what it divides."""

    ingress: Ingress
    share: float
    old: Version | None
    new: Version | None
    rules: tuple[str, ...]


def weighings(subject: Subject) -> tuple[Weighing, ...]:
    """Return the Ingresses that divide a release's traffic by a weight, by name."""
    found = (_weighing(subject, ingress) for ingress in ingresses_of(subject))
    return tuple(entry for entry in found if entry is not None)


def _weighing(subject: Subject, ingress: Ingress) -> Weighing | None:
    name = ingress.metadata.name
    rules = [rule for rule in subject.membership.rules if rule.name == name and _divides(rule)]
    if not rules:
        return None
    backends = {entry.service: entry.share or 0.0 for entry in rules[0].backends}
    services = tuple(backends)
    weighted = weighted_service(ingress, services)
    # The weight of Alibaba's form may be that of either Service; the rule lists the one that was there before first.
    old, new = services[0], services[-1]
    share = backends[weighted] if weighted == new else 1.0 - backends[weighted]
    return Weighing(ingress, share, _alone(subject, old), _alone(subject, new), tuple(rule.text for rule in rules))


def _divides(rule: Rule) -> bool:
    return rule.kind == "Ingress" and rule.writable and rule.match is None and len(rule.backends) == 2


def _alone(subject: Subject, name: str) -> Version | None:
    service = subject.inventory.services.get(name)
    found = behind(subject, service) if service is not None else ()
    return found[0] if len(found) == 1 else None


def weight_change(subject: Subject, weighing: Weighing, share: float) -> Change | None:
    """Return the write that gives the new version a share (a fraction of 1), None where it has it."""
    ingress = weighing.ingress
    rule = next(rule for rule in subject.membership.rules if rule.name == ingress.metadata.name and _divides(rule))
    services = tuple(entry.service for entry in rule.backends)
    turned = weighted_service(ingress, services) != services[-1]
    fields = tuple(FieldChange(*field) for field in weight_fields(ingress, 1.0 - share if turned else share))
    if not fields:
        return None
    name = weighing.new.name if weighing.new else services[-1]
    return Change(
        kind=ChangeKind.PATCH,
        object=ref_of("Ingress", ingress.metadata),
        summary=f"give {name} {share:.0%} in Ingress/{ingress.metadata.name}",
        fields=fields,
        given=tuple(Given(path, value) for path, value in weight_relies_on(ingress)),
    )


def weight_effects(weighing: Iterable[Weighing], share: float) -> tuple[str, ...]:
    """Return a line for each rule: how it divides now, and how it will."""
    return tuple(
        f"{rule}: {_name(entry.new)} {entry.share:.0%} → {share:.0%}, {_name(entry.old)} "
        f"{1 - entry.share:.0%} → {1 - share:.0%}"
        for entry in weighing
        for rule in entry.rules
    )


def matched_ways(subject: Subject, weighing: Iterable[Weighing]) -> tuple[str, ...]:
    """Return a line for each rule of these Ingresses that leads by header or cookie, whatever the weight."""
    names = {entry.ingress.metadata.name for entry in weighing}
    return tuple(
        f"{rule.text} with {rule.match} still leads to Service {rule.backends[0].service}"
        for rule in subject.membership.rules
        if rule.match is not None and rule.name in names and rule.backends
    )


def _name(version: Version | None) -> str:
    return version.name if version is not None else "?"
