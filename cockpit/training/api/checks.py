"""What a write says of the object that it is meant for, held against the object that there is."""

from __future__ import annotations

import json

from cockpit.training.api.failures import bad_request, conflict, invalid, invalid_value, lost_precondition
from cockpit.training.api.kinds import ApiKind
from cockpit.training.api.writing import DeleteOptions
from cockpit.training.objects import Json, name_of, uid_of


def check_current(kind: ApiKind, current: Json, asked: Json) -> None:
    """Let pass a replacement of the object as it is; `asked` is its metadata.

    Raises:
        ApiError: 409, it is meant for another object, or for another state of it.
    """
    metadata = current["metadata"]
    if asked.get("uid") and asked["uid"] != metadata["uid"]:
        why = f"Precondition failed: UID in precondition: {asked['uid']}, UID in object meta: {metadata['uid']}"
        raise conflict(kind, name_of(current), why)
    if asked.get("resourceVersion") and asked["resourceVersion"] != metadata["resourceVersion"]:
        raise conflict(kind, name_of(current))


def check_identity(kind: ApiKind, current: Json, patched: object) -> None:
    """Let pass a patch that leaves an object its name and uid; `patched` is the metadata that it leads to.

    Raises:
        ApiError: 400 for another name, 422 for another uid, which in a patch is no precondition.
    """
    if not isinstance(patched, dict):
        raise bad_request("the metadata of the object is no object")
    if patched.get("name", name_of(current)) != name_of(current):
        raise bad_request("the name of the object does not match the name on the URL")
    if patched.get("uid") and patched["uid"] != uid_of(current):
        cause = invalid_value("metadata.uid", json.dumps(patched["uid"]), "field is immutable")
        raise invalid(kind, name_of(current), [cause])


def check_preconditions(kind: ApiKind, current: Json, options: DeleteOptions) -> None:
    """Let pass a delete of the object that it is meant for.

    Raises:
        ApiError: 409.
    """
    for asked, field, fate in (
        (options.uid, "uid", "deleted and then recreated"),
        (options.resource_version, "resourceVersion", "modified"),
    ):
        found = str(current["metadata"][field])
        if asked and asked != found:
            raise lost_precondition(kind, name_of(current), field, asked, found, fate)
