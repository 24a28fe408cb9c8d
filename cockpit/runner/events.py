"""Leaves an Event on each object that an act changed, as well as it can: an act never fails for want of one."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from datetime import datetime

from cockpit.actions.change import ChangeKind
from cockpit.actions.record import ActRecord, Done
from cockpit.errors import CockpitError
from cockpit.fault import fault_name
from cockpit.resources.references import ObjectRef
from cockpit.runner.cluster import Cluster
from cockpit.runner.event_note import event_manifest

_SECONDS = 3.0


async def leave_events(cluster: Cluster, record: ActRecord, now: datetime) -> tuple[str, ...]:
    """Leave the Events of an act within three seconds; return what did not succeed, a sentence each."""
    objects = tuple(dict.fromkeys(_changed(record)))
    failures = await asyncio.gather(*(_leave(cluster, record, regarding, now) for regarding in objects))
    return tuple(dict.fromkeys(failure for failure in failures if failure))


def _changed(record: ActRecord) -> Iterator[ObjectRef]:
    for entry in record.changes:
        if entry.done is not Done.DONE:
            continue
        created = entry.change.kind is ChangeKind.CREATE and entry.inverse is not None
        # The uid of a created object is known from the server's answer only, and the inverse keeps it.
        ref = entry.inverse.object if created and entry.inverse is not None else entry.change.object
        if ref.uid:
            yield ref


async def _leave(cluster: Cluster, record: ActRecord, regarding: ObjectRef, now: datetime) -> str:
    suffix = secrets.token_hex(8)
    try:
        async with asyncio.timeout(_SECONDS):
            manifest = event_manifest(record.plan, regarding, record.who, now, suffix)
            await cluster.leave_event(regarding.namespace, manifest)
    except TimeoutError:
        return f"No Event was left on {regarding.short}: no answer within {_SECONDS:g} s."
    except CockpitError as error:
        return f"No Event was left on {regarding.short}: {error}"
    except Exception as error:  # noqa: BLE001  # an Event is never worth the act
        return f"No Event was left on {regarding.short}: a fault of the cockpit ({fault_name(error)})."
    return ""
