"""Finds out what became of a change whose answer was lost: by reading, and never by sending again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.patch import HASH_LABEL, TEMPLATE
from cockpit.errors import CockpitError
from cockpit.kube.errors import MissingError
from cockpit.resources.json_values import ABSENT, Json, at, with_value
from cockpit.resources.raw import RawObject
from cockpit.runner.cluster import Cluster

_PAUSES_SECONDS = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0)
_LOOK_SECONDS = 5.0
_LOOKS_WITHOUT_CHANGE = 3
"""A request may still be on its way when the object is looked at first."""


class Outcome(StrEnum):
    """What became of a change."""

    DONE = "done"
    NOT_DONE = "not-done"
    OTHER = "other"
    """The object is neither as it was before nor as it would be after: somebody else changed it."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """What reading back told; `object` is what was read last, None where it is not there."""

    outcome: Outcome
    object: RawObject | None = None
    message: str = ""


async def read_back(
    cluster: Cluster, change: Change, template: Json, sleep: Callable[[float], Coroutine[object, object, None]]
) -> Found:
    """Look at the object for about ten seconds, and tell what became of the change."""
    untouched, found = 0, Found(Outcome.UNKNOWN)
    for pause in _PAUSES_SECONDS:
        await sleep(pause)
        found = await _look(cluster, change, template)
        if found.outcome is Outcome.NOT_DONE:
            untouched += 1
        if found.outcome in {Outcome.DONE, Outcome.OTHER} or untouched >= _LOOKS_WITHOUT_CHANGE:
            return found
    return Found(Outcome.UNKNOWN, None, found.message) if found.outcome is Outcome.UNKNOWN else found


async def _look(cluster: Cluster, change: Change, template: Json) -> Found:
    try:
        async with asyncio.timeout(_LOOK_SECONDS):
            fresh: RawObject | None = await cluster.read(change.object)
    except MissingError:
        fresh = None
    except TimeoutError:
        said = f"{change.object.short} could not be read within {_LOOK_SECONDS:g} s to see what came of it."
        return Found(Outcome.UNKNOWN, None, said)
    except CockpitError as error:
        return Found(Outcome.UNKNOWN, None, str(error))
    return Found(outcome_of(change, fresh, template), fresh)


def outcome_of(change: Change, fresh: RawObject | None, template: Json = ABSENT) -> Outcome:
    """Return what an object, None where it is not there, tells of a change that may have been done."""
    if change.kind is ChangeKind.DELETE:
        return Outcome.DONE if _is_gone(change, fresh) else Outcome.NOT_DONE
    if change.kind is ChangeKind.CREATE:
        if fresh is None:
            return Outcome.NOT_DONE
        return Outcome.DONE if is_ours(change.manifest, fresh) else Outcome.OTHER
    if fresh is None or (change.object.uid and fresh.text("metadata", "uid") != change.object.uid):
        return Outcome.OTHER
    if all(_same(fresh.at_path(field.path), field.after) for field in change.fields) and _has(fresh, template):
        return Outcome.DONE
    if all(_same(fresh.at_path(field.path), field.before) for field in change.fields):
        return Outcome.NOT_DONE
    return Outcome.OTHER


def is_ours(manifest: Json, fresh: RawObject) -> bool:
    """Say whether an object that is there is the one that a manifest asked for; the server adds fields to it.

    One that is being deleted is not: it was there before, and goes.
    """
    return not fresh.text("metadata", "deletionTimestamp") and _contains(fresh.value, manifest)


def _is_gone(change: Change, fresh: RawObject | None) -> bool:
    if fresh is None or fresh.text("metadata", "deletionTimestamp"):
        return True
    return bool(change.object.uid) and fresh.text("metadata", "uid") != change.object.uid


def _contains(whole: Json, part: Json) -> bool:
    if isinstance(part, Mapping):
        return (isinstance(whole, Mapping) or not part) and all(
            _contains(at(whole, (key,)), value) for key, value in part.items()
        )
    if isinstance(part, Sequence) and not isinstance(part, str):
        if not isinstance(whole, Sequence) or isinstance(whole, str) or len(whole) != len(part):
            return _same(whole, part)
        return all(_contains(*pair) for pair in zip(whole, part, strict=True))
    return _same(whole, part)


def _has(fresh: RawObject, template: Json) -> bool:
    """Say whether a workload has a template; ABSENT asks for none.

    Both were filled up with defaults by the server when they were stored, so they hold the same fields.
    """
    if template is ABSENT:
        return True
    found, wanted = (_plain(entry) for entry in (fresh.at("spec", "template"), template))
    return _contains(found, wanted) and _contains(wanted, found)


def _plain(template: Json) -> Json:
    """Return a template without what tells where it was kept: its hash, and the directive of a patch."""
    found = {key: value for key, value in template.items() if key != "$patch"} if isinstance(template, Mapping) else {}
    path = HASH_LABEL[len(TEMPLATE) :]
    return found if at(found, path) is ABSENT else with_value(found, path, ABSENT)


def _same(found: Json, wanted: Json) -> bool:
    """Compare as the API server does: it leaves out false, "", null and what is empty."""
    return found == wanted or (_is_nothing(found) and _is_nothing(wanted))


def _is_nothing(value: Json) -> bool:
    return value is ABSENT or value is None or value is False or value in ("", {}, [])
