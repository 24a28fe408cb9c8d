"""What a served kind has beside the built-in ones when a CustomResourceDefinition brought it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cockpit.training.objects import Json

if TYPE_CHECKING:
    from cockpit.training.api.kinds import ApiKind


@dataclass(slots=True)
class Custom:
    """One version of a definition. `kept` is the kind of the version that is stored, None where it is this one.

    `scale` holds the paths of the scale subresource (specReplicasPath, statusReplicasPath, labelSelectorPath).
    """

    schema: Json
    columns: list[Json] = field(default_factory=list)
    scale: Json | None = None
    kept: ApiKind | None = None
    with_rules: bool = False  # whether the schema has rules in CEL, which are kept and not evaluated
