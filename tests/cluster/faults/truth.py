"""Holds what the journal says of an act against what the embedded cluster really holds."""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.record import ActRecord, ChangeRecord, Done
from cockpit.resources.json_values import ABSENT, Json, at
from cockpit.training.api.kinds import BY_NAME
from cockpit.training.api.store import Store
from cockpit.training.objects import is_deleting


def lies(record: ActRecord, store: Store) -> list[str]:
    """Return a sentence for each change of which the journal says what is not so."""
    return [lie for entry in record.changes for lie in lies_of(entry, store)]


def lies_of(entry: ChangeRecord, store: Store) -> list[str]:
    """Return what is said of one change, and is not so."""
    return list(_lies(entry, store))


def _lies(entry: ChangeRecord, store: Store) -> Iterator[str]:
    what = f"{entry.change.kind.value} {entry.change.object.short} ({entry.done.value}: {entry.message})"
    if entry.done is Done.SENT:
        yield f"{what}: nobody looked what came of it"
        return
    really = _was_done(entry.change, store)
    if really is not None and really is not (entry.done is Done.DONE):
        yield f"{what}: really it was {'done' if really else 'not done'}"


def _was_done(change: Change, store: Store) -> bool | None:
    """Say whether the cluster holds what a change was to bring; None where nothing tells."""
    ref = change.object
    found = store.get(BY_NAME[ref.kind], ref.namespace, ref.name)
    if found is not None and ref.uid and str(found["metadata"]["uid"]) != ref.uid:
        found = None
    if change.kind is ChangeKind.CREATE:
        return found is not None
    if change.kind is ChangeKind.DELETE:
        return found is None or is_deleting(found)
    after = [_same(at(found, field.path), field.after) for field in change.fields if field.before != field.after]
    return all(after) if after else None


def _same(held: Json, wanted: Json) -> bool:
    """Compare two values; what is not there and what is null are the same, and so are false and a missing flag."""
    empty = (ABSENT, None, False)
    return held == wanted or (held in empty and wanted in empty)
