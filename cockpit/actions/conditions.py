"""What has to be seen in the picture: between two changes of a plan, and before a plan counts as done.

Versions are meant by workload and hash, for their names may change while a plan runs.
"""

from __future__ import annotations

from cockpit.actions.value import Value


class Condition(Value, frozen=True, tag_field="what"):
    """Base of all conditions."""


class EndpointsReady(Condition, frozen=True, tag="endpoints-ready"):
    """A Service has at least `at_least` ready endpoints, of one version where `workload` is set."""

    service: str
    at_least: int
    workload: str = ""
    """KIND/NAME."""
    hash: str | None = None


class EndpointsOnly(Condition, frozen=True, tag="endpoints-only"):
    """Every endpoint of a Service that takes traffic belongs to one version, and at least one is ready."""

    service: str
    workload: str
    hash: str | None = None


class PodsReady(Condition, frozen=True, tag="pods-ready"):
    """A version has at least `at_least` ready pods."""

    workload: str
    hash: str | None
    at_least: int


class PodsGone(Condition, frozen=True, tag="pods-gone"):
    """No pod of a version is left, terminating ones apart."""

    workload: str
    hash: str | None


class Paused(Condition, frozen=True, tag="paused"):
    """The workload says that it is paused, or (`paused` False) that it is not."""

    workload: str
    paused: bool


class RolledOut(Condition, frozen=True, tag="rolled-out"):
    """Every pod of a workload is of the template with these images, and ready."""

    workload: str
    images: tuple[str, ...] = ()
    instead_of: str | None = None
    """Hash of the template that is left: until the controller has seen a restart, that one still looks rolled out."""


class RevisionNewest(Condition, frozen=True, tag="revision-newest"):
    """The newest revision of a workload is one with these images: its controller has taken up the template."""

    workload: str
    images: tuple[str, ...]


class Replicas(Condition, frozen=True, tag="replicas"):
    """A workload has exactly this many ready pods, and no others but terminating ones."""

    workload: str
    ready: int


class ServiceExists(Condition, frozen=True, tag="service-exists"):
    """A Service of that name is part of the release, or (`exists` False) is not."""

    service: str
    exists: bool


class PodReplaced(Condition, frozen=True, tag="pod-replaced"):
    """The pod with this uid is gone, or terminating."""

    pod: str
    uid: str


AnyCondition = (
    EndpointsReady
    | EndpointsOnly
    | PodsReady
    | PodsGone
    | Paused
    | RolledOut
    | RevisionNewest
    | Replicas
    | ServiceExists
    | PodReplaced
)
"""What msgspec decodes a condition as."""
