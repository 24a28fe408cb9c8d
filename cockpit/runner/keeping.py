"""What an act has to hold before it begins: the templates that it sends, and what it deletes, as that stands."""

from __future__ import annotations

import asyncio

from msgspec import structs

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.manifests import manifest_of
from cockpit.actions.plan import Plan
from cockpit.errors import CockpitError
from cockpit.resources.kinds import kind_named
from cockpit.runner.cluster import Cluster, template_of
from cockpit.runner.examine import Templates

_SECONDS = 5.0


async def fetch_templates(cluster: Cluster, plan: Plan, templates: Templates) -> None:
    """Fetch the templates that the examination did not bring: before the journal says that anything is sent.

    Raises:
        CockpitError: a revision is gone, may not be read, or keeps no template.
    """
    for change in plan.changes:
        if change.template_from is not None and change.template_from not in templates:
            templates[change.template_from] = await template_of(cluster, change.template_from)


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
