"""Pods, cut to what tells their state."""

from __future__ import annotations

from datetime import datetime

import msgspec

from cockpit.resources.meta import Condition, PodMeta, Slice


class Waiting(Slice, frozen=True):
    """Why a container is not running yet, e.g. CrashLoopBackOff."""

    reason: str = ""
    message: str = ""


class Terminated(Slice, frozen=True):
    """How a container ended."""

    reason: str = ""
    exit_code: int = 0


class Running(Slice, frozen=True):
    """Since when a container runs."""

    started_at: datetime | None = None


class ContainerState(Slice, frozen=True):
    """At most one of the three is set."""

    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(Slice, frozen=True):
    """One entry of `status.containerStatuses`."""

    name: str = ""
    ready: bool = False
    restart_count: int = 0
    state: ContainerState = ContainerState()
    last_state: ContainerState = ContainerState()


class PodSpec(Slice, frozen=True):
    """`spec` of a pod: where it runs."""

    node_name: str = ""


class PodStatus(Slice, frozen=True):
    """`status` of a pod; `phase` is Pending, Running, Succeeded, Failed or Unknown."""

    phase: str = ""
    reason: str = ""
    message: str = ""
    pod_ip: str = msgspec.field(name="podIP", default="")
    conditions: tuple[Condition, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()


class Pod(Slice, frozen=True):
    """v1 Pod."""

    metadata: PodMeta = PodMeta()
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()
