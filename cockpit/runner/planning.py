"""Makes plans: reads what they need fresh, and asks the journal for those that lead back or on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from cockpit.actions.acts import Act
from cockpit.actions.last_good import last_good_plan
from cockpit.actions.plan import Plan
from cockpit.actions.planner import make_plan, wanted
from cockpit.actions.record import ActRecord
from cockpit.actions.request import Circumstances, Request
from cockpit.actions.undo import finish_plan, undo_plan
from cockpit.errors import CockpitError
from cockpit.kube.errors import MissingError
from cockpit.release.subject import Subject
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef
from cockpit.runner.cluster import Cluster
from cockpit.runner.history import NO_GOOD, act_to_finish, act_to_undo, last_good, was_changed_lately
from cockpit.runner.lost_answers import find_out, is_lost, settled


class Planner:
    """Makes the plan for a request."""

    def __init__(self, cluster: Cluster, circumstances: Callable[[Subject | None], Circumstances]) -> None:
        """`circumstances` are those of plans on a release; of none, they tell the moment."""
        self._cluster = cluster
        self._circumstances = circumstances

    async def plan(self, subject: Subject, request: Request, acts: Sequence[ActRecord]) -> Plan:
        """Return the plan for a request; `acts` are those on the release, the latest first.

        Raises:
            CockpitError: the request cannot mean anything here, or what it needs cannot be read.
        """
        plan = await self._made(subject, request, acts)
        if plan.act in NO_GOOD or was_changed_lately(acts, self._circumstances(None).now):
            plan = msgspec.structs.replace(plan, good=None)
        return msgspec.structs.replace(plan, reason=plan.reason or request.reason)

    def ways(self, subject: Subject | None, record: ActRecord) -> tuple[Plan | None, Plan | None]:
        """Return the plans that take back and that finish an act which ended half-way, None where they cannot be."""
        if subject is None:
            return None, None
        return self._way(undo_plan, record, subject), self._way(finish_plan, record, subject)

    def _way(
        self, make: Callable[[ActRecord, Subject, Circumstances], Plan], record: ActRecord, subject: Subject
    ) -> Plan | None:
        try:
            return make(record, subject, self._circumstances(subject))
        except CockpitError:
            # The way is not offered; asked for by its key, it says why it cannot be gone.
            return None

    async def _made(self, subject: Subject, request: Request, acts: Sequence[ActRecord]) -> Plan:
        if request.act is Act.UNDO:
            record = await self._settled(act_to_undo(acts, request.act_id))
            return undo_plan(record, subject, self._circumstances(subject))
        if request.act is Act.FINISH:
            record = await self._settled(act_to_finish(acts, request.act_id))
            return finish_plan(record, subject, self._circumstances(subject))
        if request.act is Act.LAST_GOOD:
            return self._last_good(subject, acts)
        material = await self._read(wanted(subject, request))
        return make_plan(subject, request, self._circumstances(subject), material)

    def _last_good(self, subject: Subject, acts: Sequence[ActRecord]) -> Plan:
        state = last_good(acts)
        if state is None:
            raise CockpitError(
                "No last good state is known: the journal keeps what held steady for a minute before an act, "
                "and there was no such act on this release."
            )
        return last_good_plan(state, subject, self._circumstances(subject))

    async def _settled(self, record: ActRecord) -> ActRecord:
        """Return the act with what can be found out about changes whose answer was lost."""
        if not is_lost(record):
            return record
        return settled(record, await find_out(self._cluster, record, lambda: self._circumstances(None).now))

    async def _read(self, refs: Sequence[ObjectRef]) -> dict[ObjectRef, RawObject]:
        found = await asyncio.gather(*(self._one(ref) for ref in refs))
        return {ref: raw for ref, raw in zip(refs, found, strict=True) if raw is not None}

    async def _one(self, ref: ObjectRef) -> RawObject | None:
        """Return an object, None where there is none: to the planner that is an answer too."""
        try:
            return await self._cluster.read(ref)
        except MissingError:
            return None
