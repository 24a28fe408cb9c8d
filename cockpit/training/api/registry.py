"""Reads and writes with the manners of an API server; HTTP, the scenario and the controllers all come this way.

It fills in defaults, validates, allocates, counts generations, keeps status and spec apart, checks resourceVersions,
and honours finalizers and grace. Objects it returns belong to the store: copy before changing.
"""

from __future__ import annotations

from cockpit.training.api.allocation import ServiceAllocator
from cockpit.training.api.binding import bind, is_binding
from cockpit.training.api.checks import check_current, check_identity, check_preconditions
from cockpit.training.api.custom_checks import check_custom
from cockpit.training.api.defaults import apply_defaults
from cockpit.training.api.failures import (
    already_exists,
    apply_conflict,
    invalid,
    not_found,
    versioned_at_birth,
)
from cockpit.training.api.ingresses import admit_class
from cockpit.training.api.kinds import (
    CUSTOM_RESOURCE_DEFINITION,
    DEPLOYMENT,
    DISRUPTION_BUDGET,
    ENDPOINT_SLICE,
    ENDPOINTS,
    INGRESS,
    INGRESS_CLASS,
    NAMESPACE,
    NODE,
    POD,
    SERVICE,
    ApiKind,
)
from cockpit.training.api.managed_fields import conflicts, noted, same_owners, strips_owners
from cockpit.training.api.namespaces import check_open, finalized, is_finished
from cockpit.training.api.patches import Patch
from cockpit.training.api.qos import qos_class
from cockpit.training.api.scale import apply_scale, scale_of
from cockpit.training.api.shapes import check_shape
from cockpit.training.api.store import Store
from cockpit.training.api.validation import validate
from cockpit.training.api.writing import PLAIN, DeleteOptions, Deletion, WriteOptions, finalizers_of, grace_of
from cockpit.training.chance import Chance
from cockpit.training.clock import SimulatedClock
from cockpit.training.objects import Json, clone, is_deleting, name_of, namespace_of, timestamp

_SYSTEM_METADATA = ("uid", "creationTimestamp", "generateName", "deletionTimestamp", "deletionGracePeriodSeconds")
_KEPT_METADATA = (*_SYSTEM_METADATA, "managedFields")
_WITHOUT_GENERATION = (SERVICE, NAMESPACE, NODE)
_ASIDE = (ENDPOINTS, INGRESS_CLASS)
"""What draws apart: whether there is a mirror of a Service or a class of Ingresses, all else has the same names."""
_FIRST_STATUS: dict[ApiKind, Json] = {
    POD: {"phase": "Pending", "qosClass": "BestEffort"},
    NAMESPACE: {"phase": "Active"},
    SERVICE: {"loadBalancer": {}},
    INGRESS: {"loadBalancer": {}},
    CUSTOM_RESOURCE_DEFINITION: {"acceptedNames": {"kind": "", "plural": ""}, "conditions": [], "storedVersions": []},
}


class Registry:
    """The one way to read and write objects."""

    def __init__(self, store: Store, clock: SimulatedClock, chance: Chance) -> None:
        self.store = store
        self._clock = clock
        self._chance = chance
        self._draft = Chance(0)  # what a dry run draws must not change the names that others get
        self._aside = chance.apart("endpoints")
        self._services = ServiceAllocator(store)

    def get(self, kind: ApiKind, namespace: str, name: str) -> Json:
        """Return an object.

        Raises:
            ApiError: 404.
        """
        found = self.store.get(kind, namespace, name)
        if found is None:
            raise not_found(kind, name)
        return found

    def create(self, kind: ApiKind, namespace: str, body: Json, options: WriteOptions = PLAIN) -> Json:
        """Create an object from `body`, which is kept.

        Raises:
            ApiError: 404 (no such namespace), 403 (it is being deleted), 409 (name taken), 422.
        """
        check_shape(kind, body)
        if options.manager and (body.get("metadata") or {}).get("resourceVersion"):
            raise versioned_at_birth()
        check_open(self.store, kind, namespace, body)
        chance = self._draft if options.dry_run else self._aside if kind in _ASIDE else self._chance
        metadata = self._first_metadata(kind, namespace, body, chance)
        obj: Json = {"kind": kind.kind, "apiVersion": kind.api_version, **body, "metadata": metadata}
        apply_defaults(kind, obj)
        if kind is INGRESS:
            admit_class(self.store, obj)
        if kind.custom is not None and kind.has_status:
            obj.pop("status", None)
        elif kind.custom is None and kind.has_status and kind is not NODE:
            obj["status"] = clone(_FIRST_STATUS.get(kind, {}))
        if kind is POD:
            obj["status"]["qosClass"] = qos_class(obj["spec"])
        if causes := validate(kind, obj, None, options.through):
            raise invalid(kind, str(metadata.get("name", "")), causes)
        if self.store.get(kind, namespace, name_of(obj)) is not None:
            raise already_exists(kind, name_of(obj))
        if kind is SERVICE:
            self._services.allocate(obj, None, chance)
        if options.manager:
            metadata["managedFields"] = noted(options.through or kind, {}, obj, options, "", self._clock.now)
        return obj if options.dry_run else self.store.put(kind, obj)

    def replace(
        self,
        kind: ApiKind,
        namespace: str,
        name: str,
        body: Json,
        subresource: str = "",
        options: WriteOptions = PLAIN,
    ) -> Json:
        """Replace an object, or its status or scale, by `body`; a write that changes nothing leaves no revision.

        Raises:
            ApiError: 404, 409 (stale resourceVersion or uid), 422.
        """
        current = self.get(kind, namespace, name)
        if subresource == "scale":
            body = apply_scale(kind, current, body)
        if options is not PLAIN:  # what the cluster's own controllers write fits
            check_shape(kind, body)
        check_current(kind, current, body.get("metadata") or {})
        obj = self._changed(kind, current, body, subresource, options)
        if strips_owners(body) and options.manager:
            bare = {field: value for field, value in obj["metadata"].items() if field != "managedFields"}
            obj = {**obj, "metadata": bare}
        elif obj == current and options.applied is None:  # an apply owns what it names, also where nothing changes
            return current
        elif options.manager:
            if others := conflicts(current, obj, options):
                raise apply_conflict(others)
            fields = noted(options.through or kind, current, obj, options, subresource, self._clock.now)
            if obj == current and same_owners(current, fields):
                return current
            obj = {**obj, "metadata": {**obj["metadata"], "managedFields": fields}}
        if options.dry_run:
            return obj
        written = self.store.put(kind, obj)
        return self._finish(kind, written)

    def patch(
        self,
        kind: ApiKind,
        namespace: str,
        name: str,
        patch: Patch,
        subresource: str = "",
        options: WriteOptions = PLAIN,
    ) -> Json:
        """Apply a patch to an object, or to its status or scale. Raises as `replace`."""
        current = self.get(kind, namespace, name)
        patched = patch(scale_of(kind, current) if subresource == "scale" else current)
        check_identity(kind, current, patched.get("metadata") or {})
        return self.replace(kind, namespace, name, patched, subresource, options)

    def delete(
        self, kind: ApiKind, namespace: str, name: str, options: DeleteOptions | None = None, dry_run: bool = False
    ) -> Deletion:
        """Delete an object: at once, after its grace, or when its finalizers are done.

        Raises:
            ApiError: 404, 409 (a precondition does not hold).
        """
        chosen = options or DeleteOptions()
        current = self.get(kind, namespace, name)
        check_preconditions(kind, current, chosen)
        finalizers = finalizers_of(current, chosen.policy)
        grace = grace_of(kind, current, chosen.grace)
        if not finalizers and not grace and kind is not NAMESPACE:
            return Deletion(current if dry_run else self.store.remove(kind, current), gone=True)
        marked = self._marked(kind, current, finalizers, grace)
        if marked == current or dry_run:
            return Deletion(marked, gone=False)
        return Deletion(self.store.put(kind, marked), gone=False)

    def _first_metadata(self, kind: ApiKind, namespace: str, body: Json, chance: Chance) -> Json:
        metadata = dict(body.get("metadata") or {})
        prefix = str(metadata.get("generateName", ""))
        if prefix and not metadata.get("name"):
            metadata["name"] = self._generated(kind, namespace, prefix, chance)
        for field in (
            "resourceVersion",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "managedFields",
            "selfLink",
        ):
            metadata.pop(field, None)
        if kind.namespaced:
            metadata["namespace"] = namespace
        if kind is NAMESPACE:
            labels = {"kubernetes.io/metadata.name": metadata.get("name", "")}
            metadata["labels"] = {**(metadata.get("labels") or {}), **labels}
        metadata["uid"] = chance.uid()
        metadata["creationTimestamp"] = timestamp(self._clock.now)
        if _counts_generations(kind):
            metadata["generation"] = 1
        return metadata

    def _generated(self, kind: ApiKind, namespace: str, prefix: str, chance: Chance) -> str:
        """Return a name that is free; after eight tries in vain one that is not (KEP-4420)."""
        name = prefix[:58] + chance.suffix()
        for _ in range(7):
            if self.store.get(kind, namespace, name) is None:
                break
            name = prefix[:58] + chance.suffix()
        return name

    def _changed(self, kind: ApiKind, current: Json, body: Json, subresource: str, options: WriteOptions) -> Json:
        """Return what an object becomes by a write to it, or to one of its subresources."""
        if subresource == "finalize":
            return finalized(current, body)
        if subresource != "status":
            return self._with_spec(kind, current, body, options)
        obj = self._with_status(current, body)
        if kind.custom is not None:
            check_custom(kind, kind.custom, obj)
        return obj

    @staticmethod
    def _with_status(current: Json, body: Json) -> Json:
        """Status and annotations are the body's; all else stays (the Deployment controller relies on it)."""
        metadata = dict(current["metadata"])
        annotations = (body.get("metadata") or {}).get("annotations")
        if annotations:
            metadata["annotations"] = annotations
        return {**current, "metadata": metadata, "status": body.get("status") or {}}

    def _with_spec(self, kind: ApiKind, current: Json, body: Json, options: WriteOptions) -> Json:
        metadata = {**(body.get("metadata") or {}), "name": name_of(current)}
        for field in ("selfLink", *_KEPT_METADATA):
            metadata.pop(field, None)
        kept = {field: value for field, value in current["metadata"].items() if field in _KEPT_METADATA}
        metadata |= kept | {"resourceVersion": current["metadata"]["resourceVersion"]}
        if kind.namespaced:
            metadata["namespace"] = namespace_of(current)
        obj = {**body, "kind": kind.kind, "apiVersion": kind.api_version, "metadata": metadata}
        if kind.has_status:
            obj["status"] = current.get("status", {})
            if kind.custom is not None and "status" not in current:
                del obj["status"]
        apply_defaults(kind, obj)
        if causes := validate(kind, obj, current, options.through):
            raise invalid(kind, name_of(current), causes)
        if kind is SERVICE:
            self._services.allocate(obj, current, self._draft if options.dry_run else self._chance)
        binding = is_binding(kind, current, obj)
        if binding:
            bind(self.store, obj)
        if _counts_generations(kind):
            is_new = not binding and _is_new_generation(kind, current, obj)
            metadata["generation"] = current["metadata"].get("generation", 1) + is_new
        return obj

    def _marked(self, kind: ApiKind, current: Json, finalizers: list[str], grace: int) -> Json:
        metadata = dict(current["metadata"])
        if finalizers:
            metadata["finalizers"] = finalizers
        sooner = grace < metadata.get("deletionGracePeriodSeconds", grace + 1)
        if not is_deleting(current) or (kind is POD and sooner):
            metadata["deletionTimestamp"] = timestamp(self._clock.now + grace)
            metadata["deletionGracePeriodSeconds"] = grace
            if "generation" in metadata and not is_deleting(current):
                metadata["generation"] += 1
        marked = {**current, "metadata": metadata}
        return marked | {"status": {"phase": "Terminating"}} if kind is NAMESPACE else marked

    def _finish(self, kind: ApiKind, obj: Json) -> Json:
        """Remove an object that was only waiting for its finalizers."""
        waits = not is_finished(obj) if kind is NAMESPACE else obj["metadata"].get("deletionGracePeriodSeconds")
        if is_deleting(obj) and not obj["metadata"].get("finalizers") and not waits:
            return self.store.remove(kind, obj)
        return obj


def _counts_generations(kind: ApiKind) -> bool:
    counted = kind.has_status and kind not in _WITHOUT_GENERATION
    return counted or kind.custom is not None or kind in (ENDPOINT_SLICE, DISRUPTION_BUDGET)


def _is_new_generation(kind: ApiKind, current: Json, obj: Json) -> bool:
    """A Deployment counts its annotations too (pkg/registry/apps/deployment/strategy.go)."""
    apart = {"metadata"} if kind.custom is not None and not kind.has_status else {"metadata", "status"}
    changed = any(obj.get(field) != current.get(field) for field in {*obj, *current} - apart)
    annotated = obj["metadata"].get("annotations") != current["metadata"].get("annotations")
    return changed or (kind is DEPLOYMENT and annotated)
