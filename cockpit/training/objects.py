"""Raw JSON objects, as an API server keeps them, and the small questions that everybody asks of them."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any, TypeAlias, cast

import msgspec

Json: TypeAlias = dict[str, Any]  # a decoded JSON object: its values really are anything
Labels: TypeAlias = dict[str, str]


def clone(value: Json) -> Json:
    """Return a deep copy of JSON data; stored objects are never changed in place."""
    return cast(Json, msgspec.json.decode(msgspec.json.encode(value)))


def timestamp(moment: float) -> str:
    """Format seconds since the epoch as metav1.Time does: RFC 3339 in whole seconds, UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def moment_of(text: str | None) -> float:
    """Return seconds since the epoch of an RFC 3339 time; 0 where there is none or it cannot be read."""
    try:
        return datetime.fromisoformat(text).timestamp() if text else 0.0
    except ValueError:
        return 0.0


def name_of(obj: Json) -> str:
    """Return the object's name."""
    return str(obj["metadata"]["name"])


def namespace_of(obj: Json) -> str:
    """Return the object's namespace, "" for a cluster-wide kind."""
    return str(obj["metadata"].get("namespace", ""))


def uid_of(obj: Json) -> str:
    """Return the object's uid."""
    return str(obj["metadata"]["uid"])


def labels_of(obj: Json) -> Labels:
    """Return the object's labels."""
    return obj["metadata"].get("labels") or {}


def annotations_of(obj: Json) -> Labels:
    """Return the object's annotations."""
    return obj["metadata"].get("annotations") or {}


def is_deleting(obj: Json) -> bool:
    """Tell whether the object waits for its end: it has a deletionTimestamp."""
    return "deletionTimestamp" in obj["metadata"]


def controller_uid(obj: Json) -> str:
    """Return the uid of the owner that manages the object, or ""."""
    owners = obj["metadata"].get("ownerReferences") or ()
    return next((str(owner["uid"]) for owner in owners if owner.get("controller")), "")


def owner_reference(owner: Json) -> Json:
    """Return the ownerReference that makes `owner` the managing controller."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": name_of(owner),
        "uid": uid_of(owner),
        "controller": True,
        "blockOwnerDeletion": True,
    }


def condition_of(obj: Json, kind: str) -> Json | None:
    """Return the condition of type `kind` in the object's status."""
    for entry in (obj.get("status") or {}).get("conditions") or ():  # a plain loop: this is asked most of all
        if entry.get("type") == kind:
            return cast(Json, entry)
    return None


def is_true(obj: Json, kind: str) -> bool:
    """Tell whether the condition of type `kind` is "True"."""
    entry = condition_of(obj, kind)
    return entry is not None and entry.get("status") == "True"
