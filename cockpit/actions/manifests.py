"""Manifests as they are sent to create an object: without what only the API server writes."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.resources.json_values import ABSENT, Json, Path, at, with_value
from cockpit.resources.kinds import Kind
from cockpit.resources.raw import RawObject

_SERVER_SET: tuple[Path, ...] = (
    ("status",),
    ("metadata", "uid"),
    ("metadata", "resourceVersion"),
    ("metadata", "generation"),
    ("metadata", "creationTimestamp"),
    ("metadata", "deletionTimestamp"),
    ("metadata", "deletionGracePeriodSeconds"),
    ("metadata", "managedFields"),
    ("metadata", "selfLink"),
)
_SERVICE_SET: tuple[Path, ...] = (
    ("spec", "clusterIP"),
    ("spec", "clusterIPs"),
    ("spec", "healthCheckNodePort"),
)


def manifest_of(kind: Kind, found: RawObject) -> dict[str, Json]:
    """Return what would create an object again that was read: with its kind, which a list leaves out."""
    held = found.value if isinstance(found.value, Mapping) else {}
    return without_server_fields({"apiVersion": kind.api_version, "kind": kind.name, **held})


def without_server_fields(manifest: Mapping[str, Json]) -> dict[str, Json]:
    """Return what a manifest says that a server would accept in a new object.

    A Service loses its addresses and keeps its node ports, by which others know it; headless stays headless.
    """
    paths = _SERVER_SET
    if manifest.get("kind") == "Service" and at(manifest, ("spec", "clusterIP")) != "None":
        paths += _SERVICE_SET
    kept: Json = dict(manifest)
    for path in paths:
        if at(kept, path) is not ABSENT:
            kept = with_value(kept, path, ABSENT)
    return dict(kept) if isinstance(kept, Mapping) else {}
