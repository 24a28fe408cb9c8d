"""Tries a plan without effect: rights, owners, dry runs and health checks, all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, MutableMapping

import msgspec

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.examination import Answer, Examination
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.owners import changed_guards, owner_guards, who_changed
from cockpit.actions.plan import Plan, PodCheck
from cockpit.errors import CockpitError, UnreachableError
from cockpit.fault import fault_name
from cockpit.kube.errors import BusyError, DryRunRefusedError, ExistsError, LostPreconditionError, MissingError, quoted
from cockpit.resources.json_values import ABSENT, Json
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef
from cockpit.runner.cluster import Cluster, template_of
from cockpit.runner.findings import Findings
from cockpit.runner.template_diff import template_diff

Templates = MutableMapping[ObjectRef, Json]
"""Pod templates by the revision that keeps them: held from the examination to the run, for they are sent then."""

TIMEOUT_SECONDS = 15.0
_AT_ONCE = 8
_WHO_SECONDS = 5.0
_LATE = "No answer came within 15 seconds."


class Examiner:
    """Examines one plan."""

    def __init__(
        self, cluster: Cluster, plan: Plan, templates: Templates, listener: Callable[[Examination], None]
    ) -> None:
        """`templates` gains the templates that the plan sends."""
        self._cluster = cluster
        self._plan = plan
        self._templates = templates
        self._findings = Findings(plan, listener)
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def examine(self) -> Examination:
        """Ask everything, and return what came of it; what did not come in time is unknown."""
        changes = list(enumerate(self._plan.changes))
        work = [
            *(self._bounded(self._ask_right(index)) for index, _ in changes),
            *(self._bounded(self._try(index, change)) for index, change in changes),
            *(self._bounded(self._check(index, check)) for index, check in enumerate(self._plan.pod_checks)),
        ]
        tasks = [asyncio.create_task(entry) for entry in work]
        try:
            if tasks:
                await asyncio.wait(tasks, timeout=TIMEOUT_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._close_open_questions()
        return self._findings.finish()

    async def _bounded(self, question: Coroutine[object, object, None]) -> None:
        async with self._at_once:
            await question

    async def _ask_right(self, index: int) -> None:
        right = self._findings.change(index).right
        try:
            review = await self._cluster.may(right)
        except Exception as error:  # noqa: BLE001  # a fault is a finding too
            self._findings.allowed(index, Answer.UNKNOWN, _guard(GuardId.RIGHTS, Outcome.WARN, _said(error)))
            return
        if review.allowed:
            self._findings.allowed(index, Answer.YES)
            return
        reason = f" ({review.reason})" if review.reason else ""
        sentence = f"You may not {right.words} in namespace {right.namespace}{reason}."
        remedy = f"Ask for a role that allows to {right.words}."
        self._findings.allowed(index, Answer.NO, _guard(GuardId.RIGHTS, Outcome.BLOCK, sentence, remedy))

    async def _try(self, index: int, change: Change) -> None:
        try:
            fresh = await self._look(index, change)
            if change.template_from is not None:
                await self._compare_templates(index, change.template_from, fresh)
            if change.depends:
                self._findings.dry_run(index, Answer.LATER, "Checked when reached.")
                return
            template = self._templates.get(change.template_from, ABSENT) if change.template_from else ABSENT
            await self._cluster.send(change, template, dry_run=True)
        except Exception as error:  # noqa: BLE001  # a fault is a finding too: the plan cannot be run with it
            await self._not_tried(index, change, error)
        else:
            self._findings.dry_run(index, Answer.YES)

    async def _look(self, index: int, change: Change) -> RawObject | None:
        """Read the object, and judge who else writes it; None where it is not there yet, or cannot be read."""
        if change.kind is ChangeKind.CREATE:
            return None
        try:
            fresh = await self._cluster.read(change.object)
        except MissingError:
            if change.depends:
                return None
            raise
        self._findings.add(index, owner_guards(change, fresh))
        if not change.depends:
            self._findings.add(index, changed_guards(change, fresh))
        return fresh

    async def _compare_templates(self, index: int, revision: ObjectRef, fresh: RawObject | None) -> None:
        template = self._templates[revision] = await template_of(self._cluster, revision)
        if fresh is not None:
            differences = template_diff(fresh.at("spec", "template"), template)
            found = self._findings.change(index)
            self._findings.put(index, msgspec.structs.replace(found, template_diff=differences))

    async def _not_tried(self, index: int, change: Change, error: Exception) -> None:
        if isinstance(error, LostPreconditionError | MissingError | ExistsError):
            await self._changed(index, change, error)
        elif isinstance(error, DryRunRefusedError | BusyError | UnreachableError):
            warning = _guard(GuardId.DRY_RUN, Outcome.WARN, str(error), "It will be tried when the plan runs.")
            self._findings.dry_run(index, Answer.UNKNOWN, str(error), warning)
        else:
            said = _said(error)
            self._findings.dry_run(index, Answer.NO, said, _guard(GuardId.DRY_RUN, Outcome.BLOCK, said))

    async def _changed(self, index: int, change: Change, error: CockpitError) -> None:
        if any(guard.id is GuardId.CHANGED for guard in self._findings.guards(index)):
            self._findings.dry_run(index, Answer.NO, str(error))
            return
        said = await told_who_changed(self._cluster, change, error)
        guard = _guard(GuardId.CHANGED, Outcome.BLOCK, said, "Make the plan again.")
        self._findings.dry_run(index, Answer.NO, str(error), guard)

    async def _check(self, index: int, check: PodCheck) -> None:
        found = self._findings.examination.checks[index]
        answer = await self._cluster.ask_pod(self._plan.namespace, check)
        if answer.well:
            self._findings.check(index, msgspec.structs.replace(found, answer=Answer.YES, message=answer.message))
            return
        verdict = Answer.NO if answer.reached else Answer.UNKNOWN
        found = msgspec.structs.replace(found, answer=verdict, message=answer.message)
        remedy = (
            "Look at the application before it gets traffic." if answer.reached else "Whether it is healthy is unknown."
        )
        guard = Guard(GuardId.HEALTH_CHECK, Outcome.BLOCK, answer.message, remedy, can_override=True)
        self._findings.check(index, found, guard)

    def _close_open_questions(self) -> None:
        for index, change in enumerate(self._findings.examination.changes):
            if change.allowed is Answer.ASKED:
                self._findings.allowed(index, Answer.UNKNOWN, _guard(GuardId.RIGHTS, Outcome.WARN, _LATE))
            if change.dry_run is Answer.ASKED:
                self._findings.dry_run(index, Answer.UNKNOWN, _LATE, _guard(GuardId.DRY_RUN, Outcome.WARN, _LATE))
        for index, check in enumerate(self._findings.examination.checks):
            if check.answer is Answer.ASKED:
                found = msgspec.structs.replace(check, answer=Answer.UNKNOWN, message=_LATE)
                sentence = f"Pod {quoted(check.pod)} was not asked in time. {_LATE}"
                guard = Guard(GuardId.HEALTH_CHECK, Outcome.BLOCK, sentence, can_override=True)
                self._findings.check(index, found, guard)


async def told_who_changed(cluster: Cluster, change: Change, error: CockpitError) -> str:
    """Return who changed what of an object that is not as a plan found it; the error's own words where nobody can."""
    if isinstance(error, ExistsError):
        return str(error)
    try:
        async with asyncio.timeout(_WHO_SECONDS):
            fresh = await cluster.read(change.object)
    except MissingError:
        return f"{change.object.short} is gone: somebody deleted it."
    except (CockpitError, TimeoutError):
        return str(error)
    if change.object.uid and fresh.text("metadata", "uid") != change.object.uid:
        return f"{change.object.short} was deleted, and there is another object of that name."
    return who_changed(change, fresh) or str(error)


def _guard(guard: GuardId, outcome: Outcome, sentence: str, remedy: str = "") -> Guard:
    return Guard(guard, outcome, sentence, remedy)


def _said(error: Exception) -> str:
    if isinstance(error, CockpitError):
        return str(error)
    return f"The cockpit has a fault ({fault_name(error)}), so this cannot be tried. Please report it."
