"""The store: every object under one revision, with a bounded log of changes, as etcd keeps them.

An object in the store is never changed in place: each write puts a new one. A watch reads the log from a revision on;
a page of a list reads the objects as they were at a revision, by undoing the log. What the log has forgotten is gone
(410 Expired).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal, TypeAlias

from cockpit.training.api.catalogue import Catalogue
from cockpit.training.api.failures import gone
from cockpit.training.api.kinds import ApiKind
from cockpit.training.objects import Json, name_of, namespace_of

ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]
Key: TypeAlias = tuple[str, str]  # namespace ("" for cluster-wide kinds) and name


@dataclass(frozen=True, slots=True)
class Change:
    """One write: `object` is what it left (for DELETED its last state), `previous` what it found."""

    revision: int
    type: ChangeType
    kind: ApiKind
    object: Json
    previous: Json | None


class _Collection:
    """The objects of one kind, and the log of their changes."""

    def __init__(self) -> None:
        self.objects: dict[Key, Json] = {}
        self.log: list[Change] = []
        self.forgotten = 0  # changes up to this revision are no longer in the log


class Store:
    """All objects. `history` is how many changes of a kind are kept for watches."""

    def __init__(self, history: int = 5000) -> None:
        self.revision = 1
        self._history = history
        self.kinds = Catalogue()
        self._collections: defaultdict[ApiKind, _Collection] = defaultdict(_Collection)
        self._ownerless: defaultdict[ApiKind, dict[Key, None]] = defaultdict(dict)
        self._dependents: dict[str, dict[tuple[ApiKind, Key], None]] = {}
        self._subscribers: list[Callable[[Change], None]] = []

    def get(self, kind: ApiKind, namespace: str, name: str) -> Json | None:
        """Return an object, or None."""
        return self._collections[kind].objects.get((namespace, name))

    def items(self, kind: ApiKind, namespace: str = "") -> list[Json]:
        """Return the kind's objects, of one namespace or of all, in the order of their keys."""
        objects = self._collections[kind].objects
        return [objects[key] for key in sorted(objects) if not namespace or key[0] == namespace]

    def items_at(self, kind: ApiKind, namespace: str, revision: int) -> list[Json]:
        """Return the kind's objects as they were at `revision`.

        Raises:
            ApiError: 410, the log no longer reaches back that far.
        """
        collection = self._collections[kind]
        self._check_kept(collection, revision)
        objects = dict(collection.objects)
        for change in reversed(collection.log[self._position(collection, revision) :]):
            key = (namespace_of(change.object), name_of(change.object))
            if change.previous is None:
                objects.pop(key, None)
            else:
                objects[key] = change.previous
        return [objects[key] for key in sorted(objects) if not namespace or key[0] == namespace]

    def changes_since(self, kind: ApiKind, revision: int) -> list[Change]:
        """Return the kind's changes after `revision`, oldest first.

        Raises:
            ApiError: 410, some of them are forgotten.
        """
        collection = self._collections[kind]
        self._check_kept(collection, revision)
        return collection.log[self._position(collection, revision) :]

    def dependents(self, uid: str, kind: ApiKind | None = None) -> list[tuple[ApiKind, Json]]:
        """Return what names `uid` among its owners, oldest first; of one kind, or of all."""
        found = self._dependents.get(uid, {})
        return [(of, self._collections[of].objects[key]) for of, key in found if kind is None or of is kind]

    def owned(self, uid: str, kind: ApiKind) -> list[Json]:
        """Return the objects of `kind` that name `uid` among their owners, oldest first."""
        return [obj for _, obj in self.dependents(uid, kind)]

    def ownerless(self, kind: ApiKind, namespace: str) -> list[Json]:
        """Return the objects of a kind and namespace that name no owner."""
        objects = self._collections[kind].objects
        return [objects[key] for key in sorted(self._ownerless[kind]) if key[0] == namespace]

    def put(self, kind: ApiKind, obj: Json) -> Json:
        """Write an object, new or changed, under the next revision, and return it. The store keeps `obj` itself."""
        key = (namespace_of(obj), name_of(obj))
        previous = self._collections[kind].objects.get(key)
        _owner_uids(obj)  # what cannot be indexed fails here, before anything is kept
        self.revision += 1
        obj["metadata"]["resourceVersion"] = str(self.revision)
        self._collections[kind].objects[key] = obj
        self._commit(Change(self.revision, "ADDED" if previous is None else "MODIFIED", kind, obj, previous))
        return obj

    def remove(self, kind: ApiKind, obj: Json) -> Json:
        """Take an object out under the next revision; return its last state with that revision."""
        key = (namespace_of(obj), name_of(obj))
        previous = self._collections[kind].objects.pop(key)
        self.revision += 1
        last = {**obj, "metadata": {**obj["metadata"], "resourceVersion": str(self.revision)}}
        self._commit(Change(self.revision, "DELETED", kind, last, previous))
        return last

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Call `callback` with every change from now on; return what ends it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def compact(self) -> None:
        """Forget all history: every watch from an older revision ends with 410."""
        for collection in self._collections.values():
            collection.forgotten = self.revision
            collection.log.clear()

    def _commit(self, change: Change) -> None:
        collection = self._collections[change.kind]
        collection.log.append(change)
        if len(collection.log) > 2 * self._history:
            collection.forgotten = collection.log[self._history - 1].revision
            del collection.log[: self._history]
        self._index_owners(change)
        for callback in tuple(self._subscribers):
            callback(change)

    def _index_owners(self, change: Change) -> None:
        entry = (change.kind, (namespace_of(change.object), name_of(change.object)))
        before = _owner_uids(change.previous)
        after = [] if change.type == "DELETED" else _owner_uids(change.object)
        if after or change.type == "DELETED":
            self._ownerless[change.kind].pop(entry[1], None)
        else:
            self._ownerless[change.kind][entry[1]] = None
        for uid in before:
            if uid not in after:
                self._dependents.get(uid, {}).pop(entry, None)
                if not self._dependents.get(uid):
                    self._dependents.pop(uid, None)
        for uid in after:
            self._dependents.setdefault(uid, {})[entry] = None

    @staticmethod
    def _position(collection: _Collection, revision: int) -> int:
        return bisect_right(collection.log, revision, key=attrgetter("revision"))

    @staticmethod
    def _check_kept(collection: _Collection, revision: int) -> None:
        if revision < collection.forgotten:
            raise gone(revision, collection.forgotten)


def _owner_uids(obj: Json | None) -> list[str]:
    owners: Iterable[Json] = (obj or {}).get("metadata", {}).get("ownerReferences") or ()
    return [str(owner["uid"]) for owner in owners]
