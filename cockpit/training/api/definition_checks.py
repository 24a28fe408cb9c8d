"""What is filled in to a CustomResourceDefinition, and what makes one invalid.

Sources: k8s.io/apiextensions-apiserver, pkg/apis/apiextensions/v1/defaults.go and
pkg/apis/apiextensions/validation/validation.go.
"""

from __future__ import annotations

import json

from cockpit.training.api.failures import Cause, invalid_value, required
from cockpit.training.objects import Json

_SCOPES = ("Cluster", "Namespaced")


def complete_definition(definition: Json) -> None:
    """Fill in what a definition leaves out, in place."""
    spec = definition.setdefault("spec", {})
    names = spec.setdefault("names", {}) if isinstance(spec, dict) else {}
    if isinstance(spec, dict):
        spec.setdefault("conversion", {"strategy": "None"})
    if isinstance(names, dict) and names.get("kind"):
        names.setdefault("singular", str(names["kind"]).lower())
        names.setdefault("listKind", f"{names['kind']}List")


def definition_causes(definition: Json, previous: Json | None) -> list[Cause]:
    """Return what is wrong with a definition."""
    spec = definition.get("spec")
    if not isinstance(spec, dict) or not isinstance(spec.get("names"), dict):
        return [required("spec")]
    group, names = str(spec.get("group") or ""), spec["names"]
    causes = [required("spec.group")] if not group else []
    causes += [required(f"spec.names.{field}") for field in ("plural", "kind") if not names.get(field)]
    own = f"{names.get('plural', '')}.{group}"
    if definition["metadata"].get("name") != own:
        shown = json.dumps(definition["metadata"].get("name", ""))
        causes.append(invalid_value("metadata.name", shown, 'must be spec.names.plural+"."+spec.group'))
    if spec.get("scope") not in _SCOPES:
        supported = ", ".join(f'"{scope}"' for scope in _SCOPES)
        message = f"Unsupported value: {json.dumps(spec.get('scope', ''))}: supported values: {supported}"
        causes.append(Cause("FieldValueNotSupported", "spec.scope", message))
    return causes + _versions(spec) + _changed(spec, previous)


def _versions(spec: Json) -> list[Cause]:
    versions = spec.get("versions")
    if not isinstance(versions, list) or not versions or not all(isinstance(one, dict) for one in versions):
        return [required("spec.versions", "must have at least one version")]
    causes = []
    if sum(bool(version.get("storage")) for version in versions) != 1:
        message = "must have exactly one version marked as storage version"
        causes.append(invalid_value("spec.versions", json.dumps([one.get("name") for one in versions]), message))
    for at, version in enumerate(versions):
        field = f"spec.versions[{at}]"
        if not version.get("name"):
            causes.append(required(f"{field}.name"))
        causes += _schema(version, f"{field}.schema.openAPIV3Schema")
    return causes


def _schema(version: Json, field: str) -> list[Cause]:
    holder = version.get("schema")
    schema = holder.get("openAPIV3Schema") if isinstance(holder, dict) else None
    if not isinstance(schema, dict):
        return [required(field, "schemas are required")]
    if schema.get("type") != "object":
        shown = json.dumps(schema.get("type", ""))
        return [invalid_value(f"{field}.type", shown, "must be object at the root")]
    return _structural(schema, field)


def _structural(schema: Json, field: str) -> list[Cause]:
    """Every field says of which type it is, unless it keeps what it does not know, or is a number or a text."""
    causes: list[Cause] = []
    free = schema.get("x-kubernetes-int-or-string") or schema.get("x-kubernetes-preserve-unknown-fields")
    if not schema.get("type") and not free:
        causes.append(required(f"{field}.type", "must not be empty for specified object fields"))
    properties, items = schema.get("properties"), schema.get("items")
    for name, below in (properties if isinstance(properties, dict) else {}).items():
        if isinstance(below, dict):
            causes += _structural(below, f"{field}.properties[{name}]")
        else:
            causes.append(invalid_value(f"{field}.properties[{name}]", json.dumps(below), "must be a schema"))
    if isinstance(items, dict):
        causes += _structural(items, f"{field}.items")
    elif schema.get("type") == "array":
        causes.append(required(f"{field}.items", "must be specified"))
    return causes


def _changed(spec: Json, previous: Json | None) -> list[Cause]:
    """Return what may not change: the group, the scope, and the names that paths are made of."""
    if previous is None:
        return []
    before = previous["spec"]
    fields = [("spec.group", before.get("group"), spec.get("group")), ("spec.scope", before["scope"], spec["scope"])]
    fields += [(f"spec.names.{key}", before["names"].get(key), spec["names"].get(key)) for key in ("plural", "kind")]
    return [invalid_value(field, json.dumps(new), "field is immutable") for field, old, new in fields if old != new]
