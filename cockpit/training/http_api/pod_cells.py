"""The cells of a pod: its status is one word made of phase, containers and deletion."""

from __future__ import annotations

from cockpit.training.http_api.ages import age
from cockpit.training.objects import Json, is_deleting, moment_of

NONE = "<none>"


def pod(obj: Json, now: float) -> list[object]:
    """Ready, Status, Restarts, Age; IP, Node, Nominated Node, Readiness Gates."""
    status = obj.get("status", {})
    containers = status.get("containerStatuses") or ()
    ready = sum(1 for entry in containers if entry.get("ready"))
    total = len(obj["spec"].get("containers") or ())
    wide = [status.get("podIP") or NONE, obj["spec"].get("nodeName") or NONE, NONE, NONE]
    created = age(obj["metadata"].get("creationTimestamp"), now)
    return [f"{ready}/{total}", _word(obj), _restarts(list(containers), now), created, *wide]


def _word(obj: Json) -> str:
    status = obj.get("status", {})
    if is_deleting(obj):
        return "Terminating"
    word = str(status.get("reason") or status.get("phase", "Unknown"))
    for entry in reversed(status.get("containerStatuses") or ()):
        state = entry.get("state") or {}
        word = _state_word(state) or word
    return word


def _state_word(state: Json) -> str:
    if reason := (state.get("waiting") or {}).get("reason"):
        return str(reason)
    ended = state.get("terminated")
    if ended is None:
        return ""
    return str(ended.get("reason") or f"ExitCode:{ended.get('exitCode', 0)}")


def _restarts(containers: list[Json], now: float) -> str:
    count = sum(entry.get("restartCount", 0) for entry in containers)
    ends = [(entry.get("lastState") or {}).get("terminated", {}).get("finishedAt") for entry in containers]
    latest = max((end for end in ends if end), key=moment_of, default=None)
    return f"{count} ({age(latest, now)} ago)" if count and latest else str(count)
