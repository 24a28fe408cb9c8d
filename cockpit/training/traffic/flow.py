"""The record of what goes where now."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.training.traffic.entrances import System


@dataclass(frozen=True, slots=True)
class Flow:
    """Requests that go one way: from the clients of one rule of a route to one pod.

    `route` and `rule` are "" for clients that ask a Service directly. `canary` is ingress-nginx's name of a canary's
    upstream. `pod` is the uid of the pod that answers; None where nobody does, and the system answers `status` itself
    (0 where it only refuses the connection).
    """

    system: System
    namespace: str
    route: str
    rule: str
    service: str
    subset: str
    canary: str
    pod: str | None
    requests: float
    status: int = 0
