"""The traffic of a release at one moment: what `last-good` brings back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cockpit.actions.value import Value
from cockpit.resources.json_values import ABSENT, Json, Path
from cockpit.resources.references import ObjectRef


class FieldValue(Value, frozen=True):
    """What a field held: ABSENT where it was not there."""

    path: Path
    value: Json = ABSENT


class TrafficState(Value, frozen=True):
    """Selectors (pins among them), weights and replica counts that held, with what they meant."""

    seen_at: datetime
    selectors: Mapping[str, Mapping[str, str]] = {}
    """By name of the Service."""
    replicas: Mapping[str, int] = {}
    """By workload, KIND/NAME."""
    weights: tuple[tuple[ObjectRef, FieldValue], ...] = ()
    weighed_by: tuple[tuple[ObjectRef, FieldValue], ...] = ()
    """What tells the rules of these weights from their neighbours: a weight means something else without it."""
    words: str = ""
    """What it was in a line: "v1 100%"."""
