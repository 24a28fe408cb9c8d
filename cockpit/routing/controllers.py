"""Who else writes the weights of rules: Rollouts, Canaries, and whatever owns the object that holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import structs

from cockpit.resources.kinds import kind_named
from cockpit.resources.meta import controller_of
from cockpit.routing import argo_rollouts, flagger
from cockpit.routing.objects import Objects
from cockpit.routing.progress import Claim, Progress
from cockpit.routing.rules import Controller, Rule


def progresses(objects: Objects) -> tuple[Progress, ...]:
    """Return how every Rollout and Canary of a namespace stands."""
    return (*argo_rollouts.progresses(objects), *flagger.progresses(objects))


def claimed(objects: Objects, rules: Iterable[Rule]) -> Iterator[Rule]:
    """Yield the rules; those whose weights a controller writes are not writable, and say by whom."""
    by_object: dict[tuple[str, str], list[Claim]] = {}
    for claim in (*argo_rollouts.claims(objects), *flagger.claims(objects)):
        by_object.setdefault((claim.kind, claim.name), []).append(claim)
    for rule in rules:
        found = next(
            (claim for claim in by_object.get((rule.kind, rule.name), ()) if _takes(claim, rule)), None
        ) or _owned(objects, rule, by_object)
        yield (
            rule
            if found is None
            else structs.replace(
                rule,
                writable=False,
                parts=0,
                why_not=found.reason,
                controller=Controller(found.owner, found.reason, found.command),
            )
        )


def _takes(claim: Claim, rule: Rule) -> bool:
    return claim.places is None or rule.place in claim.places


def _owned(objects: Objects, rule: Rule, by_object: dict[tuple[str, str], list[Claim]]) -> Claim | None:
    """Return the claim of the controller that owns the object of a rule, None where nothing owns it."""
    found = objects.of(kind_named(rule.kind).slice_type).get(rule.name)
    owner = controller_of(found.metadata) if found is not None else None
    if owner is None:
        return None
    name = f"{owner.kind}/{owner.name}"
    # A Rollout and a Canary say which rules are theirs; others own all that they made.
    said = next((claim for claims in by_object.values() for claim in claims if claim.owner == name), None)
    if said is not None and by_object.get((rule.kind, rule.name)):
        return None
    reason = f"{name} made {rule.kind}/{rule.name}, and would set its weights again"
    return Claim(rule.kind, rule.name, name, reason, said.command if said else "")
