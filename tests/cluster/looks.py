"""What tests read off a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cockpit.release.view import ReleaseView, ServiceView, State


@dataclass(frozen=True)
class Door:
    """One Service's node port (or port), and the images that answer there."""

    port: int | None
    images: set[str]


def canary_waits(release: ReleaseView | None) -> bool:
    """Say whether a rollout is paused with ready pods of two versions."""
    if release is None or release.state is not State.PAUSED:
        return False
    return len(release.versions) == 2 and all(version.counts.ready for version in release.versions)


def images_of(release: ReleaseView) -> set[str]:
    """Return the images of versions that have pods."""
    return {image for version in release.versions if version.counts.current for image in version.images}


def replicas_of(release: ReleaseView) -> list[int | None]:
    """Return the ready pods of each version."""
    return [version.counts.ready for version in release.versions]


def service_of(release: ReleaseView, name: str) -> ServiceView:
    """Return a Service of a release."""
    return next(one for one in release.services or () if one.name == name)


def selector_of(release: ReleaseView, service: str) -> Mapping[str, str]:
    """Return a Service's selector."""
    return service_of(release, service).selector


def split_of(release: ReleaseView, service: str) -> Mapping[str, float]:
    """Return the shares behind a Service, those above zero."""
    return {version: share for version, share in (service_of(release, service).split or {}).items() if share}


def addresses(release: ReleaseView) -> dict[str, Door]:
    """Return which address reaches which images."""
    images = {version.name: set(version.images) for version in release.versions}
    return {one.name: Door(one.ports[0].node_port, _behind(one, images)) for one in release.services or ()}


def _behind(service: ServiceView, images: Mapping[str, set[str]]) -> set[str]:
    return {image for one in service.endpoints or () if one.ready for image in images[one.version]}
