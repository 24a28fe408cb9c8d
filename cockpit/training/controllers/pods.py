"""Questions that several controllers ask of pods."""

from __future__ import annotations

from cockpit.training.objects import Json, condition_of, is_deleting, is_true, moment_of


def phase_of(pod: Json) -> str:
    """Return the pod's phase."""
    return str(pod.get("status", {}).get("phase", ""))


def is_active(pod: Json) -> bool:
    """Tell whether the pod counts as a replica: it has not ended and is not ending."""
    return not is_deleting(pod) and phase_of(pod) not in ("Succeeded", "Failed")


def is_ready(pod: Json) -> bool:
    """Tell whether the pod's Ready condition is True."""
    return is_true(pod, "Ready")


def available_at(pod: Json, min_ready_seconds: int) -> float | None:
    """Return from when on a ready pod counts as available, or None where it is not ready."""
    if not is_ready(pod):
        return None
    ready = condition_of(pod, "Ready") or {}
    return moment_of(ready.get("lastTransitionTime")) + min_ready_seconds


def is_available(pod: Json, min_ready_seconds: int, now: float) -> bool:
    """Tell whether the pod has been ready for `min_ready_seconds`."""
    since = available_at(pod, min_ready_seconds)
    return since is not None and (min_ready_seconds == 0 or since <= now)


def next_available(pods: list[Json], min_ready_seconds: int, now: float) -> float | None:
    """Return the seconds until the next ready pod counts as available, None where none waits for that."""
    turns = [available_at(pod, min_ready_seconds) for pod in pods]
    return min((moment - now for moment in turns if moment is not None and moment > now), default=None)


def pod_from_template(template: Json, name: Json, owner: Json) -> Json:
    """Return a pod's manifest: the template's, with `name` (name or generateName) and its owner."""
    metadata = template.get("metadata") or {}
    made: Json = {**name, "labels": dict(metadata.get("labels") or {}), "ownerReferences": [owner]}
    if metadata.get("annotations"):
        made["annotations"] = dict(metadata["annotations"])
    return {"metadata": made, "spec": dict(template["spec"])}
