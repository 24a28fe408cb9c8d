"""A way to the cluster on which things go wrong, one request after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cockpit.actions.change import Change
from cockpit.actions.examination import Right
from cockpit.actions.plan import PodCheck
from cockpit.kube.errors import OutcomeUnknownError
from cockpit.kube.pod_proxy import PodAnswer
from cockpit.kube.reviews import Review
from cockpit.resources.json_values import ABSENT, Json
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef
from cockpit.runner.cluster import Cluster


def lost() -> OutcomeUnknownError:
    """Return the error for a connection that broke after the request was sent."""
    return OutcomeUnknownError("It is not known whether the API server did this.")


@dataclass
class Saboteur:
    """Passes everything on to a real cluster, but for the faults that stand in line for writes."""

    real: Cluster
    before: dict[int, Exception] = field(default_factory=dict)
    """By the number of the write, from 0: raised in place of sending it."""
    after: dict[int, Exception] = field(default_factory=dict)
    """Raised when it was sent, and done."""
    hanging: set[int] = field(default_factory=set)
    """Writes that are done and never answered."""
    reads_fail: Exception | None = None
    on_send: Callable[[Change], None] = lambda _: None
    sent: list[Change] = field(default_factory=list)
    answers: list[PodAnswer] = field(default_factory=list)
    dry_runs: dict[str, Exception] = field(default_factory=dict)
    """By KIND/NAME."""

    async def read(self, ref: ObjectRef) -> RawObject:
        """Read, or fail."""
        if self.reads_fail is not None and self.sent:
            raise self.reads_fail
        return await self.real.read(ref)

    async def send(self, change: Change, template: Json = ABSENT, dry_run: bool = False) -> RawObject | None:
        """Send, with what goes wrong."""
        if dry_run:
            if change.object.short in self.dry_runs:
                raise self.dry_runs[change.object.short]
            return await self.real.send(change, template, dry_run=True)
        number = len(self.sent)
        self.sent.append(change)
        self.on_send(change)
        if number in self.before:
            raise self.before[number]
        answer = await self.real.send(change, template)
        if number in self.hanging:
            await asyncio.Event().wait()
        if number in self.after:
            raise self.after[number]
        return answer

    async def may(self, right: Right) -> Review:
        """Ask for a right."""
        return await self.real.may(right)

    async def ask_pod(self, namespace: str, check: PodCheck) -> PodAnswer:
        """Give the next answer that stands in line."""
        return self.answers.pop(0) if self.answers else await self.real.ask_pod(namespace, check)

    async def leave_event(self, namespace: str, manifest: Mapping[str, Json]) -> None:
        """Leave an Event."""
        await self.real.leave_event(namespace, manifest)
