"""Garbage collection by owner references, and the end of namespaces.

Source: https://kubernetes.io/docs/concepts/architecture/garbage-collection/
"""

from __future__ import annotations

from cockpit.training.api.kinds import ENDPOINTS, EVENT, NAMESPACE, ApiKind
from cockpit.training.api.namespaces import KUBERNETES
from cockpit.training.api.store import Change, Key
from cockpit.training.api.writing import DeleteOptions
from cockpit.training.controllers.namespace_status import terminating
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.queue import WorkQueue
from cockpit.training.objects import Json, is_deleting, name_of, namespace_of, uid_of

_FOREGROUND, _ORPHAN = "foregroundDeletion", "orphan"


class GarbageCollector:
    """Deletes what has lost all its owners; keys are (kind, uid) of owners that went or are going."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._going: dict[Key, Json] = {}
        self.queue = WorkQueue(plane.clock, plane.chance, self.reconcile, (0.01, 0.05))

    def observe(self, change: Change) -> None:
        """Note owners that went or are going, and owners whose dependents went."""
        obj = change.object
        if change.kind is ENDPOINTS:
            return  # they own nothing, and the queue's chance must not count them
        if change.type == "DELETED":
            self._note(change.kind, obj)
            for owner in obj["metadata"].get("ownerReferences") or ():
                self._note_owner(namespace_of(obj), owner)
        elif is_deleting(obj) and obj["metadata"].get("finalizers"):
            self._note(change.kind, obj)
        elif change.type == "ADDED" and obj["metadata"].get("ownerReferences"):
            self._check_owners(change.kind, obj)

    def reconcile(self, key: Key) -> None:
        """Delete, or set free, the dependents of one owner."""
        owner = self._going.pop(key, None)
        if owner is None:
            return
        try:
            self._let_go(key, owner)
        except Exception:
            self._going.setdefault(key, owner)  # the queue will ask again
            raise

    def _let_go(self, key: Key, owner: Json) -> None:
        kind = self._plane.store.kinds.named(key[0])
        if kind is None:
            return  # its definition is gone, and it with that
        current = self._plane.store.get(kind, namespace_of(owner), name_of(owner))
        alive = current is not None and uid_of(current) == key[1]
        finalizers = current["metadata"].get("finalizers") or [] if current is not None and alive else []
        if _ORPHAN in finalizers and current is not None:
            self._set_free(current)
            self._unblock(kind, current, _ORPHAN)
        elif _FOREGROUND in finalizers and current is not None:
            self._delete_dependents(current, "Foreground")
            if not self._plane.store.dependents(key[1]):
                self._unblock(kind, current, _FOREGROUND)
        elif not alive:
            self._delete_dependents(owner, "Background")

    def _note(self, kind: ApiKind, obj: Json) -> None:
        key = (kind.kind, uid_of(obj))
        self._going[key] = obj
        self.queue.add(key)

    def _note_owner(self, namespace: str, reference: Json) -> None:
        kind = self._plane.store.kinds.named(str(reference["kind"]))
        owner = self._plane.store.get(kind, namespace, str(reference["name"])) if kind else None
        if kind is not None and owner is not None and is_deleting(owner):
            self._note(kind, owner)

    def _check_owners(self, kind: ApiKind, obj: Json) -> None:
        """An object born to owners that are gone goes as well."""
        for reference in obj["metadata"]["ownerReferences"]:
            of = self._plane.store.kinds.named(str(reference["kind"]))
            if of is None:
                return
            owner = self._plane.store.get(of, namespace_of(obj) if of.namespaced else "", str(reference["name"]))
            if owner is not None and uid_of(owner) == reference["uid"]:
                return
            missing = {"metadata": {**reference, "namespace": namespace_of(obj)}}
            self._note(of, missing)

    def _delete_dependents(self, owner: Json, policy: str) -> None:
        uid = uid_of(owner)
        for kind, obj in self._plane.store.dependents(uid):
            others = [entry for entry in obj["metadata"]["ownerReferences"] if entry["uid"] != uid]
            where = (kind, namespace_of(obj), name_of(obj))
            if others:
                self._plane.registry.replace(
                    *where, {**obj, "metadata": {**obj["metadata"], "ownerReferences": others}}
                )
            elif not is_deleting(obj):
                self._plane.registry.delete(*where, DeleteOptions(policy=policy))

    def _set_free(self, owner: Json) -> None:
        uid = uid_of(owner)
        for kind, obj in self._plane.store.dependents(uid):
            others = [entry for entry in obj["metadata"]["ownerReferences"] if entry["uid"] != uid]
            free = {**obj, "metadata": {**obj["metadata"], "ownerReferences": others}}
            self._plane.registry.replace(kind, namespace_of(obj), name_of(obj), free)

    def _unblock(self, kind: ApiKind, obj: Json, finalizer: str) -> None:
        left = [entry for entry in obj["metadata"]["finalizers"] if entry != finalizer]
        done = {**obj, "metadata": {**obj["metadata"], "finalizers": left}}
        self._plane.registry.replace(kind, namespace_of(obj), name_of(obj), done)


class NamespaceController:
    """Empties namespaces that are being deleted, then removes them."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.queue = WorkQueue(plane.clock, plane.chance, self.reconcile, (0.02, 0.1))

    def observe(self, change: Change) -> None:
        """Queue namespaces that are going, also when something in them went."""
        if change.kind is NAMESPACE:
            begun = change.previous is None or not is_deleting(change.previous)
            if change.type != "DELETED" and begun and is_deleting(change.object):
                self.queue.add(("", name_of(change.object)))
        elif change.type == "DELETED" and change.kind is not EVENT:
            home = self._plane.store.get(NAMESPACE, "", namespace_of(change.object))
            if home is not None and is_deleting(home):
                self.queue.add(("", name_of(home)))

    def reconcile(self, key: Key) -> None:
        """Delete what is left in one namespace; finish it when nothing is."""
        name = key[1]
        home = self._plane.store.get(NAMESPACE, "", name)
        if home is None or not is_deleting(home):
            return
        kinds = [kind for kind in self._plane.store.kinds.kept if kind.namespaced]
        left = [(kind, obj) for kind in kinds for obj in self._plane.store.items(kind, name)]
        for kind, obj in left:
            if not is_deleting(obj) and self._plane.store.get(kind, name, name_of(obj)) is not None:
                self._plane.registry.delete(kind, name, name_of(obj))
        left = [(kind, obj) for kind in kinds for obj in self._plane.store.items(kind, name)]
        status = terminating(home, left, self._plane.clock.now)
        home = self._plane.registry.replace(NAMESPACE, "", name, {**home, "status": status}, "status")
        if not left:
            others = [one for one in home["spec"].get("finalizers") or () if one != KUBERNETES]
            body = {**home, "spec": {**home["spec"], "finalizers": others}}
            self._plane.registry.replace(NAMESPACE, "", name, body, "finalize")
