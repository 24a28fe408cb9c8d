"""Notices that somebody sets back what an act wrote, within half a minute after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from cockpit.actions.change import Change, ChangeKind, Given
from cockpit.actions.owners import who_changed
from cockpit.errors import CockpitError
from cockpit.resources.raw import RawObject
from cockpit.runner.cluster import Cluster
from cockpit.runner.read_back import Outcome, outcome_of
from cockpit.runner.steps import Sleep

_LOOKS_SECONDS = (3.0, 7.0, 10.0, 10.0)


async def watch_for_reverts(
    cluster: Cluster, changes: Sequence[tuple[Change, RawObject | None]], sleep: Sleep, tell: Callable[[str], None]
) -> None:
    """Look at every patched object four times within 30 seconds, and tell once who set one back.

    A GitOps tool that owns a field writes it again at its next look, and silently (it owns a selector as a whole).
    """
    watched = [change for change, _ in _last_of_each(changes) if change.kind is ChangeKind.PATCH and change.fields]
    for pause in _LOOKS_SECONDS:
        await sleep(pause)
        for change in tuple(watched):
            if said := await _set_back(cluster, change):
                watched.remove(change)
                tell(said)


def _last_of_each(
    changes: Sequence[tuple[Change, RawObject | None]],
) -> Sequence[tuple[Change, RawObject | None]]:
    """Return the last change of each object: what an earlier one wrote, it may have written anew."""
    return tuple({change.object: (change, answer) for change, answer in changes}.values())


async def _set_back(cluster: Cluster, change: Change) -> str:
    try:
        fresh = await cluster.read(change.object)
    except CockpitError:
        return ""
    if outcome_of(msgspec.structs.replace(change, template_from=None), fresh) is not Outcome.NOT_DONE:
        return ""
    written = tuple(Given(field.path, field.after) for field in change.fields if field.before != field.after)
    as_written = Change(ChangeKind.PATCH, change.object, change.summary, given=written)
    return f"{change.object.short} was set back to what it was. {who_changed(as_written, fresh)}".rstrip()
