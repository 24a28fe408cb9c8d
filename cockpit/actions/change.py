"""One write with its preconditions and its inverse, before it is sent anywhere.

A patch is not written down but told by what it changes: each field with what it held before and shall hold after. The
JSON patch, its tests, the field diff and the inverse are all derived from that, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cockpit.actions.conditions import AnyCondition
from cockpit.actions.value import Value
from cockpit.resources.json_values import ABSENT, Json, Path
from cockpit.resources.references import ObjectRef

HOLD_SECONDS = 120.0


class ChangeKind(StrEnum):
    """How the object is changed."""

    PATCH = "patch"
    CREATE = "create"
    DELETE = "delete"


class FieldChange(Value, frozen=True):
    """One field of an object; ABSENT stands for a field that is not there. Both values are as the API writes them."""

    path: Path
    before: Json = ABSENT
    after: Json = ABSENT


class Given(Value, frozen=True):
    """A field that the decision was made on: the API server refuses the patch when it holds anything else."""

    path: Path
    value: Json = ABSENT


class Change(Value, frozen=True):
    """One write. `summary` says in a few words what it does, e.g. "select version green instead of blue"."""

    kind: ChangeKind
    object: ObjectRef
    summary: str
    fields: tuple[FieldChange, ...] = ()
    """What a PATCH changes."""
    given: tuple[Given, ...] = ()
    """What a PATCH relies on, besides the fields that it changes and the object's uid."""
    template_from: ObjectRef | None = None
    """ReplicaSet or ControllerRevision whose pod template a PATCH puts in place of the workload's.

    Fields under spec.template are then tested and shown, and not written one by one. The template itself is fetched
    when it is sent and never kept: its environment may hold secrets.
    """
    template_was: ObjectRef | None = None
    """The revision that holds the template which is replaced: `template_from` of the inverse."""
    manifest: Mapping[str, Json] = {}
    """What a CREATE creates; what the inverse of a DELETE creates again."""
    depends: bool = False
    """Whether it can only succeed after an earlier change of the same plan, so that a dry run would tell nothing."""
    hold: AnyCondition | None = None
    """What has to be seen in the picture before the next change is sent."""
    hold_seconds: float = HOLD_SECONDS
    """How long it is waited for."""
    final: str = ""
    """Why it cannot be taken back, "" where it can."""
