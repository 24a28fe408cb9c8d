"""What the runner asks of an API server: one object, one change, one right, one pod at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.examination import Right
from cockpit.actions.patch import operations_of
from cockpit.actions.plan import PodCheck
from cockpit.errors import CockpitError
from cockpit.kube.errors import quoted
from cockpit.kube.objects import read_raw
from cockpit.kube.pod_proxy import PodAnswer, ask_pod
from cockpit.kube.reviews import Review, may
from cockpit.kube.session import Session
from cockpit.kube.write import Writer
from cockpit.resources.json_values import ABSENT, Json
from cockpit.resources.kinds import NEW_EVENT, Kind, kind_named
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef

_TEMPLATES = {"ReplicaSet": ("spec", "template"), "ControllerRevision": ("data", "spec", "template")}


class Cluster(Protocol):
    """An API server, as the runner needs it. Errors are those of `cockpit.kube.write` and `cockpit.kube.objects`."""

    async def read(self, ref: ObjectRef) -> RawObject:
        """Return one object whole."""

    async def send(self, change: Change, template: Json = ABSENT, dry_run: bool = False) -> RawObject | None:
        """Send one change, once; return the object as it is afterwards, None for a DELETE."""

    async def may(self, right: Right) -> Review:
        """Ask whether the user has a right."""

    async def ask_pod(self, namespace: str, check: PodCheck) -> PodAnswer:
        """Make one health check."""

    async def leave_event(self, namespace: str, manifest: Mapping[str, Json]) -> None:
        """Create an Event (events.k8s.io/v1)."""


class KubeCluster:
    """Implements `Cluster` on a session."""

    def __init__(self, session: Session, writer: Writer) -> None:
        self._session = session
        self._writer = writer

    async def read(self, ref: ObjectRef) -> RawObject:
        """Return one object whole."""
        return await read_raw(self._session, _kind_of(ref), ref.namespace, ref.name)

    async def send(self, change: Change, template: Json = ABSENT, dry_run: bool = False) -> RawObject | None:
        """Send one change, once."""
        kind, ref = _kind_of(change.object), change.object
        if change.kind is ChangeKind.PATCH:
            return await self._writer.patch(kind, ref, operations_of(change, template), dry_run)
        if change.kind is ChangeKind.CREATE:
            return await self._writer.create(kind, ref.namespace, change.manifest, dry_run)
        await self._writer.delete(kind, ref, dry_run)
        return None

    async def may(self, right: Right) -> Review:
        """Ask whether the user has a right."""
        return await may(
            self._session, right.verb, right.group, right.resource, right.namespace, right.subresource, right.name
        )

    async def ask_pod(self, namespace: str, check: PodCheck) -> PodAnswer:
        """Make one health check."""
        return await ask_pod(self._session, namespace, check.pod, check.path, check.port, check.scheme)

    async def leave_event(self, namespace: str, manifest: Mapping[str, Json]) -> None:
        """Create an Event."""
        await self._writer.create(NEW_EVENT, namespace, manifest)


async def template_of(cluster: Cluster, ref: ObjectRef) -> Json:
    """Return the pod template that a revision keeps. It may hold secrets: it is sent, and never kept or shown.

    Raises:
        CockpitError: the revision is gone, may not be read, or keeps no template.
    """
    path = _TEMPLATES.get(ref.kind)
    template = (await cluster.read(ref)).at(*path) if path else ABSENT
    if not isinstance(template, Mapping):
        raise CockpitError(f"{quoted(ref.short)} keeps no pod template, so there is nothing to go back to.")
    return template


def _kind_of(ref: ObjectRef) -> Kind:
    try:
        return kind_named(ref.kind)
    except KeyError as error:
        raise CockpitError(f"The cockpit does not handle objects of kind {quoted(ref.kind)}.") from error
