"""Acts as the lines of the journal tell them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from cockpit.actions.acts import Act
from cockpit.actions.record import ActRecord, ChangeRecord, Done
from cockpit.errors import CockpitError
from cockpit.kube.errors import quoted
from cockpit.runner.journal_lines import Answered, Begun, Ended, Line, Sending
from cockpit.runner.journal_tail import JournalTail
from cockpit.runner.locks import is_held


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a journal says: `records` the latest first, `notes` what could not be read of it, a sentence each."""

    records: tuple[ActRecord, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    begun: Begun
    changes: list[ChangeRecord]
    ended: Ended | None = None


def read_acts(path: Path) -> Remembered:
    """Read a journal from the disk, which blocks; a journal that is not there remembers nothing.

    Raises:
        CockpitError: the journal cannot be read.
    """
    return remembered_in(JournalTail(path), path)


def remembered_in(tail: JournalTail, path: Path) -> Remembered:
    """Read what is new at the end of a journal, and return what it says as a whole.

    Raises:
        CockpitError: the journal cannot be read.
    """
    try:
        tail.read()
    except OSError as error:
        why = (error.strerror or "it cannot be opened").lower()
        raise CockpitError(
            f"The journal {quoted(str(path))} cannot be read ({why}). Correct the permissions of that file."
        ) from error
    records = records_of(tail.lines, lambda act_id: is_held(path.parent / "running", act_id))
    return Remembered(records, _notes(tail, path))


def records_of(lines: Iterable[Line], runs: Callable[[str], bool] = lambda _: False) -> tuple[ActRecord, ...]:
    """Return the acts that lines tell of, the latest first; `runs` says of an act without an end whether it runs."""
    drafts: dict[str, _Draft] = {}
    for line in lines:
        if isinstance(line, Begun):
            drafts[line.id] = _Draft(line, [ChangeRecord(change) for change in line.plan.changes])
        elif (draft := drafts.get(line.id)) is not None:
            _note(draft, line)
    records = {act_id: _record(draft, runs) for act_id, draft in drafts.items()}
    taken = _taken_up(records)
    told = (msgspec.structs.replace(record, undone_by=taken.get(record.id, "")) for record in records.values())
    return tuple(reversed(tuple(told)))


def _note(draft: _Draft, line: Line) -> None:
    if isinstance(line, Ended):
        draft.ended = line
    elif isinstance(line, Sending | Answered) and 0 <= line.change < len(draft.changes):
        known = draft.changes[line.change]
        draft.changes[line.change] = _answered(known, line) if isinstance(line, Answered) else _sent(known)


def _sent(known: ChangeRecord) -> ChangeRecord:
    return msgspec.structs.replace(known, done=Done.SENT)


def _answered(known: ChangeRecord, line: Answered) -> ChangeRecord:
    return ChangeRecord(known.change, line.done, line.message, line.at, line.resource_version, line.inverse)


def _record(draft: _Draft, runs: Callable[[str], bool]) -> ActRecord:
    begun, ended = draft.begun, draft.ended
    return ActRecord(
        id=begun.id,
        at=begun.at,
        who=begun.who,
        context=begun.context,
        server=begun.server,
        plan=begun.plan,
        changes=tuple(draft.changes),
        ended=ended is not None,
        running=ended is None and runs(begun.id),
        message=ended.message if ended else "",
    )


def _taken_up(records: Mapping[str, ActRecord]) -> dict[str, str]:
    """Return by which act each was taken back or finished; an act that was itself taken back counts for nothing."""
    taken: dict[str, str] = {}
    # An act can only be taken up by a later one, so the latest are settled first.
    for record in reversed(tuple(records.values())):
        target = records.get(record.plan.undoes)
        by = taken.get(record.id)
        finished = by is not None and records[by].plan.act is Act.FINISH
        whole = all(entry.done is Done.DONE for entry in record.changes)
        if target is not None and ((whole and by is None) or finished):
            taken.setdefault(target.id, record.id)
    return taken


def _notes(tail: JournalTail, path: Path) -> tuple[str, ...]:
    notes = []
    if lost := tail.skipped + tail.torn:
        lines = "line" if lost == 1 else "lines"
        notes.append(
            f"{lost} {lines} of the journal {quoted(str(path))} could not be read: torn by a crash, or written "
            "by a newer cockpit. What is shown may lack something."
        )
    if tail.cut:
        notes.append(f"The journal {quoted(str(path))} is long: only its latest acts are shown.")
    return tuple(notes)
