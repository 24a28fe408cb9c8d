"""Clean up: the version that no longer serves is scaled to 0, never deleted; doors without a canary go."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cockpit.actions.change import Change
from cockpit.actions.conditions import Replicas, ServiceExists
from cockpit.actions.doors import door
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.matched_entries import entry_effects, without_entries
from cockpit.actions.pins import canary_services, delete_canary
from cockpit.actions.route_shape import restored
from cockpit.actions.scaling import SCALABLE, scale_change
from cockpit.actions.targets import Version, own_services, version_named, versions_of
from cockpit.actions.weighing import weighings
from cockpit.actions.wording import counted, listed
from cockpit.errors import CockpitError
from cockpit.release.splits import traffic_of
from cockpit.release.subject import Subject
from cockpit.release.view import Role
from cockpit.resources.services import Service


def cleanup(task: Task) -> Draft:
    """Return what ends the pods of versions that get no traffic, in workloads that serve nothing else.

    An Ingress whose canary has everything is made what it was before its split first; one whose canary has nothing is
    when no pods are left over.

    Raises:
        CockpitError: nothing is left over.
        UsageError: there is no version of that name.
    """
    won = any(entry.object.kind == "Ingress" and entry.share == 1.0 for entry in weighings(task.subject))
    shaped = restored(task) if won and not task.request.version else None
    if shaped is not None:
        return shaped
    idle = _idle(task)
    doors = _leftover(task.subject)
    entries = without_entries(task)
    shaped = restored(task) if not idle and not doors and not entries else None
    if shaped is not None:
        return shaped
    if not idle and not doors and not entries:
        raise CockpitError(
            f"{task.subject.view.name} has nothing left over: no old version keeps pods that get no traffic."
        )
    return _draft(task, idle, doors, entries)


def _draft(task: Task, idle: Sequence[Version], doors: Sequence[Service], entries: Sequence[Change]) -> Draft:
    names = [entry.workload.ref for entry in idle] + [f"Service/{entry.metadata.name}" for entry in doors]
    return Draft(
        title=f"Clean up {listed((*(entry.object.short for entry in entries), *names))}",
        why="What no longer serves costs pods; scaled to 0 it stays there to come back to.",
        changes=(
            *entries,
            *(scale_change(entry.workload, 0) for entry in idle),
            *(delete_canary(task, entry) for entry in doors),
        ),
        expects=(
            *(Replicas(entry.workload.ref, 0) for entry in idle),
            *(ServiceExists(entry.metadata.name, exists=False) for entry in doors),
        ),
        effects=(
            *entry_effects(task),
            *(f"{entry.name}: {entry.workload.desired} → {counted(0, 'pod')}" for entry in idle),
            *(f"{door(entry)} is gone" for entry in doors),
        ),
    )


def _idle(task: Task) -> list[Version]:
    """Return versions without traffic, one for each workload that has no version with traffic."""
    subject = task.subject
    shares = traffic_of(subject.view.splits, subject.view.routes or ())
    versions = versions_of(subject)
    serving = {entry.workload.ref for entry in versions if shares.get(entry.name, 0.0) > 0}
    asked = task.request.version
    if asked and version_named(subject, asked).workload.ref in serving:
        raise CockpitError(f"{asked} gets traffic, or comes from a workload that does: it is not left over.")
    wanted = {entry.workload.ref for entry in versions if entry.name == asked or _old(entry, asked)}
    if not shares:
        return []
    _check_routes(subject, wanted - serving)
    found = {
        entry.workload.ref: entry
        for entry in versions
        if entry.workload.ref in wanted - serving and entry.revision.current and _scalable(entry)
    }
    return list(found.values())


def _check_routes(subject: Subject, workloads: Collection[str]) -> None:
    """Refuse to empty the Service that a weighted rule stands on, whatever share it has.

    ingress-nginx asks for the canary only after it found the main Service's endpoints: without them all is 503
    (rootfs/etc/nginx/lua/balancer.lua, sync_backend and get_balancer).
    """
    for entry in weighings(subject):
        if (
            entry.object.kind == "Ingress"
            and entry.old is not None
            and entry.old.workload.ref in workloads
            and entry.old.workload.desired
        ):
            raise CockpitError(
                f"{entry.object.short} still stands on the Service of {entry.old.name}: without its "
                "pods every request would fail. Make the other Service its main one first."
            )


def _old(version: Version, asked: str) -> bool:
    return not asked and version.view.role is Role.OLD


def _scalable(version: Version) -> bool:
    return version.workload.kind in SCALABLE and version.workload.desired > 0


def _leftover(subject: Subject) -> tuple[Service, ...]:
    """Return our Services for canaries, where no workload has a second version in service."""
    served = [entry.workload.ref for entry in versions_of(subject) if entry.revision.in_service]
    if len(served) != len(set(served)) or not own_services(subject):
        return ()
    return canary_services(subject)
