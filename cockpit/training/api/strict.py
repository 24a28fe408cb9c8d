"""Decoding as `fieldValidation` asks for it: unknown and duplicate fields are refused, warned of, or dropped.

Source: k8s.io/apiserver, pkg/endpoints/handlers (create.go, patch.go) and
https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from cockpit.training.api.failures import ApiError, bad_request, invalid, invalid_value
from cockpit.training.api.fields import known_only, unknown_fields
from cockpit.training.api.go_json import duplicates
from cockpit.training.api.kinds import ApiKind
from cockpit.training.api.patches import Patch
from cockpit.training.objects import Json

STRICT, WARN, IGNORE = "Strict", "Warn", "Ignore"
LEVELS = (IGNORE, WARN, STRICT)


@dataclass(frozen=True, slots=True)
class FieldCheck:
    """How strictly one request is read; `warnings` collects what is said beside its answer."""

    kind: ApiKind
    level: str = WARN
    warnings: list[str] = field(default_factory=list)

    def of_manifest(self, obj: Json, raw: bytes = b"") -> Json:
        """Return a manifest without unknown fields; `raw` is the JSON that it came as.

        Raises:
            ApiError: 400, a strict request names one.
        """
        if found := self._found(obj, raw):
            subject = f'{self.kind.kind} in version "{self.kind.version}" cannot be handled as a {self.kind.kind}'
            self._tell(found, bad_request(f"{subject}: {_sentence(found)}"))
        return known_only(self.kind, obj)

    def of_patch(self, patch: Patch, name: str, body: object, raw: bytes) -> Patch:
        """Return a patch whose result has no unknown fields.

        Raises (when it is applied):
            ApiError: 422, a strict request brings one in.
        """

        def applied(obj: Json) -> Json:
            patched = patch(obj)
            before = set(unknown_fields(self.kind, obj))
            if found := [one for one in self._found(patched, raw) if one.partition('"')[2][:-1] not in before]:
                shown = json.dumps(json.dumps(body, separators=(",", ":")))
                self._tell(found, invalid(self.kind, name, [invalid_value("patch", shown, _sentence(found))]))
            return known_only(self.kind, patched)

        return applied

    def _found(self, obj: Json, raw: bytes) -> list[str]:
        if self.level == IGNORE:
            return []
        unknown = [f'unknown field "{path}"' for path in unknown_fields(self.kind, obj)]
        return unknown + [f'duplicate field "{path}"' for path in duplicates(raw)]

    def _tell(self, found: list[str], refusal: ApiError) -> None:
        if self.level == STRICT:
            raise refusal
        self.warnings.extend(found)


def _sentence(found: list[str]) -> str:
    return "strict decoding error: " + ", ".join(found)
