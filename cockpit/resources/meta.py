"""Metadata that every Kubernetes object carries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import msgspec


class Slice(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Base of all slices: immutable, compared by value, named as the API names its fields.

    Decoded JSON holds no cycles, so the garbage collector need not look at them: with thousands of pods its passes
    would freeze the screen.
    """


class OwnerReference(Slice, frozen=True):
    """The object that owns this one; at most one owner is the controller."""

    kind: str = ""
    name: str = ""
    uid: str = ""
    controller: bool = False


class PodMeta(Slice, frozen=True):
    """Metadata without annotations: thousands of pods are kept, and their annotations decide nothing."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    labels: Mapping[str, str] = {}
    creation_timestamp: datetime | None = None
    deletion_timestamp: datetime | None = None
    owner_references: tuple[OwnerReference, ...] = ()


class ObjectMeta(PodMeta, frozen=True):
    """`metadata` of an object."""

    generation: int = 0
    annotations: Mapping[str, str] = {}


class KubernetesObject(Protocol):
    """What the store needs of any slice."""

    @property
    def metadata(self) -> PodMeta:
        """The object's name, namespace, uid and resourceVersion."""


class Condition(Slice, frozen=True):
    """One entry of `status.conditions`; `status` is "True", "False" or "Unknown"."""

    type: str = ""
    status: str = "Unknown"
    reason: str = ""
    message: str = ""
    last_transition_time: datetime | None = None
    last_update_time: datetime | None = None


class LabelSelectorRequirement(Slice, frozen=True):
    """One set-based requirement: `operator` is In, NotIn, Exists or DoesNotExist."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


class LabelSelector(Slice, frozen=True):
    """`metav1.LabelSelector`: all of `match_labels` and `match_expressions` must hold."""

    match_labels: Mapping[str, str] = {}
    match_expressions: tuple[LabelSelectorRequirement, ...] = ()


def controller_of(metadata: PodMeta) -> OwnerReference | None:
    """Return the owner that manages the object, or None where nothing does."""
    return next((owner for owner in metadata.owner_references if owner.controller), None)


def condition(conditions: tuple[Condition, ...], kind: str) -> Condition | None:
    """Return the condition of type `kind`, or None where the controller has not written it."""
    return next((entry for entry in conditions if entry.type == kind), None)
