"""Custom resources on their way into the store: completed and checked by the schema of their definition."""

from __future__ import annotations

from cockpit.training.api.custom import Custom
from cockpit.training.api.failures import invalid
from cockpit.training.api.kinds import ApiKind
from cockpit.training.api.schema_checks import schema_causes
from cockpit.training.api.structural import complete
from cockpit.training.objects import Json, clone, name_of


def complete_custom(custom: Custom, obj: Json) -> None:
    """Prune an object and fill in its defaults; what it shares with the store is left alone."""
    content = clone({key: value for key, value in obj.items() if key != "metadata"})
    complete(custom.schema, content)
    for key in [key for key in obj if key != "metadata"]:
        del obj[key]
    obj.update(content)


def check_custom(kind: ApiKind, custom: Custom, obj: Json) -> None:
    """Complete an object after a change of its status, and check it.

    Raises:
        ApiError: 422.
    """
    complete_custom(custom, obj)
    if causes := schema_causes(custom.schema, obj, custom.with_rules):
        raise invalid(kind, name_of(obj), causes)
