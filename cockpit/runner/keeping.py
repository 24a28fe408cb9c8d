"""Keeps what a plan deletes as it stands when the act begins: its node ports, and what others wrote into it since."""

from __future__ import annotations

import asyncio

from msgspec import structs

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.manifests import manifest_of
from cockpit.actions.plan import Plan
from cockpit.errors import CockpitError
from cockpit.resources.kinds import kind_named
from cockpit.runner.cluster import Cluster

_SECONDS = 5.0


async def keeping_what_it_deletes(cluster: Cluster, plan: Plan) -> Plan:
    """Return the plan with every object that it deletes, and could make again, as that is now.

    An object that cannot be read stays as the plan knows it: that is a way back too.
    """
    return structs.replace(plan, changes=tuple([await _kept(cluster, change) for change in plan.changes]))


async def _kept(cluster: Cluster, change: Change) -> Change:
    if change.kind is not ChangeKind.DELETE or change.final or not change.manifest:
        return change
    try:
        async with asyncio.timeout(_SECONDS):
            found = await cluster.read(change.object)
    except (CockpitError, TimeoutError):
        return change
    if change.object.uid and found.text("metadata", "uid") != change.object.uid:
        return change
    return structs.replace(change, manifest=manifest_of(kind_named(change.object.kind), found))
