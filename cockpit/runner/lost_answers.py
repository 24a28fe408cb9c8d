"""What became of changes whose cockpit died before it could tell: read back, and noted in the journal."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime

import msgspec

from cockpit.actions.patch import inverse_of
from cockpit.actions.record import ActRecord, ChangeRecord, Done
from cockpit.errors import CockpitError
from cockpit.kube.errors import MissingError
from cockpit.resources.json_values import ABSENT
from cockpit.runner.cluster import Cluster, template_of
from cockpit.runner.journal import Journal
from cockpit.runner.journal_lines import Answered
from cockpit.runner.read_back import Outcome, outcome_of
from cockpit.runner.steps import Sleep

_PAUSE_SECONDS = 5.0
_LOOKS_BEFORE_NO = 3
"""The process that sent a request is dead; when ten seconds later nothing was done, the request never arrived."""
_LOOKS = 60


async def find_out(cluster: Cluster, record: ActRecord, now: Callable[[], datetime]) -> tuple[Answered, ...]:
    """Return what the objects tell of the changes without an answer; nothing of those that cannot be told."""
    lines = []
    for index, entry in enumerate(record.changes):
        if entry.done is not Done.SENT:
            continue
        try:
            template = await template_of(cluster, entry.change.template_from) if entry.change.template_from else ABSENT
            fresh = await cluster.read(entry.change.object)
        except MissingError:
            fresh, template = None, ABSENT
        except CockpitError:
            continue
        outcome = outcome_of(entry.change, fresh, template)
        if outcome not in {Outcome.DONE, Outcome.NOT_DONE}:
            continue
        done = Done.DONE if outcome is Outcome.DONE else Done.REFUSED
        lines.append(
            Answered(
                id=record.id,
                at=now(),
                change=index,
                done=done,
                message="The cockpit ended before the answer; the object told later.",
                resource_version=fresh.text("metadata", "resourceVersion") if fresh else "",
                inverse=inverse_of(entry.change, fresh) if done is Done.DONE else None,
            )
        )
    return tuple(lines)


def settled(record: ActRecord, lines: Iterable[Answered]) -> ActRecord:
    """Return an act with what was found out about its changes."""
    changes = list(record.changes)
    for line in lines:
        change = changes[line.change].change
        changes[line.change] = ChangeRecord(
            change, line.done, line.message, line.at, line.resource_version, line.inverse
        )
    return msgspec.structs.replace(record, changes=tuple(changes))


async def note_lost_answers(
    cluster: Cluster,
    journal: Journal,
    lost: Callable[[], Iterable[ActRecord]],
    now: Callable[[], datetime],
    sleep: Sleep,
    noted: Callable[[], Coroutine[object, object, None]],
) -> None:
    """Note in the journal what became of changes without an answer, for five minutes at most.

    `lost` gives the acts in question, `noted` is awaited when the journal says more of them.

    Raises:
        JournalError: the journal cannot be written.
    """
    for look in range(1, _LOOKS + 1):
        records = tuple(lost())
        if not records:
            return
        found = [line for record in records for line in await find_out(cluster, record, now)]
        lines = [line for line in found if line.done is Done.DONE or look >= _LOOKS_BEFORE_NO]
        if lines:
            await journal.append(*lines)
            await noted()
        await sleep(_PAUSE_SECONDS)


def is_lost(record: ActRecord) -> bool:
    """Say whether an act is over, and nobody knows what became of one of its changes."""
    return not record.running and any(entry.done is Done.SENT for entry in record.changes)
