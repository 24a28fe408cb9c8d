"""The conditions of a namespace that is going.

Source: k8s.io/kubernetes, pkg/controller/namespace/deletion/status_condition_utils.go.
"""

from __future__ import annotations

from collections import Counter

from cockpit.training.api.kinds import ApiKind
from cockpit.training.objects import Json, condition_of, timestamp


def terminating(home: Json, left: list[tuple[ApiKind, Json]], now: float) -> Json:
    """Return the status of a namespace in which `left` is left."""
    finalizers = Counter(name for _, obj in left for name in obj["metadata"].get("finalizers") or ())
    kinds = Counter(kind.resource for kind, _ in left)
    remaining = ("SomeResourcesRemain", f"Some resources are remaining: {_resources(kinds)}")
    removed = ("ContentRemoved", "All content successfully removed")
    held = ("SomeFinalizersRemain", f"Some content in the namespace has finalizers remaining: {_holders(finalizers)}")
    free = ("ContentHasNoFinalizers", "All content-preserving finalizers finished")
    found = {
        "NamespaceDeletionDiscoveryFailure": (False, "ResourcesDiscovered", "All resources successfully discovered"),
        "NamespaceDeletionGroupVersionParsingFailure": (
            False,
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        "NamespaceDeletionContentFailure": (
            False,
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        "NamespaceContentRemaining": (bool(left), *(remaining if left else removed)),
        "NamespaceFinalizersRemaining": (bool(finalizers), *(held if finalizers else free)),
    }
    conditions = [_condition(home, kind, *told, now) for kind, told in found.items()]
    return {"phase": "Terminating", "conditions": conditions}


def _condition(home: Json, kind: str, holds: bool, reason: str, message: str, now: float) -> Json:
    before, value = condition_of(home, kind), "True" if holds else "False"
    same = before is not None and before["status"] == value
    since = before["lastTransitionTime"] if before is not None and same else timestamp(now)
    return {"type": kind, "status": value, "lastTransitionTime": since, "reason": reason, "message": message}


def _resources(kinds: Counter[str]) -> str:
    return ", ".join(
        f"{name}{'' if '.' in name else '.'} has {count} resource instances" for name, count in sorted(kinds.items())
    )


def _holders(finalizers: Counter[str]) -> str:
    return ", ".join(f"{name} in {count} resource instances" for name, count in sorted(finalizers.items()))
