"""Guards of routes that get other weights: a share of the traffic needs its share of the pods."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from cockpit.actions.acts import Act
from cockpit.actions.forecast import Moment
from cockpit.actions.guard_scene import GuardScene, blocks, number, objects, passes, warns
from cockpit.actions.guards import Guard, GuardId
from cockpit.resources.json_values import Path
from cockpit.resources.kinds import INGRESS, ROUTING
from cockpit.routing.rules import Backend, Rule

KINDS = frozenset(kind.name for kind in (INGRESS, *ROUTING))
"""Kinds of objects that say where traffic goes."""

_ROUNDING = 1e-9
_Key = tuple[Path, tuple[str, ...]]
"""Where a rule stands, and what else tells one of its backends from others."""


def judge_weights(scene: GuardScene) -> Iterator[Guard]:
    """Yield what is to be said of each backend that gets a larger share."""
    for moment, rule, backend in raised_shares(scene):
        yield _judged(scene, moment, rule, backend)


def raised_shares(scene: GuardScene) -> Iterator[tuple[Moment, Rule, Backend]]:
    """Yield each backend of a rule that gets a larger share of the traffic."""
    own = {*scene.subject.membership.services, *scene.subject.membership.umbrellas}
    for moment in scene.forecast.moments:
        if moment.change.object.kind not in KINDS:
            continue
        shares = {_key(rule, entry): entry.share for rule in moment.before.rules() for entry in rule.backends}
        # A rule moves up in its list when one before it is taken out.
        moved = {_loose(key): share for key, share in shares.items()}
        for rule in moment.at_once.rules():
            for backend in rule.backends:
                key = _key(rule, backend)
                more = (backend.share or 0.0) - (shares.get(key, moved.get(_loose(key))) or 0.0)
                if more > _ROUNDING and own.intersection(rule.services):
                    yield moment, rule, backend


def _key(rule: Rule, backend: Backend) -> _Key:
    target = (backend.full_name, backend.subset or "", backend.port)
    return (rule.place, (rule.kind, rule.name if rule.place else "", rule.text, rule.match or "", *target))


def _loose(key: _Key) -> tuple[str, ...]:
    return key[1]


def _judged(scene: GuardScene, moment: Moment, rule: Rule, backend: Backend) -> Guard:
    has = len(moment.at_once.ready_at(backend))
    serving = {pod.name for entry in rule.backends for pod in scene.forecast.start.ready_at(entry)}
    share = backend.share or 0.0
    needs = max(1, ceil(share * len(serving) - _ROUNDING))
    what = f"{share:.0%} of {rule.text}"
    target = f"Service/{backend.full_name}" + (f" subset {backend.subset}" if backend.subset else "")
    if not backend.local:
        sentence = f"{target} would get {what}, and what stands behind it is not seen from here."
        return warns(GuardId.TARGET_EMPTY, sentence, "Look at it in its own namespace first.")
    if not has:
        sentence = f"{target} has no ready endpoint, and would get {what}."
        remedy = "Scale its version up, and wait until it is ready."
        return (blocks if serving else warns)(GuardId.TARGET_EMPTY, sentence, remedy)
    if not scene.forecast.end.ready_at(backend):
        sentence = f"The pods behind {target}, which would get {what}, are being rolled away."
        return blocks(GuardId.ROLLED_AWAY, sentence, "Pause the rollout first.")
    if has < needs:
        sentence = (
            f"{target} has {number(has, 'ready pod')} for {what}: its share of the {len(serving)} "
            f"that serve now would be {needs}."
        )
        # A share that somebody chose is judged by what each pod gets.
        chosen = scene.backward or scene.act is Act.WEIGHT
        return (warns if chosen else objects)(GuardId.TARGET_SMALL, sentence, f"Scale up to {needs} first.")
    return passes(GuardId.TARGET_SMALL, f"{target} has {number(has, 'ready pod')} for {what}.")
