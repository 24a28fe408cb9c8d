"""Sends one change, once, and finds out what came of it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from cockpit.actions.change import Change
from cockpit.actions.record import Done
from cockpit.errors import CockpitError
from cockpit.fault import fault_name
from cockpit.kube.errors import ExistsError, LostPreconditionError, MissingError, OutcomeUnknownError
from cockpit.resources.json_values import Json
from cockpit.resources.raw import RawObject
from cockpit.runner.cluster import Cluster
from cockpit.runner.examine import told_who_changed
from cockpit.runner.progress import Result, StepState
from cockpit.runner.read_back import Outcome, is_ours, read_back

Sleep = Callable[[float], Coroutine[object, object, None]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a change. `ends` is how the run ends with it, None where it goes on."""

    done: Done
    state: StepState
    message: str = ""
    answer: RawObject | None = None
    ends: Result | None = None


async def take(cluster: Cluster, change: Change, template: Json, sleep: Sleep) -> Taken:
    """Send a change. Whatever goes wrong is told by what is returned."""
    try:
        answer = await cluster.send(change, template)
    except OutcomeUnknownError as error:
        return await _resolved(cluster, change, template, sleep, str(error))
    except ExistsError as error:
        return await _exists(cluster, change, error)
    except (LostPreconditionError, MissingError) as error:
        said = await told_who_changed(cluster, change, error)
        return Taken(Done.REFUSED, StepState.CHANGED, said, ends=Result.CHANGED)
    except CockpitError as error:
        return Taken(Done.REFUSED, StepState.REFUSED, str(error), ends=Result.FAILED)
    except Exception as error:  # noqa: BLE001  # nobody knows whether it was sent; the object does
        said = f"The cockpit has a fault ({fault_name(error)}); please report it."
        return await _resolved(cluster, change, template, sleep, said)
    return Taken(Done.DONE, StepState.DONE, answer=answer)


async def _exists(cluster: Cluster, change: Change, error: ExistsError) -> Taken:
    """Tell an object that a lost request of ours made from one that somebody else made."""
    try:
        there = await cluster.read(change.object)
    except CockpitError:
        return Taken(Done.REFUSED, StepState.CHANGED, str(error), ends=Result.CHANGED)
    if is_ours(change.manifest, there):
        return Taken(Done.DONE, StepState.DONE, "It was there already, as this plan makes it.", there)
    return Taken(Done.REFUSED, StepState.CHANGED, str(error), ends=Result.CHANGED)


async def _resolved(cluster: Cluster, change: Change, template: Json, sleep: Sleep, lost: str) -> Taken:
    found = await read_back(cluster, change, template, sleep)
    if found.outcome is Outcome.DONE:
        said = "The answer was lost; reading the object back showed that it was done."
        return Taken(Done.DONE, StepState.DONE, said, found.object)
    if found.outcome is Outcome.NOT_DONE:
        said = f"{lost} Reading the object back showed that nothing was done."
        return Taken(Done.REFUSED, StepState.REFUSED, said, ends=Result.FAILED)
    if found.outcome is Outcome.OTHER:
        said = f"{lost} {await told_who_changed(cluster, change, LostPreconditionError('', 409))}".rstrip()
        return Taken(Done.SENT, StepState.UNKNOWN, said, ends=Result.CHANGED)
    said = f"{lost} {found.message}".rstrip()
    return Taken(Done.SENT, StepState.UNKNOWN, said, ends=Result.FAILED)
