"""One request to a kind: the verb, what it may do, and the answer. Knows nothing of sockets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from cockpit.resources.nulls import without_nulls
from cockpit.training.api.custom_patches import custom_patch
from cockpit.training.api.event_forms import kept_form, on_kept_form, served_form
from cockpit.training.api.eviction import checked_body, evict
from cockpit.training.api.failures import ApiError, bad_request, method_not_allowed, unsupported_media_type
from cockpit.training.api.kinds import NAMESPACE, SCALE
from cockpit.training.api.patches import APPLY_PATCH, patch_of
from cockpit.training.api.registry import Registry
from cockpit.training.api.rules import Asked
from cockpit.training.api.scale import scale_of
from cockpit.training.api.strict import WARN, FieldCheck
from cockpit.training.api.writing import DeleteOptions, WriteOptions, delete_options
from cockpit.training.http_api.access import User, check
from cockpit.training.http_api.bodies import json_body, yaml_body
from cockpit.training.http_api.list_options import check_list_options, is_set
from cockpit.training.http_api.lists import answer, page
from cockpit.training.http_api.options import check_delete, check_options
from cockpit.training.http_api.paths import Target, access_namespace
from cockpit.training.http_api.protobuf import PROTOBUF, decoded
from cockpit.training.http_api.row_objects import carried
from cockpit.training.http_api.tables import metadata_only, table
from cockpit.training.objects import Json, name_of, uid_of

_VERBS = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_VERBS_OF = {
    "eviction": ("create",),
    "finalize": ("update",),
    "scale": ("get", "patch", "update"),
    "status": ("get", "patch", "update"),
}
"""The verbs that a subresource takes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked: `form` is the `as=` of the Accept header, "" for plain objects; `agent` the User-Agent."""

    method: str
    target: Target
    query: Mapping[str, str]
    content_type: str
    form: str
    body: bytes
    agent: str = ""
    warnings: list[str] = field(default_factory=list)  # what is said beside the answer

    @property
    def watching(self) -> bool:
        """Whether this is a watch."""
        return self.method == "GET" and is_set(self.query, "watch")

    @property
    def dry_run(self) -> bool:
        """Whether nothing may be kept."""
        return bool(self.query.get("dryRun"))

    @property
    def fields(self) -> FieldCheck:
        """How unknown and duplicate fields are met."""
        return FieldCheck(self.target.served, self.query.get("fieldValidation") or WARN, self.warnings)

    @property
    def writing(self) -> WriteOptions:
        """How a write is meant. A client that does not say who it is, is known by its User-Agent."""
        manager = self.query.get("fieldManager") or self.agent.partition("/")[0] or "unknown"
        return WriteOptions(self.dry_run, manager, through=self.target.served)


def verb_of(request: Request) -> str:
    """Return the verb that rights are asked for, e.g. "list" or "deletecollection".

    Raises:
        ApiError: 405.
    """
    verb = _VERBS.get(request.method)
    if verb is None or verb not in _VERBS_OF.get(request.target.subresource, _VERBS.values()):
        raise method_not_allowed()
    if request.target.name:
        return verb
    collection = {"get": "watch" if request.watching else "list", "create": "create", "delete": "deletecollection"}
    everywhere = request.target.kind.namespaced and not request.target.namespace
    if verb not in collection or (everywhere and verb != "get"):
        raise method_not_allowed()
    return collection[verb]


def check_access(user: User, request: Request) -> None:
    """Refuse what the user may not do.

    Raises:
        ApiError: 403 or 405.
    """
    verb, target = verb_of(request), request.target
    where = access_namespace(target)
    asked = Asked(verb, target.served.group, target.served.plural, where, target.subresource, target.name)
    check(user, target.served, asked)


def perform(registry: Registry, request: Request, now: float) -> tuple[int, Json]:
    """Do what was asked (all but watching); return the HTTP status and the body.

    Raises:
        ApiError: whatever the registry refuses.
    """
    verb, target = verb_of(request), request.target
    check_options(request.method, request.query, request.content_type == APPLY_PATCH)
    if verb == "list":
        check_list_options(request.query)
        objects, metadata = page(registry.store, target.kind, target.namespace, request.query)
        return 200, _list(request, objects, metadata, now)
    if verb == "deletecollection":
        return _delete_collection(registry, request, now)
    if verb == "delete":
        return _delete(registry, request)
    if target.subresource == "eviction":
        return 201, _evict(registry, request, now)
    if verb == "create":
        return 201, _in_form(request, _create(registry, request), now)
    status = 201 if _makes_new(registry, request) else 200
    return status, _in_form(request, _one(registry, request, verb), now)


def _list(request: Request, objects: list[Json], metadata: Json, now: float) -> Json:
    served = request.target.served
    if request.form == "Table":
        return table(served, objects, metadata, now, carried(served, request.query))
    if request.form:
        return answer(served, objects, metadata, request.form)
    return answer(served, [served_form(served, obj) for obj in objects], metadata)


def _one(registry: Registry, request: Request, verb: str) -> Json:
    target = request.target
    where = (target.kind, target.namespace, target.name)
    if verb == "get":
        obj = registry.get(*where)
    elif verb == "update":
        body = _named(_manifest(request), target.name)
        obj = registry.replace(*where, kept_form(target.served, body), target.subresource, request.writing)
    else:
        obj = _patch(registry, request)
    return scale_of(target.kind, obj) if target.subresource == "scale" else obj


def _patch(registry: Registry, request: Request) -> Json:
    target = request.target
    body, options = _decoded(request), request.writing
    patch = patch_of(request.content_type, body, options.manager, target.subresource)
    if target.served.custom is not None and target.subresource != "scale":
        patch = custom_patch(target.served.custom, request.content_type, body, patch)
    if not target.subresource:
        patch = request.fields.of_patch(patch, target.name, body, request.body)
    patch = on_kept_form(target.served, patch)
    if request.content_type == APPLY_PATCH and isinstance(body, dict):
        if not target.subresource and body.get("apiVersion", target.served.api_version) != target.served.api_version:
            versions = f"Specified patch version: {body['apiVersion']}, expected: {target.served.api_version}"
            raise bad_request(f"Incorrect version specified in apply patch. {versions}")
        options = replace(options, applied=body, force=is_set(request.query, "force"))
        if _makes_new(registry, request):
            return registry.create(target.kind, target.namespace, _named(patch({}), target.name), options)
    return registry.patch(target.kind, target.namespace, target.name, patch, target.subresource, options)


def _makes_new(registry: Registry, request: Request) -> bool:
    """Tell whether this is an apply of an object that does not exist: it is created."""
    target = request.target
    applies = request.method == "PATCH" and request.content_type == APPLY_PATCH and not target.subresource
    return applies and registry.store.get(target.kind, target.namespace, target.name) is None


def _named(obj: Json, name: str) -> Json:
    """Return an object under the name that its path gives it.

    Raises:
        ApiError: 400, it has another one.
    """
    metadata = obj.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise bad_request("the metadata of the object is no object")
    if metadata.get("name", name) != name:
        given = f"the name of the object ({metadata['name']})"
        raise bad_request(f"{given} does not match the name on the URL ({name})")
    return {**obj, "metadata": {**metadata, "name": name}}


def _create(registry: Registry, request: Request) -> Json:
    if request.target.name:
        raise method_not_allowed()
    target = request.target
    return registry.create(target.kind, target.namespace, kept_form(target.served, _manifest(request)), request.writing)


def _evict(registry: Registry, request: Request, now: float) -> Json:
    if request.method != "POST":
        raise method_not_allowed()
    target, body = request.target, _decoded(request)
    if not isinstance(body, dict):
        raise bad_request("the object provided is unrecognized (must be of type Eviction)")
    checked_body(body, target.name)
    options = body.get("deleteOptions") or {}
    if not isinstance(options, dict):
        raise bad_request("deleteOptions must be DeleteOptions")
    dry_run = request.dry_run or bool(options.get("dryRun"))
    return evict(registry, target.namespace, target.name, delete_options(options), dry_run, now)


def _delete(registry: Registry, request: Request) -> tuple[int, Json]:
    target = request.target
    options, dry_run = _options(request)
    deletion = registry.delete(target.kind, target.namespace, target.name, options, dry_run)
    if not deletion.gone:
        return 200, deletion.object
    details: Json = {"name": name_of(deletion.object)}
    if target.kind.group:
        details["group"] = target.kind.group
    details |= {"kind": target.kind.plural, "uid": uid_of(deletion.object)}
    return 200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


def _delete_collection(registry: Registry, request: Request, now: float) -> tuple[int, Json]:
    target = request.target
    if target.kind is NAMESPACE:
        raise method_not_allowed()
    objects, metadata = page(registry.store, target.kind, target.namespace, request.query)
    options, dry_run = _options(request)
    for obj in objects:
        registry.delete(target.kind, target.namespace, name_of(obj), options, dry_run)
    return 200, _list(replace(request, form=""), objects, metadata, now)


def _options(request: Request) -> tuple[DeleteOptions, bool]:
    """Return how a delete is meant, and whether it is a dry run.

    Where there is a body, its query says nothing (apiserver, pkg/endpoints/handlers/delete.go).
    """
    asked = cast(Json, _decoded(request)) if request.body else dict(request.query)
    if not isinstance(asked, dict):
        raise bad_request("the body of a delete must be DeleteOptions")
    check_delete(asked)
    return delete_options(asked), bool(asked.get("dryRun"))


def _in_form(request: Request, obj: Json, now: float) -> Json:
    if request.form == "Table":
        metadata = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        kind = SCALE if request.target.subresource == "scale" else request.target.kind
        return table(kind, [obj], metadata, now, carried(request.target.served, request.query))
    return metadata_only(obj) if request.form.startswith("Partial") else served_form(request.target.served, obj)


def _decoded(request: Request) -> object:
    """Decode the body, JSON or (which the API also takes) YAML."""
    if request.content_type in ("application/yaml", APPLY_PATCH):
        return yaml_body(request.body)
    return json_body(request.body, request.target.kind.kind, request.method == "PATCH")


def _manifest(request: Request) -> Json:
    kind, sent_as = request.target.served, request.content_type
    if sent_as not in ("", "application/json", "application/yaml", PROTOBUF):
        raise unsupported_media_type()
    body = decoded(kind.kind, request.body, kind.version) if sent_as == PROTOBUF else without_nulls(_decoded(request))
    if not isinstance(body, dict) or not isinstance(body.get("metadata", {}), dict):
        raise bad_request(f"the object provided is unrecognized (must be of type {kind.kind})")
    expected = "Scale" if request.target.subresource == "scale" else kind.kind
    if body.get("kind", expected) != expected:
        raise ApiError(
            400, "BadRequest", f'{body["kind"]} in version "{body.get("apiVersion")}" cannot be handled as a {expected}'
        )
    if expected != kind.kind:
        return body
    if body.get("apiVersion", kind.api_version) != kind.api_version:
        given = f"the API version in the data ({body['apiVersion']})"
        raise bad_request(f"{given} does not match the expected API version ({kind.api_version})")
    return request.fields.of_manifest(body, request.body if sent_as in ("", "application/json") else b"")
