"""Watches: what a watcher sees of the store's log, line by line.

A watcher holds no queue: it reads the log from its own revision on, so one that never reads costs nothing, and one
that falls out of the log gets 410.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from cockpit.training.api.event_forms import served_form
from cockpit.training.api.failures import ApiError
from cockpit.training.api.kinds import ApiKind, kept_as
from cockpit.training.api.store import Change, Store
from cockpit.training.http_api.bookmarks import bookmark_object
from cockpit.training.http_api.list_options import check_watch_options, is_set, revision
from cockpit.training.http_api.lists import matcher
from cockpit.training.http_api.row_objects import carried
from cockpit.training.http_api.tables import metadata_only, table
from cockpit.training.objects import Json, namespace_of

_INITIAL_END = {"k8s.io/initial-events-end": "true"}


class Watch:
    """One watcher's view of one kind. Ask `start` once, then `more` whenever the store changed."""

    def __init__(
        self,
        store: Store,
        served: ApiKind,
        namespace: str,
        query: Mapping[str, str],
        form: str,
        now: Callable[[], float],
    ) -> None:
        self._store = store
        self._served = served
        self._kind = kind = kept_as(served)
        self._namespace = namespace
        self._selected = matcher(kind, query)
        self._form = form
        self._now = now
        self._columns_sent = False
        self._carried = carried(served, query)
        check_watch_options(query)
        self.bookmarks = is_set(query, "allowWatchBookmarks")
        self._initial_end = is_set(query, "sendInitialEvents")
        self._revision = revision(query)
        self._synthetic = self._initial_end or (self._revision == 0 and "sendInitialEvents" not in query)
        if not self._synthetic and not self._revision:
            self._revision = store.revision  # no initial events, and no version to begin from: from now on

    def start(self) -> list[bytes]:
        """Return the lines that a new watcher gets first.

        Raises:
            ApiError: 410, its revision is forgotten.
        """
        if not self._synthetic:
            return self.more()
        self._revision = self._store.revision
        objects = self._store.items(self._kind, self._namespace)
        lines = [self._line("ADDED", obj) for obj in objects if self._selected(obj)]
        return [*lines, self.bookmark(_INITIAL_END)] if self._initial_end else lines

    def more(self) -> list[bytes]:
        """Return the lines of all changes since the last call.

        Raises:
            ApiError: 410, the log has forgotten some of them.
        """
        changes = self._store.changes_since(self._kind, self._revision)
        self._revision = max(self._revision, self._store.revision)
        return [line for change in changes if (line := self._change(change)) is not None]

    def bookmark(self, annotations: Mapping[str, str] | None = None) -> bytes:
        """Return a line that says how far the watcher has come."""
        bare = bookmark_object(self._served, self._revision, annotations)
        return self._encode("BOOKMARK", self._in_form(bare) if self._form.startswith("Partial") else bare)

    def _change(self, change: Change) -> bytes | None:
        """Leaving the selection looks like a deletion, entering it like an addition."""
        if self._namespace and namespace_of(change.object) != self._namespace:
            return None
        had = change.previous is not None and self._selected(change.previous)
        has = change.type != "DELETED" and self._selected(change.object)
        if has:
            return self._line("MODIFIED" if had else "ADDED", change.object)
        if not had or change.previous is None:
            return None
        version = {"resourceVersion": str(change.revision)}
        last = change.object if change.type == "DELETED" else change.previous
        return self._line("DELETED", {**last, "metadata": {**last["metadata"], **version}})

    def _line(self, type_: str, obj: Json) -> bytes:
        return self._encode(type_, self._in_form(obj))

    def _in_form(self, obj: Json) -> Json:
        if self._form == "Table":
            first, self._columns_sent = not self._columns_sent, True
            metadata = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
            return table(self._kind, [obj], metadata, self._now(), self._carried, with_columns=first)
        return metadata_only(obj) if self._form.startswith("Partial") else served_form(self._served, obj)

    @staticmethod
    def _encode(type_: str, obj: Json) -> bytes:
        return msgspec.json.encode({"type": type_, "object": obj}) + b"\n"


def error_line(error: ApiError) -> bytes:
    """Return the line with which a watch ends in an error."""
    return msgspec.json.encode({"type": "ERROR", "object": error.status()}) + b"\n"
