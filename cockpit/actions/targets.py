"""What a request means in its release: one workload, one version, one Service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cockpit.actions.request import Request
from cockpit.actions.wording import listed
from cockpit.errors import CockpitError, UsageError
from cockpit.release.endpoints import ready_backends
from cockpit.release.revisions import Revision
from cockpit.release.services import selected
from cockpit.release.subject import Subject
from cockpit.release.view import EndpointView, VersionView
from cockpit.release.workloads import Workload
from cockpit.resources.meta import PodMeta
from cockpit.resources.references import ObjectRef
from cockpit.resources.services import Service


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it is seen, with the template that it is made from."""

    view: VersionView
    revision: Revision

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.view.name

    @property
    def workload(self) -> Workload:
        """Where its pods come from."""
        return self.revision.workload

    @property
    def ready(self) -> int:
        """Ready pods; none are counted where pods cannot be read."""
        return self.view.counts.ready or 0


def ref_of(kind: str, metadata: PodMeta) -> ObjectRef:
    """Return how a change names an object that was seen."""
    return ObjectRef(kind, metadata.namespace, metadata.name, metadata.uid)


def versions_of(subject: Subject) -> tuple[Version, ...]:
    """Return the versions of a release, in the order of its view."""
    return tuple(map(Version, subject.view.versions, subject.versions))


def in_service(subject: Subject, workload: Workload) -> tuple[Version, ...]:
    """Return the versions of a workload that have, or should have, pods."""
    mine = (entry for entry in versions_of(subject) if entry.workload.ref == workload.ref)
    return tuple(entry for entry in mine if entry.revision.in_service)


def version_named(subject: Subject, name: str) -> Version:
    """Return a version by its name.

    Raises:
        UsageError: there is none of that name; names those that there are.
    """
    found = [entry for entry in versions_of(subject) if entry.name == name]
    if len(found) != 1:
        names = listed(entry.name for entry in versions_of(subject)) or "none"
        raise UsageError(f"{subject.view.name} has no version {name!r}; its versions are {names}.")
    return found[0]


def workload_for(
    subject: Subject,
    request: Request,
    kinds: Sequence[str] = ("Deployment", "StatefulSet", "DaemonSet"),
    fits: Callable[[Workload], bool] | None = None,
) -> Workload:
    """Return the workload that is meant: the one that is named, that of the version, or the only one that may be.

    Where several may be, those that `fits` says yes to are preferred.

    Raises:
        UsageError: none or several can be meant; names them.
        CockpitError: the one that is named is of another kind than the act needs.
    """
    if request.workload or request.version:
        return _named(subject, request, kinds)
    choices = [entry for entry in subject.workloads if entry.kind in kinds]
    if len(choices) > 1 and fits is not None:
        choices = [entry for entry in choices if fits(entry)] or choices
    if len(choices) == 1:
        return choices[0]
    if not choices:
        raise UsageError(f"{subject.view.name} has no {listed(kinds, 'or')} for {request.act}.")
    names = listed((entry.ref for entry in choices), "or")
    raise UsageError(f"{request.act} of {subject.view.name} could mean {names}: name one, or a version.")


def _named(subject: Subject, request: Request, kinds: Sequence[str]) -> Workload:
    if request.workload:
        found = next((entry for entry in subject.workloads if entry.ref == request.workload), None)
        if found is None:
            names = listed(entry.ref for entry in subject.workloads) or "none"
            raise UsageError(f"{subject.view.name} has no workload {request.workload!r}; it has {names}.")
    else:
        found = version_named(subject, request.version).workload
    if found.kind not in kinds:
        raise CockpitError(f"{found.ref} is a {found.kind}: {request.act} is there for {listed(kinds, 'or')}.")
    return found


def own_services(subject: Subject) -> tuple[Service, ...]:
    """Return the Services that belong to this release alone, the front door first."""
    door = subject.membership.front_door
    names = sorted(subject.membership.services, key=lambda name: (name != door, name))
    return tuple(subject.inventory.services[name] for name in names if name in subject.inventory.services)


def service_for(subject: Subject, request: Request) -> Service:
    """Return the Service that is meant: the one that is named, else the front door, else the only one.

    Raises:
        UsageError: none, several or one of several releases can be meant.
    """
    own = {entry.metadata.name: entry for entry in own_services(subject)}
    if request.service:
        if request.service in subject.membership.umbrellas:
            raise UsageError(f"Service/{request.service} leads to other releases too: it is not changed for one.")
        if request.service not in own:
            raise UsageError(f"{subject.view.name} has no Service {request.service!r}; it has {listed(own) or 'none'}.")
        return own[request.service]
    if subject.membership.front_door in own:
        return own[subject.membership.front_door]
    if len(own) == 1:
        return next(iter(own.values()))
    if not own:
        raise UsageError(f"{subject.view.name} has no Service of its own.")
    raise UsageError(f"{request.act} of {subject.view.name} could mean {listed(own, 'or')}: name a Service.")


def behind(subject: Subject, service: Service) -> tuple[Version, ...]:
    """Return the versions in service whose pods a Service's selector takes."""
    versions = versions_of(subject)
    taken = (versions[position] for position in selected(service.spec.selector, subject.versions))
    return tuple(entry for entry in taken if entry.revision.in_service)


def ready_endpoints(subject: Subject, service: Service) -> int:
    """Return how many pods are ready behind a Service, 0 where that cannot be read."""
    return ready_backends(endpoints_seen(subject, service), ready_tells=not service.spec.publish_not_ready_addresses)


def endpoints_seen(subject: Subject, service: Service) -> tuple[EndpointView, ...]:
    """Return the endpoints of a Service as they are seen, none where they cannot be read."""
    views = (entry for entry in subject.view.services or () if entry.name == service.metadata.name)
    return next((entry.endpoints or () for entry in views), ())
