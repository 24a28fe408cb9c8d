"""Rules by a match in HTTPRoutes, GRPCRoutes and VirtualServices: taken out by a cleanup that is asked to.

A list is written whole: an element of it can be taken out, but not tested and put back alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.divisions import name_of, rule_text
from cockpit.actions.drafts import Task
from cockpit.actions.weighing import Weighing, weighings
from cockpit.actions.wording import counted
from cockpit.errors import CockpitError
from cockpit.release.subject import Subject
from cockpit.resources.json_values import Path
from cockpit.resources.references import ObjectRef
from cockpit.routing.rules import Rule


def matched_entries(subject: Subject) -> dict[ObjectRef, tuple[Rule, ...]]:
    """Return, by object, the rules by a match that lead to versions of a split of which one side has everything."""
    found: dict[ObjectRef, tuple[Rule, ...]] = {}
    for entry in weighings(subject):
        if entry.object.kind != "Ingress" and entry.share in {0.0, 1.0}:
            found[entry.object] = (*found.get(entry.object, ()), *_beside(subject, entry))
    return {ref: tuple(_once(rules)) for ref, rules in found.items() if rules}


def _once(rules: Sequence[Rule]) -> Iterator[Rule]:
    seen: set[Path] = set()
    for rule in rules:
        if rule.place not in seen:
            seen.add(rule.place)
            yield rule


def _beside(subject: Subject, entry: Weighing) -> Iterator[Rule]:
    names = {name_of(subject, backend) for backend in entry.rules[0].backends}
    for rule in subject.membership.rules:
        mine = (rule.kind, rule.name) == (entry.object.kind, entry.object.name) and rule.match is not None
        if mine and {name_of(subject, backend) for backend in rule.backends} <= names:
            yield rule


def without_entries(task: Task) -> tuple[Change, ...]:
    """Return the writes that take these rules out, none where nobody asked for it.

    Raises:
        CockpitError: a route could not be read whole.
    """
    if task.request.keep_rules is not False:
        return ()
    return tuple(_change(task, ref, rules) for ref, rules in matched_entries(task.subject).items())


def entry_effects(task: Task) -> Iterator[str]:
    """Yield a line for each rule that is taken out."""
    if task.request.keep_rules is False:
        for rules in matched_entries(task.subject).values():
            yield from (f"{rule_text(rule)} is no rule of its own any more" for rule in rules)


def _change(task: Task, ref: ObjectRef, rules: Sequence[Rule]) -> Change:
    raw = task.fresh(ref)
    if raw is None:
        raise CockpitError(f"{ref.short} could not be read whole: try again.")
    fields: list[FieldChange] = []
    for place in dict.fromkeys(rule.place[:-1] for rule in rules):
        held = raw.at_path(place)
        gone = {rule.place[-1] for rule in rules if rule.place[:-1] == place}
        entries = list(held) if isinstance(held, Sequence) else []
        left = [entry for position, entry in enumerate(entries) if str(position) not in gone]
        fields.append(FieldChange(place, entries, left))
    summary = f"take {counted(len(rules), 'rule')} by a match out of {ref.short}"
    return Change(ChangeKind.PATCH, ref, summary, tuple(fields))
