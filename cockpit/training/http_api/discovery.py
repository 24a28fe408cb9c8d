"""Discovery: which groups, versions and resources are served, in the old form and the aggregated one."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

from cockpit.training.api.catalogue import Catalogue
from cockpit.training.api.kinds import METRICS, NAMESPACE, ApiKind, kept_as, subresources_of
from cockpit.training.http_api.reviews import REVIEWS
from cockpit.training.objects import Json

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
VERSION: Json = {
    "major": "1",
    "minor": "36",
    "emulationMajor": "1",
    "emulationMinor": "36",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "35",
    "gitVersion": "v1.36.0",
    "gitCommit": "training",
    "gitTreeState": "",
    "buildDate": "1970-01-01T00:00:00Z",
    "goVersion": "go1.26.6",
    "compiler": "gc",
    "platform": "linux/amd64",
}
_VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
_SUBRESOURCES: dict[str, tuple[str, str, str, list[str]]] = {
    "eviction": ("policy", "v1", "Eviction", ["create"]),
    "finalize": ("", "", "", ["update"]),
    "log": ("", "", "", ["get"]),
    "proxy": ("", "", "", ["create", "delete", "get", "patch", "update"]),
    "scale": ("autoscaling", "v1", "Scale", ["get", "patch", "update"]),
    "status": ("", "", "", ["get", "patch", "update"]),
}
"""Group, version and kind where they are others than those of the kind itself; verbs."""
_OF_REVIEWS = {(kind.group, kind.version) for kind in REVIEWS}


def api_versions(host: str) -> Json:
    """Answer GET /api."""
    addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": host}]
    return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": addresses}


def api_groups(kinds: Catalogue) -> Json:
    """Answer GET /apis."""
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": _group_list(kinds)}


def api_group(kinds: Catalogue, name: str) -> Json | None:
    """Answer GET /apis/GROUP, or None where the group is not served."""
    found = next((group for group in _group_list(kinds) if group["name"] == name), None)
    return {"kind": "APIGroup", "apiVersion": "v1", **found} if found else None


def resource_list(kinds: Catalogue, group: str, version: str) -> Json | None:
    """Answer GET /api/v1 or /apis/GROUP/VERSION, or None where it is not served."""
    served = [kind for kind in (*kinds.served, *METRICS) if (kind.group, kind.version) == (group, version)]
    resources = [entry for kind in served for entry in _resources(kind)]
    resources += [
        {"name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced, "kind": kind.kind,
         "verbs": ["create"]}
        for kind in REVIEWS
        if (kind.group, kind.version) == (group, version)
    ]  # fmt: skip
    if not resources:
        return None
    group_version = f"{group}/{version}" if group else version
    head = {"kind": "APIResourceList"} | ({"apiVersion": "v1"} if group else {})  # the core group's leaves it out
    return {**head, "groupVersion": group_version, "resources": sorted(resources, key=lambda entry: entry["name"])}


def aggregated(kinds: Catalogue, core: bool) -> Json:
    """Answer GET /api or /apis in the aggregated form (apidiscovery.k8s.io/v2)."""
    groups = {"": ["v1"]} if core else _groups(kinds)
    items = [
        {
            "metadata": {"name": group} if group else {},
            "versions": [
                {"version": version, "resources": _discovered(kinds, group, version), "freshness": "Current"}
                for version in versions
            ],
        }
        for group, versions in groups.items()
    ]
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _groups(kinds: Catalogue) -> dict[str, list[str]]:
    """Return the versions of each group, the preferred one first."""
    found: dict[str, list[str]] = {}
    for group, version in sorted(
        {(kind.group, kind.version) for kind in (*kinds.served, *METRICS) if kind.group} | _OF_REVIEWS
    ):
        found.setdefault(group, []).append(version)
    return {group: sorted(versions, key=_priority) for group, versions in found.items()}


def _priority(version: str) -> tuple[int, int, int, str]:
    """Order versions as k8s.io/apimachinery, pkg/version/helpers.go does: v2, v1, v1beta1, v1alpha1, all others."""
    parts = re.fullmatch(r"v(\d+)(?:(alpha|beta)(\d+))?", version)
    if parts is None:
        return 3, 0, 0, version
    return {None: 0, "beta": 1, "alpha": 2}[parts[2]], -int(parts[1]), -int(parts[3] or 0), ""


def _group_list(kinds: Catalogue) -> list[Json]:
    groups = []
    for name, versions in _groups(kinds).items():
        entries = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
        groups.append({"name": name, "versions": entries, "preferredVersion": entries[0]})
    return groups


def _verbs(kind: ApiKind) -> list[str]:
    if kind in REVIEWS:
        return ["create"]
    if kind in METRICS:
        return ["get", "list"]
    return [verb for verb in _VERBS if not (kind is NAMESPACE and verb == "deletecollection")]


def _resources(kind: ApiKind) -> list[Json]:
    entry: Json = {
        "name": kind.plural,
        "singularName": kind.singular,
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": _verbs(kind),
    }
    if kind.short_names:
        entry["shortNames"] = list(kind.short_names)
    if kind.categories:
        entry["categories"] = list(kind.categories)
    if kind in METRICS:
        return [entry]
    entry["storageVersionHash"] = _storage_hash(kind)
    return [entry, *(_subresource(kind, name) for name in subresources_of(kind))]


def _storage_hash(kind: ApiKind) -> str:
    """Return what changes when objects are kept in another version (apiserver, pkg/endpoints/discovery)."""
    kept = kept_as(kind)
    digest = sha256(f"{kept.group}/{kept.version}/{kept.kind}".encode()).digest()
    return b64encode(digest[:8]).decode()


def _subresource(kind: ApiKind, name: str) -> Json:
    group, version, own, verbs = _SUBRESOURCES[name]
    entry: Json = {"name": f"{kind.plural}/{name}", "singularName": "", "namespaced": kind.namespaced}
    if group:
        entry |= {"group": group, "version": version}
    return entry | {"kind": own or _proxied(kind, name), "verbs": verbs}


def _proxied(kind: ApiKind, name: str) -> str:
    return f"{kind.kind}ProxyOptions" if name == "proxy" else kind.kind


def _discovered(kinds: Catalogue, group: str, version: str) -> list[Json]:
    served = (*kinds.served, *REVIEWS, *METRICS)
    return [_discovered_kind(kind) for kind in served if (kind.group, kind.version) == (group, version)]


def _discovered_kind(kind: ApiKind) -> Json:
    entry: Json = {
        "resource": kind.plural,
        "responseKind": {"group": "", "version": "", "kind": kind.kind},  # empty: those of the list that it is in
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular,
        "verbs": _verbs(kind),
    }
    if kind.short_names:
        entry["shortNames"] = list(kind.short_names)
    if kind.categories:
        entry["categories"] = list(kind.categories)
    if names := () if kind in REVIEWS else subresources_of(kind):
        entry["subresources"] = [_discovered_subresource(kind, name) for name in names]
    return entry


def _discovered_subresource(kind: ApiKind, name: str) -> Json:
    group, version, own, verbs = _SUBRESOURCES[name]
    response = {"group": "", "version": "", "kind": _proxied(kind, name)}
    if own:
        response = {"group": group, "version": version, "kind": own}
    return {"subresource": name, "responseKind": response, "verbs": verbs}
