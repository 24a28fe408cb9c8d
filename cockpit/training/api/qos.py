"""The quality of service class of a pod (k8s.io/kubernetes, pkg/apis/core/helper/qos/qos.go)."""

from __future__ import annotations

from cockpit.training.objects import Json

_COUNTED = ("cpu", "memory")


def qos_class(spec: Json) -> str:
    """Return Guaranteed where every container asks for just what it is limited to, BestEffort where none asks."""
    asked = [_amounts(container) for container in spec.get("containers") or ()]
    if not any(requests or limits for requests, limits in asked):
        return "BestEffort"
    whole = all(len(limits) == len(_COUNTED) and requests == limits for requests, limits in asked)
    return "Guaranteed" if whole else "Burstable"


def _amounts(container: Json) -> tuple[Json, Json]:
    resources = container.get("resources")
    found: Json = resources if isinstance(resources, dict) else {}
    requests, limits = (
        {name: str(amount) for name, amount in (found.get(field) or {}).items() if name in _COUNTED}
        for field in ("requests", "limits")
    )
    return requests, limits
