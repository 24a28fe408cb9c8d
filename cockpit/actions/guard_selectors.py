"""Guards of Services that get another selector, or are made: is there anybody, are they enough, will they stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cockpit.actions.forecast import Moment, selector_changes
from cockpit.actions.guard_scene import GuardScene, blocks, number, objects, passes, selector_words, warns, whose
from cockpit.actions.guards import Guard, GuardId
from cockpit.actions.stage import Stage, StagedPod
from cockpit.release.inventory import Inventory
from cockpit.release.labels import HASH_KEYS
from cockpit.release.revision_index import hash_labels


@dataclass(frozen=True, slots=True)
class _Turn:
    """One Service that gets a selector: the ready pods behind it before and after."""

    name: str
    selector: Mapping[str, str]
    made: bool
    before: tuple[StagedPod, ...]
    after: tuple[StagedPod, ...]
    any_pods: bool
    """Whether the new selector takes any pod, ready or not."""


def judge_selectors(scene: GuardScene) -> Iterator[Guard]:
    """Yield what is to be said of each Service that gets a selector."""
    for moment, name in selector_changes(scene.forecast.moments):
        turn = _turn(moment, name)
        if turn is None:
            continue
        if not turn.selector:
            yield blocks(
                GuardId.SERVICE_EMPTIED,
                f"Service/{name} would have no selector, and its endpoints would stay as they are for ever.",
                "Keep at least one label in the selector.",
            )
        elif gone := _gone_pin(turn, moment.at_once.inventory):
            yield gone
        else:
            yield _staying(turn, scene.forecast.end) or _enough(turn, backward=scene.backward)


def _turn(moment: Moment, name: str) -> _Turn | None:
    after = moment.at_once.service(name)
    if after is None or after.spec.type == "ExternalName":
        return None
    selector = after.spec.selector
    return _Turn(
        name,
        selector,
        moment.before.service(name) is None,
        moment.before.ready_behind(name),
        moment.at_once.ready_behind(name),
        bool(moment.at_once.matching(selector)),
    )


def _gone_pin(turn: _Turn, inventory: Inventory) -> Guard | None:
    pins = {(key, value) for key, value in turn.selector.items() if key in HASH_KEYS}
    if not pins or turn.any_pods:
        return None
    words = ", ".join(sorted(value for _, value in pins))
    known = pins <= _known_hashes(inventory)
    why = "whose revision has no pods" if known else "which belongs to no revision any more"
    remedy = "Scale that revision up first, or take another." if known else "Pin to a revision that has pods."
    return blocks(GuardId.PIN_GONE, f"Service/{turn.name} would be pinned to hash {words}, {why}.", remedy)


def _known_hashes(inventory: Inventory) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for replica_set in inventory.replica_sets.values():
        found |= hash_labels("Deployment", replica_set)
    for revision in inventory.controller_revisions.values():
        found |= hash_labels("StatefulSet", revision) | hash_labels("DaemonSet", revision)
    return frozenset(found)


def _staying(turn: _Turn, end: Stage) -> Guard | None:
    """Return a guard where the pods that take over are about to go."""
    if not turn.after or end.service(turn.name) is None or end.ready_behind(turn.name):
        return None
    return blocks(
        GuardId.ROLLED_AWAY,
        f"The {number(len(turn.after), 'ready pod')} behind Service/{turn.name} ({whose(turn.after)}) are being rolled "
        "away: it would end without an endpoint.",
        "Pause the rollout first, or select the version that it brings.",
    )


def _enough(turn: _Turn, *, backward: bool) -> Guard:
    if not turn.after:
        return _empty(turn)
    had, has = len(turn.before), len(turn.after)
    if had <= has:
        over = "" if turn.made or not had else f" It has {had} now."
        return passes(GuardId.TARGET_EMPTY, f"Service/{turn.name} gets {whose(turn.after)}, all ready.{over}")
    if {pod.name for pod in turn.after} < {pod.name for pod in turn.before}:
        return warns(
            GuardId.TARGET_SMALL,
            f"Service/{turn.name} keeps {has} of its {number(had, 'ready endpoint')}: {whose(turn.after)}.",
            f"See that {has} can carry what {had} carried, or scale up.",
        )
    return _small(turn, backward=backward)


def _empty(turn: _Turn) -> Guard:
    sentence = f"No ready pod matches {selector_words(turn.selector)}: Service/{turn.name} would have no endpoint."
    remedy = "Scale the version up, and wait until its pods are ready."
    if turn.made or not turn.before:
        tail = "" if turn.made else " It has none now either."
        return warns(GuardId.TARGET_EMPTY, sentence + tail, remedy)
    return blocks(GuardId.TARGET_EMPTY, sentence, remedy)


def _small(turn: _Turn, *, backward: bool) -> Guard:
    had, has = len(turn.before), len(turn.after)
    change = f"{had} ready endpoints ({whose(turn.before)}) to {has} ({whose(turn.after)})"
    sentence = f"Service/{turn.name} would go from {change}."
    remedy = f"Scale up to {had} first."
    return (warns if backward else objects)(GuardId.TARGET_SMALL, sentence, remedy)
