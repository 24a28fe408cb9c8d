"""What the rows of a Table carry beside their cells: an object's metadata, the whole object, or nothing.

`kubectl get --sort-by` and `-o custom-columns` ask for whole objects, to read the fields that they are told.
Sources: k8s.io/apimachinery, pkg/apis/meta/v1 (TableOptions) and pkg/apis/meta/v1/validation/validation.go.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from cockpit.training.api.event_forms import served_form
from cockpit.training.api.failures import invalid, invalid_value
from cockpit.training.api.kinds import ApiKind
from cockpit.training.http_api.tables import Carried, metadata_only
from cockpit.training.objects import Json

_OPTIONS = ApiKind("meta.k8s.io", "v1", "TableOptions", "", "", False)


def carried(served: ApiKind, query: Mapping[str, str]) -> Carried:
    """Return what makes of a kept object what its row carries, as `includeObject` says.

    Raises:
        ApiError: 422, it says something else than None, Metadata or Object.
    """
    asked = query.get("includeObject", "")
    if asked == "Object":
        return lambda obj: served_form(served, obj)
    if asked == "None":
        return _nothing
    if asked not in ("", "Metadata"):
        message = "must be 'Metadata', 'Object', 'None', or empty"
        raise invalid(_OPTIONS, "", [invalid_value("includeObject", json.dumps(asked), message)])
    return metadata_only


def _nothing(_: Json) -> None:
    return None
