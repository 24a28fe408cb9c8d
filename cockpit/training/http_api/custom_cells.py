"""Tables of custom resources: the columns that their definition declares, filled by simple JSONPaths.

Source: k8s.io/apiextensions-apiserver, pkg/registry/customresource/tableconvertor/tableconvertor.go.
"""

from __future__ import annotations

import json

from cockpit.training.api.custom import Custom
from cockpit.training.api.jsonpath import first
from cockpit.training.http_api.ages import age
from cockpit.training.objects import Json

_AGE: Json = {"name": "Age", "type": "date", "description": "How old it is", "jsonPath": ".metadata.creationTimestamp"}


def custom_columns(custom: Custom) -> list[Json]:
    """Return the columns after the name."""
    return [
        {
            "name": column["name"],
            "type": column["type"],
            "format": column.get("format", ""),
            "description": column.get("description")
            or f"Custom resource definition column (in JSONPath format): {column['jsonPath']}",
            "priority": column.get("priority", 0),
        }
        for column in _declared(custom)
    ]


def custom_cells(custom: Custom, obj: Json, now: float) -> list[object]:
    """Return the cells after the name."""
    return [_cell(column["type"], first(obj, column["jsonPath"]), now) for column in _declared(custom)]


def _declared(custom: Custom) -> list[Json]:
    return custom.columns or [_AGE]


def _cell(type_: str, value: object, now: float) -> object:
    if value is None:
        return None
    if type_ == "date":
        return age(value, now) if isinstance(value, str) else None
    if type_ == "string":
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
    fits = {"integer": int, "number": int | float, "boolean": bool}.get(type_, object)
    return value if isinstance(value, fits) and (type_ == "boolean" or not isinstance(value, bool)) else None
