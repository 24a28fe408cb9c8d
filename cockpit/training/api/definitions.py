"""CustomResourceDefinitions at work: a kind is served as soon as it is defined, and its objects go with it.

Sources: k8s.io/apiextensions-apiserver, pkg/controller/status/naming_controller.go,
pkg/controller/establish/establishing_controller.go and pkg/controller/finalizer/crd_finalizer.go. Those take a moment;
here all of it happens at once, so that it does not depend on the clock.
"""

from __future__ import annotations

import json

from cockpit.training.api.catalogue import Catalogue
from cockpit.training.api.custom import Custom
from cockpit.training.api.kinds import CUSTOM_RESOURCE_DEFINITION, ApiKind
from cockpit.training.api.registry import Registry
from cockpit.training.api.store import Change
from cockpit.training.clock import SimulatedClock
from cockpit.training.objects import Json, is_deleting, is_true, name_of, namespace_of, timestamp

_FINALIZER = "customresourcecleanup.apiextensions.k8s.io"
_NAMES = ("plural", "singular", "kind", "listKind", "shortNames", "categories")


class Definitions:
    """Serves what the definitions in the store say."""

    def __init__(self, registry: Registry, clock: SimulatedClock) -> None:
        self._registry = registry
        self._clock = clock

    @property
    def _kinds(self) -> Catalogue:
        return self._registry.store.kinds

    def observe(self, change: Change) -> None:
        """Serve a new or changed definition; empty one that goes; finish one whose last object went."""
        if change.kind is CUSTOM_RESOURCE_DEFINITION:
            self._heard(change)
        elif change.kind.custom is not None and change.type == "DELETED":
            self._finish(f"{change.kind.plural}.{change.kind.group}")

    def _heard(self, change: Change) -> None:
        definition = change.object
        if change.type == "DELETED":
            for kind in self._kinds.custom(definition["spec"]["group"], definition["spec"]["names"]["plural"]):
                self._kinds.remove(kind)
        elif is_deleting(definition):
            self._empty(definition)
        elif change.previous is None or change.previous["spec"] != definition["spec"]:
            self._serve(definition)

    def _serve(self, definition: Json) -> None:
        conflict = self._conflict(definition)
        if not conflict:
            self._put(definition)
        now, established = timestamp(self._clock.now), not conflict or is_true(definition, "Established")
        accepted = {name: value for name, value in definition["spec"]["names"].items() if name in _NAMES}
        stored = [one["name"] for one in definition["spec"]["versions"] if one.get("storage")]
        before = (definition.get("status") or {}).get("storedVersions") or []
        status = {
            "conditions": [
                _condition("NamesAccepted", not conflict, conflict or ("NoConflicts", "no conflicts found"), now),
                _condition("Established", established, _established(established), now),
            ],
            "acceptedNames": {"kind": "", "plural": ""} if conflict else accepted,
            "storedVersions": before + [name for name in stored if name not in before],
        }
        name = name_of(definition)
        if established and _FINALIZER not in (definition["metadata"].get("finalizers") or ()):
            metadata = {**definition["metadata"], "finalizers": [_FINALIZER]}
            definition = self._registry.replace(
                CUSTOM_RESOURCE_DEFINITION, "", name, {**definition, "metadata": metadata}
            )
        self._registry.replace(CUSTOM_RESOURCE_DEFINITION, "", name, {**definition, "status": status}, "status")

    def _conflict(self, definition: Json) -> tuple[str, str] | None:
        """Return why the names cannot be accepted: another definition of the group has the kind."""
        spec = definition["spec"]
        for kind in self._kinds.served:
            same = (kind.group, kind.kind) == (spec["group"], spec["names"]["kind"])
            if same and kind.plural != spec["names"]["plural"]:
                return "KindConflict", f"{json.dumps(kind.kind)} is already in use"
        return None

    def _put(self, definition: Json) -> None:
        """Serve every version that is to be served; the stored one is what the objects are kept as."""
        spec = definition["spec"]
        known = {kind.version: kind for kind in self._kinds.custom(spec["group"], spec["names"]["plural"])}
        versions = sorted(spec["versions"], key=lambda version: not version.get("storage"))
        kept: ApiKind | None = None
        for version in versions:
            made = _kind(spec, version, kept)
            kind = known.pop(version["name"], None)
            if kind is None:
                kind = made
            else:
                kind.become(made)
            kept = kept or kind
            if version.get("served") or kept is kind:
                self._kinds.add(kind)
            else:
                self._kinds.remove(kind)
        for kind in known.values():
            self._kinds.remove(kind)

    def _empty(self, definition: Json) -> None:
        """Delete all objects of a definition that goes; those with finalizers of their own keep it waiting."""
        spec = definition["spec"]
        for kind in self._kinds.custom(spec["group"], spec["names"]["plural"]):
            for obj in self._registry.store.items(kind):
                if kind.custom is not None and kind.custom.kept is None and not is_deleting(obj):
                    self._registry.delete(kind, namespace_of(obj), name_of(obj))
        self._finish(name_of(definition))

    def _finish(self, name: str) -> None:
        """Let a definition go whose objects are gone."""
        definition = self._registry.store.get(CUSTOM_RESOURCE_DEFINITION, "", name)
        if definition is None or not is_deleting(definition):
            return
        spec = definition["spec"]
        kinds = self._kinds.custom(spec["group"], spec["names"]["plural"])
        left = [entry for entry in definition["metadata"].get("finalizers") or () if entry != _FINALIZER]
        if not any(self._registry.store.items(kind) for kind in kinds):
            metadata = {**definition["metadata"], "finalizers": left}
            self._registry.replace(CUSTOM_RESOURCE_DEFINITION, "", name, {**definition, "metadata": metadata})


def _kind(spec: Json, version: Json, kept: ApiKind | None) -> ApiKind:
    names, subresources = spec["names"], version.get("subresources") or {}
    schema = version["schema"]["openAPIV3Schema"]
    return ApiKind(
        spec["group"],
        version["name"],
        names["kind"],
        names["plural"],
        names["singular"],
        spec["scope"] == "Namespaced",
        tuple(names.get("shortNames") or ()),
        tuple(names.get("categories") or ()),
        has_status="status" in subresources,
        has_scale="scale" in subresources,
        custom=Custom(
            schema=schema,
            columns=version.get("additionalPrinterColumns") or [],
            scale=subresources.get("scale"),
            kept=kept,
            with_rules='"x-kubernetes-validations"' in json.dumps(schema),
        ),
    )


def _condition(name: str, holds: bool, why: tuple[str, str], now: str) -> Json:
    status, (reason, message) = "True" if holds else "False", why
    return {"type": name, "status": status, "lastTransitionTime": now, "reason": reason, "message": message}


def _established(established: bool) -> tuple[str, str]:
    if established:
        return "InitialNamesAccepted", "the initial names have been accepted"
    return "NotAccepted", "not all names are accepted"
