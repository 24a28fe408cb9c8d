"""Which acts of a release can be taken back, finished, or led back to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from cockpit.actions.acts import Act
from cockpit.actions.record import ActRecord, Done
from cockpit.actions.traffic_state import TrafficState
from cockpit.errors import CockpitError, UsageError
from cockpit.kube.errors import quoted
from cockpit.release.view import ReleaseView
from cockpit.runner.find import is_of

NO_GOOD = frozenset({Act.UNDO, Act.LAST_GOOD})
"""Acts that lead back: what held before them is what somebody wanted to leave."""

_HELD = timedelta(seconds=60)


def acts_of(records: Iterable[ActRecord], release: ReleaseView) -> tuple[ActRecord, ...]:
    """Return the acts on a release, in the order given."""
    return tuple(record for record in records if is_of(record.plan, release))


def half_done(records: Iterable[ActRecord]) -> ActRecord | None:
    """Return the first act that ended half-way, and was neither finished nor taken back."""
    return next((record for record in records if _is_half_done(record)), None)


def last_done(records: Iterable[ActRecord]) -> ActRecord | None:
    """Return the first act that did something, and was not taken back: undoing again goes back one more step.

    What took another act back is passed over, so that the same key never does again what somebody fled from. What took
    such a step back again did the act anew, and is taken back like one.
    """
    known = {record.id: record for record in records}
    return next((entry for entry in known.values() if _can_be_undone(entry) and not _leads_back(entry, known)), None)


def _leads_back(record: ActRecord, known: Mapping[str, ActRecord]) -> bool:
    back = False
    entry: ActRecord | None = record
    for _ in known:
        if entry is None or entry.plan.act is not Act.UNDO:
            break
        back, entry = not back, known.get(entry.plan.undoes)
    return back


def last_good(records: Iterable[ActRecord]) -> TrafficState | None:
    """Return the traffic as it held before the first act that noted it."""
    return next((entry.plan.good for entry in records if entry.plan.good and entry.plan.act not in NO_GOOD), None)


def was_changed_lately(records: Iterable[ActRecord], now: datetime) -> bool:
    """Say whether an act did something within the last minute: what is seen now has not held that long."""
    answers = (entry.answered_at for record in records for entry in record.changes if entry.done is Done.DONE)
    return any(answered is not None and now - answered < _HELD for answered in answers)


def act_to_undo(records: Sequence[ActRecord], act_id: str) -> ActRecord:
    """Return the act that UNDO takes back: the one named, or the latest that did something.

    Raises:
        UsageError: there is no such act.
        CockpitError: there is nothing to take back.
    """
    record = _named(records, act_id) if act_id else last_done(records)
    if record is None:
        raise CockpitError("There is nothing to undo: the journal knows no act on this release that was not undone.")
    _check_over(record)
    if record.undone_by:
        raise CockpitError(f"That act was already taken back or finished, by act {record.undone_by}.")
    if not _did_something(record):
        raise CockpitError("There is nothing to undo: that act changed nothing.")
    return record


def act_to_finish(records: Sequence[ActRecord], act_id: str) -> ActRecord:
    """Return the act that FINISH goes on with.

    Raises:
        UsageError: there is no such act.
        CockpitError: there is nothing to finish.
    """
    record = _named(records, act_id) if act_id else half_done(records)
    if record is None:
        raise CockpitError("There is nothing to finish: no act on this release ended half-way.")
    _check_over(record)
    if not _is_half_done(record):
        raise CockpitError("There is nothing to finish: that act did not end half-way, or was taken up already.")
    return record


def _named(records: Sequence[ActRecord], act_id: str) -> ActRecord:
    found = next((record for record in records if record.id == act_id), None)
    if found is None:
        raise UsageError(f"The journal knows no act {quoted(act_id, 80)} on this release. See: cockpit log.")
    return found


def _check_over(record: ActRecord) -> None:
    if record.running:
        raise CockpitError(f"That act still runs, started by {quoted(record.who, 80)}. Wait for its end, or stop it.")


def _did_something(record: ActRecord) -> bool:
    return any(entry.done in {Done.DONE, Done.SENT} for entry in record.changes)


def _can_be_undone(record: ActRecord) -> bool:
    """Say whether there is a way back: a pod that was deleted, for one, never comes back, and bars no step before."""
    lasting = any(entry.done in {Done.DONE, Done.SENT} and not entry.change.final for entry in record.changes)
    return lasting and not record.running and not record.undone_by


def _is_half_done(record: ActRecord) -> bool:
    return record.half_done and not record.running and not record.undone_by
