"""What the cockpit knows of a release at one moment: frozen values that screen, JSON and tables draw alike.

None always means "not known" or "not readable"; it is never a stand-in for zero. Shares are fractions of 1 by version
name; endpoints that belong to no known version count under `UNKNOWN_VERSION`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from cockpit.routing.progress import Progress

UNKNOWN_VERSION = "?"
"""Stands for the version of an endpoint that belongs to no version of the release."""

Shares = Mapping[str, float]


class View(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of all views: immutable, compared by value.

    Views hold no cycles, and thousands of them are made a second: the garbage collector need not look at them.
    """


class Role(StrEnum):
    """What a version is to its release."""

    STABLE = "stable"
    CANARY = "canary"
    ACTIVE = "active"
    PREVIEW = "preview"
    OLD = "old"
    NEW = "new"


class State(StrEnum):
    """State of a release, the gravest first."""

    UNKNOWN = "unknown"
    OUTAGE = "outage"
    STUCK = "stuck"
    DEGRADED = "degraded"
    PAUSED = "paused"
    PROGRESSING = "progressing"
    STEADY = "steady"


class Strategy(StrEnum):
    """How the release moves from one version to the next, as far as its objects tell."""

    RECREATE = "recreate"
    ROLLING = "rolling"
    BLUE_GREEN = "blue-green"
    CANARY = "canary"
    ISOLATED_CANARY = "isolated-canary"
    AB = "a/b"


class PodState(StrEnum):
    """State of one pod; each pod is in exactly one."""

    READY = "ready"
    STARTING = "starting"
    FAILING = "failing"
    TERMINATING = "terminating"
    FINISHED = "finished"


class PodView(View, frozen=True):
    """One pod. `reason` says why it is not ready, as the kubelet words it."""

    name: str
    uid: str
    state: PodState
    reason: str = ""
    restarts: int = 0
    node: str = ""
    address: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = None
    """When the pod became ready, or ceased to be."""


class PodCounts(View, frozen=True):
    """Numbers of pods. `current`, `ready` and `available` count pods that are not terminating."""

    desired: int | None = None
    current: int | None = None
    ready: int | None = None
    available: int | None = None
    failing: int | None = None
    terminating: int | None = None


class VersionView(View, frozen=True):
    """One version: a pod template in service of the release.

    `workload` is KIND/NAME; `revision` and `hash` are None for kinds that have none. `waiting` says in a few words what
    the version waits for, "" where it waits for nothing. `pods` is None where pods cannot be read.
    """

    name: str
    role: Role
    workload: str
    revision: int | None = None
    hash: str | None = None
    images: tuple[str, ...] = ()
    change_cause: str = ""
    paused: bool = False
    created_at: datetime | None = None
    waiting: str = ""
    counts: PodCounts = PodCounts()
    pods: tuple[PodView, ...] | None = None


class PortView(View, frozen=True):
    """One port of a Service."""

    name: str
    protocol: str
    port: int
    target_port: int | str
    node_port: int | None = None


class EndpointView(View, frozen=True):
    """One address and port behind a Service; `weight` and connections are None without ipvs metrics."""

    address: str
    port: int | None
    port_name: str
    protocol: str
    pod: str | None
    version: str
    ready: bool
    serving: bool
    terminating: bool
    weight: int | None = None
    active_connections: int | None = None
    inactive_connections: int | None = None
    node: str = ""
    created_at: datetime | None = None


class ServiceView(View, frozen=True):
    """One Service. `split` and `endpoints` are None where EndpointSlices cannot be read."""

    name: str
    type: str
    cluster_ips: tuple[str, ...]
    selector: Mapping[str, str]
    front_door: bool
    umbrella: bool
    ports: tuple[PortView, ...]
    split: Shares | None
    endpoints: tuple[EndpointView, ...] | None
    session_affinity: bool = False
    problem: str = ""
    """What is wrong with the Service in a few words, e.g. a dangling pin; "" where nothing is."""


class BackendView(View, frozen=True):
    """One backend of a rule; `weight` as the object says it, `share` as the router reckons it.

    `service` is NAMESPACE/NAME where it is another namespace's. `version` is the one that its pods are of, None where
    they are of several, or not known. `problem` says why it cannot answer, "" where it can.
    """

    service: str
    subset: str | None
    weight: int | None
    share: float | None
    port: str = ""
    version: str | None = None
    problem: str = ""


class RouteView(View, frozen=True):
    """One rule of a route: `rule` names it (host and path), `match` what else a request must carry.

    `system` is who routes by it. A share can be set in steps of 1/`parts` where the rule is writable; else `why_not`
    says why it cannot, and `command` what the tool that does it is told, "" where there is none.
    """

    kind: str
    name: str
    rule: str
    match: str | None
    writable: bool
    backends: tuple[BackendView, ...]
    shares: Shares | None
    problem: str = ""
    system: str = ""
    parts: int = 0
    why_not: str = ""
    command: str = ""
    pending: str = ""
    """What the router has not taken up yet, "" where it has or never tells."""
    sticky: str = ""
    """Why clients stay where they are when shares change, "" where they do not."""


class Splits(View, frozen=True):
    """The three kinds of split of a release; None where that kind is not known."""

    configured: Shares | None = None
    endpoints: Shares | None = None
    observed: Shares | None = None
    configured_by: str = ""
    """Who says the configured split: KIND/NAME of the route or of the Service."""
    endpoints_of: str = ""
    """The Service whose membership gives the endpoints split."""


class MemberView(View, frozen=True):
    """One object of the release, by which commands find it and the object view reads it."""

    kind: str
    name: str
    uid: str


class ReleaseView(View, frozen=True):
    """One release as far as the cluster tells it."""

    namespace: str
    name: str
    strategy: Strategy
    state: State
    reason: str
    since: datetime | None
    versions: tuple[VersionView, ...]
    services: tuple[ServiceView, ...] | None
    routes: tuple[RouteView, ...] | None
    splits: Splits
    members: tuple[MemberView, ...]
    notes: tuple[str, ...] = ()
    """Things worth knowing that are no state: an autoscaler that moves replicas, a budget at zero, ..."""
    progress: tuple[Progress, ...] = ()
    """How the controllers stand that release it step by step."""

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and name: unique at one moment."""
        return (self.namespace, self.name)


def needs_human(release: ReleaseView) -> bool:
    """Say whether the release waits for somebody: it pauses, is stuck, or does not serve."""
    return release.state in {State.OUTAGE, State.STUCK, State.DEGRADED, State.PAUSED}
