"""What a state is judged by, and what a judgement is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cockpit.release.inventory import Inventory
from cockpit.release.membership import Membership
from cockpit.release.revisions import Revision
from cockpit.release.rollouts import Rollout, rollout_of
from cockpit.release.view import ServiceView, State
from cockpit.release.workloads import Workload


@dataclass(frozen=True, slots=True)
class Verdict:
    """A state, why, and since when (None where the API does not tell)."""

    state: State
    reason: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a state is judged by. `used` are the Services in use; `versions` go with `names`."""

    membership: Membership
    inventory: Inventory
    workloads: Sequence[Workload]
    versions: Sequence[Revision]
    names: Sequence[str]
    services: Sequence[ServiceView]
    used: Sequence[ServiceView]

    def rollouts(self) -> list[tuple[Workload, Rollout]]:
        """Return each workload with what its status tells."""
        return [(workload, rollout_of(workload)) for workload in self.workloads]
