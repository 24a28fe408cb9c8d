"""The shape that a release had before its Ingress was split: restored when one side of the split has everything."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from cockpit.actions.change import Change
from cockpit.actions.divisions import rule_key, rule_text
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.ingress_shape import deleted, taken_over, undivided
from cockpit.actions.matched_entries import matched_entries
from cockpit.actions.targets import Version
from cockpit.actions.weighing import Weighing, weighings, weight_changes
from cockpit.actions.wording import counted, listed
from cockpit.errors import CockpitError
from cockpit.release.subject import Subject
from cockpit.resources.ingress import Ingress
from cockpit.resources.references import ObjectRef
from cockpit.routing.ack import SYSTEM as ACK
from cockpit.routing.rules import Rule
from cockpit.routing.systems import rules_of


def shape_material(subject: Subject) -> tuple[ObjectRef, ...]:
    """Return the routes that have to be read whole to restore the shape."""
    return tuple(dict.fromkeys((*(entry.object for entry in _done(subject)), *matched_entries(subject))))


def matched_beside(subject: Subject) -> tuple[str, ...]:
    """Return the rules, in words, that lead by a match beside a finished split, and may go with it."""
    names = {entry.object.name for entry in _done(subject) if entry.rules[0].system != ACK}
    others = (rule for rules in matched_entries(subject).values() for rule in rules)
    return tuple(rule_text(rule) for rule in (*_matched(subject, names), *others))


def _matched(subject: Subject, names: set[str]) -> Iterator[Rule]:
    return (rule for rule in subject.membership.rules if rule.match and rule.kind == "Ingress" and rule.name in names)


def restored(task: Task) -> Draft | None:
    """Return what ends the splits of Ingresses of which one side has everything, None where there are none.

    A canary without a share that still takes requests by header or cookie is in use: it goes only when it is asked to.

    Raises:
        CockpitError: a canary Ingress serves other releases too, or could not be read.
    """
    found = [entry for entry in _done(task.subject) if not _in_use(task, entry)]
    changes = [change for entry in found for change in _changes(task, entry)]
    if not changes:
        return None
    return Draft(
        title=f"End the split of {listed(dict.fromkeys(entry.object.short for entry in found))}",
        why="One version has all of the traffic: its route becomes what it was before there were two.",
        changes=tuple(changes),
        effects=tuple(dict.fromkeys(line for entry in found for line in _effects(task, entry))),
    )


def _done(subject: Subject) -> list[Weighing]:
    """Return the splits of Ingresses of which one side has everything."""
    return [entry for entry in weighings(subject) if entry.object.kind == "Ingress" and entry.share in {0.0, 1.0}]


def _in_use(task: Task, entry: Weighing) -> bool:
    """Say whether a canary without a share takes requests by a match, and nobody asked for the end of that."""
    matched = any(_matched(task.subject, {entry.object.name}))
    return entry.share == 0 and matched and task.request.keep_rules is not False


def _changes(task: Task, entry: Weighing) -> Iterator[Change]:
    ingresses = task.subject.inventory.ingresses
    holder = ingresses[entry.object.name]
    if entry.rules[0].system == ACK:
        going = entry.rules[0].backends[0 if entry.share else -1].service
        yield undivided(holder, task.fresh(entry.object), {going})
        return
    _require_own(task.subject, holder)
    if entry.share:
        mains = dict.fromkeys(rule.objects[0] for rule in entry.rules)
        writes = (taken_over(ingresses[name], holder) for name in mains)
        yield from (change for change in writes if change is not None)
    if _keeps(task, entry):
        yield from weight_changes(task.subject, (entry,), 0.0)
    else:
        yield deleted(holder, task.fresh(entry.object))


def _keeps(task: Task, entry: Weighing) -> bool:
    return task.request.keep_rules is True and any(_matched(task.subject, {entry.object.name}))


def _require_own(subject: Subject, holder: Ingress) -> None:
    own = {rule_key(rule) for rule in subject.membership.rules}
    for rule in rules_of(subject.inventory.routes()):
        if rule.kind == "Ingress" and rule.name == holder.metadata.name and rule_key(rule) not in own:
            raise CockpitError(
                f"Ingress/{rule.name} is the canary of {rule_text(rule)} too, which is another release's: "
                "take the paths out of it by hand."
            )


def _effects(task: Task, entry: Weighing) -> Iterator[str]:
    stays, goes = (entry.new, entry.old) if entry.share else (entry.old, entry.new)
    backend = entry.new_backend if entry.share else entry.rules[0].backends[0]
    for rule in entry.rules:
        yield f"{rule.text} → {stays.name if stays else backend.full_name} 100%, by Ingress/{rule.objects[0]} alone"
    if entry.rules[0].system != ACK:
        matched: Sequence[Rule] = tuple(_matched(task.subject, {entry.object.name}))
        kept = _keeps(task, entry)
        yield f"{entry.object.short} {'stays for its header and cookie rules, with weight 0' if kept else 'is gone'}"
        for rule in matched if not kept else ():
            yield f"{rule_text(rule)} is no rule of its own any more"
    if goes is not None and goes.workload.desired:
        yield _left(goes)


def _left(version: Version) -> str:
    ref = version.workload.ref
    command = f"cockpit scale {shlex.quote(ref)} --replicas 0"
    return f"{version.name} keeps its {counted(version.workload.desired, 'pod')} to go back to; {command} ends them"
