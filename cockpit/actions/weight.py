"""Weight: other shares of a route's traffic, by one write to each object that holds them."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.actions.change import Change
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.shares import share_words
from cockpit.actions.weight_choice import Aim, aims_of
from cockpit.actions.weight_effects import weight_lines
from cockpit.actions.weight_writes import weights_change
from cockpit.actions.wording import listed
from cockpit.errors import CockpitError
from cockpit.release.subject import Subject
from cockpit.resources.references import ObjectRef


def weight(task: Task) -> Draft:
    """Return what gives versions other shares.

    Raises:
        UsageError: the shares are none, or it is not clear which rules get them.
        CockpitError: nothing divides by weights that could be set, or the traffic is divided so already.
    """
    aims = aims_of(task.subject, task.request)
    changes = weight_changes_of(task.subject, aims)
    name = task.subject.view.name
    said = listed(dict.fromkeys(shares_words(aim.shares) for aim in aims))
    if not changes:
        raise CockpitError(f"{name} is divided so already: {said}.")
    return Draft(
        title=f"Weigh {name}: {said}",
        why="New requests are divided by the weights; no pod is started or ended.",
        changes=changes,
        effects=tuple(weight_lines(task.subject, aims, changes, task.circumstances.rates)),
    )


def shares_words(shares: dict[str, float]) -> str:
    """Return shares in a line: "v1 75%, v2 25%"."""
    return ", ".join(f"{name} {share_words(share)}" for name, share in shares.items())


def weight_changes_of(subject: Subject, aims: Sequence[Aim]) -> tuple[Change, ...]:
    """Return one write for each object whose weights are other than aimed at."""
    by_object: dict[ObjectRef, list[Aim]] = {}
    for aim in aims:
        if aim.division.object is not None:
            by_object.setdefault(aim.division.object, []).append(aim)
    found = (_change(subject, ref, entries) for ref, entries in by_object.items())
    return tuple(change for change in found if change is not None)


def _change(subject: Subject, ref: ObjectRef, aims: Sequence[Aim]) -> Change | None:
    wanted = [(rule, aim.division.parts(rule, aim.shares)) for aim in aims for rule in aim.division.rules]
    said = listed(dict.fromkeys(shares_words(aim.shares) for aim in aims))
    return weights_change(subject, ref, wanted, f"give {said} in {ref.short}")
