"""What a watch tells, and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

from cockpit.resources.kinds import Kind
from cockpit.resources.meta import KubernetesObject


class Contact(Enum):
    """How a watch stands with its kind."""

    LISTING = "listing"
    LIVE = "live"
    LOST = "lost"
    """Heard before or not, it is not heard now; the watch tries again by itself."""
    FORBIDDEN = "forbidden"
    ABSENT = "absent"
    FAILED = "failed"
    """The server answers, but not with what the API promises."""


class Sink(Protocol):
    """Takes what a watch brings. `namespace` is what is watched: None stands for all namespaces."""

    def put(self, kind: Kind, namespace: str | None, objects: Sequence[KubernetesObject]) -> None:
        """Objects that are there, new or as they are now."""

    def remove(self, kind: Kind, namespace: str | None, gone: KubernetesObject) -> None:
        """An object that is gone."""

    def keep_only(self, kind: Kind, namespace: str | None, names: frozenset[tuple[str, str]]) -> None:
        """A list is complete: what it did not bring is gone. `names` are pairs of namespace and name."""

    def report(self, kind: Kind, namespace: str | None, contact: Contact, message: str) -> None:
        """How the watch stands now; `message` says why, "" where there is nothing to say."""

    def heard(self, kind: Kind, namespace: str | None) -> None:
        """The server has just said something about the kind, if only that nothing changed."""
