"""Routes that divide between three versions or more: which of them is the newest, and the way forward and back."""

from __future__ import annotations

from dataclasses import replace

from msgspec import structs

from cockpit.actions.capacity import scale_up_each
from cockpit.actions.divisions import Division, divisions, versions_at
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.targets import Version
from cockpit.actions.weight import weight
from cockpit.release.subject import Subject

_LEAST = 3


def many_ways(subject: Subject) -> tuple[Division, ...]:
    """Return what divides the traffic of everybody between three versions or more."""
    found = (entry for entry in divisions(subject) if entry.writable and entry.rule.match is None)
    return tuple(entry for entry in found if len(set(entry.names)) >= _LEAST)


def newest_of_many(subject: Subject) -> str:
    """Return the newest of three versions or more that has a share to lose, "" where there is none."""
    found: list[Version] = []
    for division in many_ways(subject):
        shares = division.shares
        found += [entry for name, entry in versions_at(subject, division).items() if (shares[name] or 0.0) > 0]
    dated = [(entry.revision.created_at, entry.name) for entry in found if entry.revision.created_at is not None]
    # Versions of one moment have no newest one.
    last = max((moment for moment, _ in dated), default=None)
    names = {name for moment, name in dated if moment == last}
    return names.pop() if len(names) == 1 and len({name for _, name in dated}) > 1 else ""


def promoted(task: Task, name: str) -> Draft:
    """Return what gives one of many versions everything; it gets pods for all of it first.

    Raises:
        CockpitError: it has everything already.
    """
    draft = weight(_asking(task, f"{name}=100%"))
    found = [versions_at(task.subject, entry) for entry in many_ways(task.subject) if entry.fits((name,))]
    needed = ((entry.get(name), sum(version.ready for version in entry.values())) for entry in found)
    return replace(draft, changes=(*scale_up_each(needed), *draft.changes))


def taken_down(task: Task, name: str) -> Draft:
    """Return what takes the share of one of many versions away; the others divide it as they do the rest.

    Raises:
        UsageError: nobody knows how they divide it.
    """
    return weight(_asking(task, f"{name}=0%"))


def _asking(task: Task, share: str) -> Task:
    request = structs.replace(task.request, shares=(share,), rule="", weights=())
    return Task(task.subject, request, task.circumstances, task.material)
