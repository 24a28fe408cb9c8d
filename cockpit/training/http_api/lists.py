"""Lists: selectors, pages with a continue token, and the three forms of answer."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

import msgspec

from cockpit.training.api.failures import ApiError, ExpiredPageError, bad_request
from cockpit.training.api.go_json import syntax_error
from cockpit.training.api.kinds import ApiKind
from cockpit.training.api.selectors import Match, all_hold, parse_field_selector, parse_label_selector
from cockpit.training.api.store import Store
from cockpit.training.http_api.list_options import EXACT, revision, too_large, whole
from cockpit.training.http_api.tables import metadata_only
from cockpit.training.objects import Json, labels_of, name_of, namespace_of

_NOW = -1  # in place of a revision: the rest of a list whose moment is forgotten, as it is now


class _Token(msgspec.Struct):
    """Where a page ended: the list's revision and the key of its last object."""

    rv: int
    start: str


def matcher(kind: ApiKind, query: Mapping[str, str]) -> Match:
    """Return what tells whether an object is selected by `labelSelector` and `fieldSelector`."""
    requirements = parse_label_selector(query.get("labelSelector", ""))
    fields = parse_field_selector(kind, query.get("fieldSelector", ""))
    return lambda obj: all_hold(requirements, labels_of(obj)) and fields(obj)


def page(store: Store, kind: ApiKind, namespace: str, query: Mapping[str, str]) -> tuple[list[Json], Json]:
    """Return one page of a list and the list's metadata.

    Raises:
        ApiError: 400 (selector, limit or token cannot be read), 410 (the page's revision is forgotten).
    """
    selected = matcher(kind, query)
    limit = max(whole(query, "limit"), 0)  # a negative one is none (apiserver, pkg/storage/etcd3/store.go)
    token = _token(query.get("continue", ""))
    revision, objects = _objects(store, kind, namespace, query, token)
    found = [obj for obj in objects if selected(obj) and (token is None or _key(obj) > token.start)]
    metadata: Json = {"resourceVersion": str(revision)}
    if not limit or len(found) <= limit:
        return found, metadata
    metadata["continue"] = _encode(_Token(revision, _key(found[limit - 1])))
    if not query.get("labelSelector") and not query.get("fieldSelector"):
        metadata["remainingItemCount"] = len(found) - limit
    return found[:limit], metadata


def answer(kind: ApiKind, objects: list[Json], metadata: Json, form: str = "") -> Json:
    """Return a list as plain objects, or as metadata only."""
    if form.startswith("PartialObjectMetadata"):
        head: Json = {"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": metadata}
        return head | {"items": [metadata_only(obj) for obj in objects]}
    left_out = () if kind.custom is not None else ("kind", "apiVersion")
    items = [{key: value for key, value in obj.items() if key not in left_out} for obj in objects]
    return {"kind": f"{kind.kind}List", "apiVersion": kind.api_version, "metadata": metadata, "items": items}


def _objects(
    store: Store, kind: ApiKind, namespace: str, query: Mapping[str, str], token: _Token | None
) -> tuple[int, list[Json]]:
    named, exact = revision(query), query.get("resourceVersionMatch") == EXACT
    if named > store.revision:
        raise too_large(named, store.revision)
    asked = token.rv if token else named if exact else 0
    if asked in (0, _NOW) or asked >= store.revision:
        return store.revision, store.items(kind, namespace)
    try:
        return asked, store.items_at(kind, namespace, asked)
    except ApiError as error:
        raise ExpiredPageError(_encode(_Token(_NOW, token.start))) if token else error from error


def _key(obj: Json) -> str:
    return f"{namespace_of(obj)}/{name_of(obj)}"


def _encode(token: _Token) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(token)).decode().rstrip("=")


def _token(text: str) -> _Token | None:
    if not text:
        return None
    raw = b""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return msgspec.json.decode(raw, type=_Token)
    except (binascii.Error, ValueError) as error:  # a msgspec.DecodeError is one
        why = syntax_error(raw) or ("unrecognized fields" if raw else "illegal base64 data")
        raise bad_request(f"invalid continue token: continue key is not valid: {why}") from error
