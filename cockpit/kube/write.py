"""The one module that writes to a cluster. What is read-only is so because of the check in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec

from cockpit.errors import UsageError
from cockpit.kube.answer import Answer
from cockpit.kube.errors import AnswerLostError, ApiError, ReadOnlyError, quoted
from cockpit.kube.refusals import Verb, Write, outcome_unknown, refusal
from cockpit.kube.session import Session
from cockpit.resources.decode import MalformedError
from cockpit.resources.json_values import Json
from cockpit.resources.kinds import Kind
from cockpit.resources.patches import Operation, encoded
from cockpit.resources.raw import RawObject, raw_object
from cockpit.resources.references import ObjectRef

FIELD_MANAGER = "release-cockpit"
"""Under this name `managedFields` lists what the cockpit wrote."""

_METHODS = {Verb.PATCH: "PATCH", Verb.CREATE: "POST", Verb.DELETE: "DELETE"}
_JSON_PATCH = "application/json-patch+json"
_JSON = "application/json"


class Writer:
    """Patches, creates and deletes. Each call sends one request, or two where the first was refused with 401.

    Every method raises, besides what it names:
        UsageError: the object or the namespace has no name. Nothing was sent.
        ReadOnlyError: writing is not allowed here; dry runs are. Nothing was sent.
        NoAnswerError: nothing was sent; or it was a dry run, which changes nothing.
        OutcomeUnknownError: it may have been done. Read back; never send again.
        BusyError: the server has no time now. Nothing was done.
        ForbiddenError: the right is missing; DeniedError where a quota or a policy says no. Nothing was done.
        InvalidError: the object would not be valid; DryRunRefusedError where a webhook takes no dry runs.
        ApiError: any other no. Nothing was done.
        UnreachableError: no credentials, or the server is not trusted. Nothing was done.
    """

    def __init__(self, session: Session, read_only: str = "") -> None:
        """`read_only` is the sentence that says why nothing may be written, "" where writing is allowed."""
        self.read_only = read_only
        self._session = session

    async def patch(
        self, kind: Kind, ref: ObjectRef, operations: Sequence[Operation], dry_run: bool = False
    ) -> RawObject:
        """Apply a JSON patch, and return the object as it is afterwards (as it would be, after a dry run).

        Raises:
            LostPreconditionError: a test failed, or a path is gone: the object changed. Nothing was done.
            MissingError: there is no such object.
        """
        path = _object_path(kind, ref)
        write = Write(Verb.PATCH, kind, ref.namespace, ref.name, dry_run)
        return _object(write, await self._send(write, path, encoded(operations), _JSON_PATCH))

    async def create(
        self, kind: Kind, namespace: str, manifest: Mapping[str, Json], dry_run: bool = False
    ) -> RawObject:
        """Create an object, and return it as the server made it.

        Raises:
            ExistsError: there is one of that name.
        """
        write = Write(Verb.CREATE, kind, namespace, _name(manifest), dry_run)
        path = kind.collection_path(_segment(namespace))
        return _object(write, await self._send(write, path, msgspec.json.encode(manifest), _JSON))

    async def delete(self, kind: Kind, ref: ObjectRef, dry_run: bool = False) -> None:
        """Delete an object in the background; where `ref` has a uid, only the object with that uid.

        Raises:
            LostPreconditionError: there is another object of that name now. Nothing was done.
            MissingError: there is no such object.
        """
        path = _object_path(kind, ref)
        write = Write(Verb.DELETE, kind, ref.namespace, ref.name, dry_run)
        await self._send(write, path, _delete_options(ref, dry_run), _JSON)

    async def _send(self, write: Write, path: str, body: bytes, content_type: str) -> Answer:
        if self.read_only and not write.dry_run:
            raise ReadOnlyError(f"{self.read_only} Nothing was sent to {quoted(write.words)}.")
        query = {} if write.verb is Verb.DELETE else {"fieldManager": FIELD_MANAGER}
        if write.dry_run:
            query["dryRun"] = "All"
        try:
            answer = await self._session.send(_METHODS[write.verb], path, body, content_type, query)
        except AnswerLostError as error:
            if write.dry_run:
                raise
            raise outcome_unknown(write, str(error)) from error
        if answer.status >= 300:
            raise refusal(write, answer)
        return answer


def _object_path(kind: Kind, ref: ObjectRef) -> str:
    return kind.object_path(_segment(ref.namespace), _segment(ref.name))


def _segment(name: str) -> str:
    """Return a name as one part of a path.

    Raises:
        UsageError: the name would make it another path: to delete "" is to delete the whole collection.
    """
    if name in {"", ".", ".."}:
        raise UsageError(f'"{name}" is no name of an object or a namespace, so nothing was sent. Name one.')
    return quote(name, safe="")


def _delete_options(ref: ObjectRef, dry_run: bool) -> bytes:
    """Return DeleteOptions. They say dryRun themselves: with a body, the API server does not look at the query.

    (apiserver/pkg/endpoints/handlers/delete.go decodes the query only where the body is empty.)
    """
    options: dict[str, Json] = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}
    if ref.uid:
        options["preconditions"] = {"uid": ref.uid}
    if dry_run:
        options["dryRun"] = ["All"]
    return msgspec.json.encode(options)


def _object(write: Write, answer: Answer) -> RawObject:
    try:
        return raw_object(answer.body)
    except MalformedError as error:
        # A page to log in, or half an object: whoever sent it, it does not say that the write was done.
        if write.dry_run:
            raise ApiError(f"The answer to a dry run of: {write.words}, is no object. Try again.", 200) from error
        raise outcome_unknown(write, "The answer is no object of the API.") from error


def _name(manifest: Mapping[str, Json]) -> str:
    metadata = manifest.get("metadata")
    if not isinstance(metadata, Mapping):
        return ""
    name = metadata.get("name") or metadata.get("generateName")
    return name if isinstance(name, str) else ""
