"""What the environment of containers is read from: a ConfigMap or Secret that is missing holds a pod back.

Volumes are taken as mounted. Source of the words: k8s.io/kubernetes, pkg/kubelet/kubelet_pods.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.training.api.kinds import CONFIG_MAP, SECRET, ApiKind
from cockpit.training.api.store import Store
from cockpit.training.objects import Json, namespace_of

_WHOLE = (("configMapRef", CONFIG_MAP), ("secretRef", SECRET))
_KEYS = (("configMapKeyRef", CONFIG_MAP), ("secretKeyRef", SECRET))


def missing_source(store: Store, pod: Json) -> str:
    """Return what a container's environment asks for and cannot have, "" where all is there."""
    return next(_missing(store, pod), "")


def _missing(store: Store, pod: Json) -> Iterator[str]:
    namespace = namespace_of(pod)
    for kind, reference in _references(pod):
        name, key = str(reference.get("name", "")), reference.get("key")
        found = store.get(kind, namespace, name)
        if reference.get("optional"):
            continue
        if found is None:
            yield f'{kind.singular} "{name}" not found'
        elif key is not None and key not in {**(found.get("data") or {}), **(found.get("binaryData") or {})}:
            yield f"couldn't find key {key} in {kind.kind} {namespace}/{name}"


def _references(pod: Json) -> Iterator[tuple[ApiKind, Json]]:
    """Yield what is referred to, wholes before single keys; what a client wrote there may be anything."""
    for container in pod["spec"].get("containers") or ():
        for field, places in (("envFrom", _WHOLE), ("env", _KEYS)):
            entries = container.get(field)
            for entry in entries if isinstance(entries, list) else ():
                source = entry.get("valueFrom") if field == "env" and isinstance(entry, dict) else entry
                yield from _named(source, places)


def _named(source: object, places: tuple[tuple[str, ApiKind], ...]) -> Iterator[tuple[ApiKind, Json]]:
    for field, kind in places:
        reference = source.get(field) if isinstance(source, dict) else None
        if isinstance(reference, dict):
            yield kind, reference
