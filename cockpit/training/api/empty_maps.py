"""Maps that are empty are left out, as a real API server's answers leave them out (`omitempty` of map fields)."""

from __future__ import annotations

from cockpit.training.objects import Json

# k8s.io/apimachinery/pkg/apis/meta/v1/types.go and k8s.io/api/core/v1/types.go: maps, not structs, which stay as {}.
_MAPS = frozenset({"annotations", "labels", "matchLabels", "nodeSelector"})
_PLACES = ("metadata", "spec", "template", "selector")


def leave_out_empty_maps(obj: Json) -> None:
    """Take empty maps out of the object's metadata, of its pod template's and of its selectors, in place."""
    for name in _MAPS:
        if obj.get(name) == {}:
            del obj[name]
    for place in _PLACES:
        if isinstance(obj.get(place), dict):
            leave_out_empty_maps(obj[place])
