"""Answers of failure: metav1.Status with the status, reason and wording of a real API server.

Source of the wording: k8s.io/apimachinery, pkg/api/errors/errors.go, and what a 1.36 control plane answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.training.api.kinds import ApiKind
from cockpit.training.objects import Json


class ApiError(Exception):
    """A request that ends in a Status; `details` is None where a real server sends none."""

    def __init__(self, code: int, reason: str, message: str, details: Json | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details

    @property
    def plain(self) -> str:
        """Return the text that stands in place of a Status, "" where a Status is the answer."""
        return ""

    def status(self) -> Json:
        """Return the metav1.Status."""
        body: Json = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
        }
        if self.reason:
            body["reason"] = self.reason
        if self.details is not None:
            body["details"] = self.details
        body["code"] = self.code
        return body


class PathMissingError(ApiError):
    """404 for a path that is outside every API that is served: a real server answers it in plain text."""

    def __init__(self) -> None:
        super().__init__(404, "NotFound", "the server could not find the requested resource", {})

    @property
    def plain(self) -> str:
        """Return what the mux of a Go server answers."""
        return "404 page not found\n"


class ExpiredPageError(ApiError):
    """410 for a page whose moment is forgotten: `rest` is the token of what is left, as it is now."""

    def __init__(self, rest: str) -> None:
        message = (
            "The provided continue parameter is too old to display a consistent list result. You can start a new list "
            "without the continue parameter, or use the continue token in this response to retrieve the remainder of "
            "the results. Continuing with the provided token results in an inconsistent list - objects that were "
            "created, modified, or deleted between the time the first chunk was returned and now may show up in the "
            "list."
        )
        super().__init__(410, "Expired", message)
        self._rest = rest

    def status(self) -> Json:
        """Return the metav1.Status, with the token."""
        return {**super().status(), "metadata": {"continue": self._rest}}


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that validation found: `reason` is e.g. FieldValueInvalid, `field` a path such as spec.replicas."""

    reason: str
    field: str
    message: str


def invalid_value(field: str, value: str, message: str) -> Cause:
    """Return the cause of a value that does not fit; `value` is already written as JSON."""
    return Cause("FieldValueInvalid", field, f"Invalid value: {value}: {message}")


def required(field: str, message: str = "") -> Cause:
    """Return the cause of a value that is missing."""
    return Cause("FieldValueRequired", field, "Required value" + (f": {message}" if message else ""))


def _details(kind: ApiKind, name: str) -> Json:
    details: Json = {"name": name} if name else {}
    if kind.group:
        details["group"] = kind.group
    return details | {"kind": kind.plural}


def versioned_at_birth() -> ApiError:
    """500 without a reason: an object to create comes with a version (apiserver, pkg/storage/interfaces.go)."""
    return ApiError(500, "", "resourceVersion should not be set on objects to be created")


def not_found(kind: ApiKind, name: str) -> ApiError:
    """404: no object of that name."""
    return ApiError(404, "NotFound", f'{kind.resource} "{name}" not found', _details(kind, name))


def already_exists(kind: ApiKind, name: str) -> ApiError:
    """409: the name is taken."""
    return ApiError(409, "AlreadyExists", f'{kind.resource} "{name}" already exists', _details(kind, name))


def conflict(kind: ApiKind, name: str, why: str = "") -> ApiError:
    """409: the object changed since it was read."""
    reason = why or "the object has been modified; please apply your changes to the latest version and try again"
    return ApiError(
        409, "Conflict", f'Operation cannot be fulfilled on {kind.resource} "{name}": {reason}', _details(kind, name)
    )


def apply_conflict(others: list[tuple[Json, list[str]]]) -> ApiError:
    """409: an apply without force would change what others own; pairs of an entry of managedFields and its paths.

    Wording: k8s.io/apimachinery, pkg/util/managedfields/internal/conflict.go.
    """
    causes, texts = [], []
    for entry, paths in others:
        under = f' with subresource "{entry["subresource"]}"' if entry.get("subresource") else ""
        whose = f'with "{entry["manager"]}"{under} using {entry["apiVersion"]}'
        causes += [{"reason": "FieldManagerConflict", "message": f"conflict {whose}", "field": path} for path in paths]
        listed = f": {paths[0]}" if len(paths) == 1 else ":" + "".join(f"\n- {path}" for path in paths)
        texts.append(("conflict " if len(paths) == 1 else "conflicts ") + whose + listed)
    count = f"{len(causes)} conflict" + ("" if len(causes) == 1 else "s")
    return ApiError(409, "Conflict", f"Apply failed with {count}: " + "\n".join(texts), {"causes": causes})


def lost_precondition(kind: ApiKind, name: str, field: str, asked: str, found: str, fate: str) -> ApiError:
    """409: a delete was meant for another object, or another state of it (apiserver, pkg/registry/rest/delete.go)."""
    title = {"uid": "UID", "resourceVersion": "ResourceVersion"}[field]
    why = (
        f"the {title} in the precondition ({asked}) does not match the {title} in record ({found}). "
        f"The object might have been {fate}"
    )
    details = _details(kind, name) | {"kind": kind.kind}  # that one names the kind, where others name the resource
    return ApiError(409, "Conflict", f'Operation cannot be fulfilled on {kind.qualified} "{name}": {why}', details)


def invalid(kind: ApiKind, name: str, causes: list[Cause]) -> ApiError:
    """422: the object does not hold what the API asks of it."""
    found = [f"{cause.field}: {cause.message}" for cause in causes]
    text = found[0] if len(found) == 1 else "[" + ", ".join(found) + "]"
    details = _details(kind, name) | {"kind": kind.kind}
    details["causes"] = [{"reason": cause.reason, "message": cause.message, "field": cause.field} for cause in causes]
    return ApiError(422, "Invalid", f'{kind.qualified} "{name}" is invalid: {text}', details)


def rejected_patch() -> ApiError:
    """422 without causes: a JSON patch whose `test` failed, or whose path does not exist."""
    return ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {})


def bad_request(message: str) -> ApiError:
    """400: the request itself cannot be read."""
    return ApiError(400, "BadRequest", message)


def too_large(why: str) -> ApiError:
    """413: more than a server takes."""
    return ApiError(413, "RequestEntityTooLarge", why)


def unauthorized() -> ApiError:
    """401: no token, or one that nobody has."""
    return ApiError(401, "Unauthorized", "Unauthorized")


def forbidden(kind: ApiKind, name: str, why: str) -> ApiError:
    """403: `why` is the end of the sentence."""
    subject = f'{kind.resource} "{name}"' if name else kind.resource
    return ApiError(403, "Forbidden", f"{subject} is forbidden: {why}", _details(kind, name))


def gone(asked: int, oldest: int) -> ApiError:
    """410: the history that a watch or a page needs is no longer kept."""
    return ApiError(410, "Expired", f"too old resource version: {asked} ({oldest})")


def method_not_allowed() -> ApiError:
    """405: the path does not take this verb."""
    return ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {})


def unavailable(why: str) -> ApiError:
    """503: what the request is for cannot be reached."""
    return ApiError(503, "ServiceUnavailable", why)


def over_budget(why: str, retry_after: int) -> ApiError:
    """429: an eviction that a PodDisruptionBudget does not allow; `retry_after` is seconds, 0 where nobody knows."""
    causes = [{"reason": "DisruptionBudget", "message": why}]
    details: Json = {"causes": causes} | ({"retryAfterSeconds": retry_after} if retry_after else {})
    message = "Cannot evict pod as it would violate the pod's disruption budget."
    return ApiError(429, "TooManyRequests", message, details)


def unsupported_media_type() -> ApiError:
    """415: a body in a form that the path does not take."""
    return ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})


def resource_missing() -> ApiError:
    """404: a path that names no served resource."""
    return ApiError(404, "NotFound", "the server could not find the requested resource", {})
