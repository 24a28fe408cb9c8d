"""The options of a request for logs (core/v1 PodLogOptions), checked as a real server checks them.

Sources: k8s.io/kubernetes, pkg/apis/core/validation (ValidatePodLogOptions) and pkg/registry/core/pod/strategy.go.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cockpit.training.api.failures import Cause, bad_request, invalid, invalid_value
from cockpit.training.api.kinds import ApiKind
from cockpit.training.objects import Json, annotations_of, moment_of, name_of

_OPTIONS = ApiKind("", "v1", "PodLogOptions", "", "")
_DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container"
_AT_LEAST = {"tailLines": 0, "sinceSeconds": 1, "limitBytes": 1}


@dataclass(frozen=True, slots=True)
class LogOptions:
    """What is asked for: `since` is a moment in seconds since the epoch; None where there is no bound."""

    container: str = ""
    follow: bool = False
    previous: bool = False
    timestamps: bool = False
    tail: int | None = None
    since: float | None = None
    limit: int | None = None


def log_options(query: Mapping[str, str], pod: str, now: float) -> LogOptions:
    """Read the options.

    Raises:
        ApiError: 400, a value cannot be read; 422, it is out of bounds.
    """
    numbers = {name: _whole(query, name) for name in _AT_LEAST}
    causes = [_too_small(name, value) for name, value in numbers.items() if value is not None and _small(name, value)]
    if query.get("sinceTime") and numbers["sinceSeconds"] is not None:
        message = "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified"
        causes.append(Cause("FieldValueForbidden", "", message))
    if causes:
        raise invalid(_OPTIONS, pod, causes)
    seconds = numbers["sinceSeconds"]
    return LogOptions(
        container=query.get("container", ""),
        **{name: query.get(name, "") in ("true", "1") for name in ("follow", "previous", "timestamps")},
        tail=numbers["tailLines"],
        since=now - seconds if seconds is not None else moment_of(query.get("sinceTime")) or None,
        limit=numbers["limitBytes"],
    )


def chosen_container(pod: Json, name: str) -> Json:
    """Return the container that is meant.

    Raises:
        ApiError: 400, there is none of that name, or none is named of several.
    """
    containers: list[Json] = pod["spec"].get("containers") or []
    if not name and len(containers) != 1:
        name = annotations_of(pod).get(_DEFAULT_CONTAINER, "")
    if not name and len(containers) != 1:
        names = " ".join(str(container["name"]) for container in containers)
        raise bad_request(f"a container name must be specified for pod {name_of(pod)}, choose one of: [{names}]")
    found = next((container for container in containers if not name or container["name"] == name), None)
    if found is None:
        raise bad_request(f"container {name} is not valid for pod {name_of(pod)}")
    return found


def _whole(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name, "")
    try:
        return int(text) if text else None
    except ValueError as error:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax') from error


def _small(name: str, value: int) -> bool:
    return value < _AT_LEAST[name]


def _too_small(name: str, value: int) -> Cause:
    bound = "greater than or equal to 0" if name == "tailLines" else "greater than 0"
    return invalid_value(name, str(value), f"must be {bound}")
