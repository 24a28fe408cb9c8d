"""A release as conditions ask for it: versions by workload and hash, endpoints by the pods behind them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cockpit.release.view import (
    UNKNOWN_VERSION,
    EndpointView,
    PodState,
    PodView,
    ReleaseView,
    ServiceView,
    VersionView,
)

_OVER = frozenset({PodState.TERMINATING, PodState.FINISHED})


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of one release."""

    view: ReleaseView

    def version(self, workload: str, hash_: str | None) -> VersionView | None:
        """Return a version, None where there is none (any more)."""
        return next((entry for entry in self.versions_of(workload) if entry.hash == hash_), None)

    def versions_of(self, workload: str) -> tuple[VersionView, ...]:
        """Return the versions of one workload, KIND/NAME."""
        return tuple(entry for entry in self.view.versions if entry.workload == workload)

    def name_of(self, workload: str, hash_: str | None) -> str:
        """Return what to call a version, also one that is gone."""
        version = self.version(workload, hash_)
        return version.name if version else f"{workload} ({hash_})" if hash_ else workload

    def service(self, name: str) -> ServiceView | None:
        """Return a Service of the release."""
        return next((entry for entry in self.view.services or () if entry.name == name), None)

    def endpoints(self, service: str) -> tuple[EndpointView, ...] | None:
        """Return a Service's endpoints, none where there is no such Service; None where they cannot be read."""
        if self.view.services is None:
            return None
        found = self.service(service)
        return found.endpoints if found else ()

    def belongs(self, endpoint: EndpointView, version: VersionView) -> bool:
        """Say whether the pod behind an endpoint is of a version."""
        return endpoint.pod in {pod.name for pod in version.pods or ()} or endpoint.version == version.name

    def doubtful(self, endpoints: Sequence[EndpointView], version: VersionView | None) -> bool:
        """Say whether nobody can tell which endpoints are of the version, for want of its pods."""
        unknown = any(entry.version == UNKNOWN_VERSION and entry.pod for entry in endpoints)
        return unknown and version is not None and version.pods is None


def taking(endpoints: Iterable[EndpointView]) -> frozenset[str]:
    """Return the pods, or addresses without one, that get connections: the ready ones, else those serving to the last.

    Source: pkg/proxy/topology.go, CategorizeEndpoints.
    """
    listed = tuple(endpoints)
    ready = frozenset(_backend(entry) for entry in listed if entry.ready)
    return ready or frozenset(_backend(entry) for entry in listed if entry.serving and entry.terminating)


def ready_behind(endpoints: Iterable[EndpointView]) -> frozenset[str]:
    """Return the pods, or addresses without one, that are ready in truth.

    Where a Service publishes what is not ready, every endpoint says that it is; then only `serving` tells.
    """
    return frozenset(_backend(entry) for entry in endpoints if entry.ready and entry.serving and not entry.terminating)


def _backend(endpoint: EndpointView) -> str:
    return endpoint.pod or endpoint.address


def ready_pods(pods: Iterable[PodView]) -> tuple[PodView, ...]:
    """Return the pods that are ready and stay."""
    return tuple(pod for pod in pods if pod.state is PodState.READY)


def living(pods: Iterable[PodView]) -> tuple[PodView, ...]:
    """Return the pods that are neither terminating nor over."""
    return tuple(pod for pod in pods if pod.state not in _OVER)


def workload_pods(versions: Iterable[VersionView]) -> tuple[PodView, ...] | None:
    """Return the pods of several versions, None where those of one cannot be read."""
    found: list[PodView] = []
    for version in versions:
        if version.pods is None:
            return None
        found += version.pods
    return tuple(found)
