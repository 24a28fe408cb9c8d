"""The journal for reading: a table, or data (`kind: Log`).

acts[]       id, at, who, context, server, namespace, release, act, title, reason, ended, halfDone, message, undoneBy
changes[]    kind, object, summary, diff[], done, message, answeredAt, resourceVersion

`ended` is done, half done, nothing done, running, finished or undone; `undoneBy` is the act that did that, or null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from cockpit.act.order import Order
from cockpit.act.plan_document import Data, diff_data, object_data, timestamp
from cockpit.act.written import written
from cockpit.actions.acts import Act
from cockpit.actions.record import ActRecord, ChangeRecord, Done
from cockpit.columns import lined_up
from cockpit.resources.inert import inert
from cockpit.runner.history import half_done

_HEADINGS = ("TIME", "WHO", "CONTEXT", "RELEASE", "ACT", "ENDED", "WHAT", "REASON")
_NONE = "-"


def log_text(records: Sequence[ActRecord], order: Order) -> str:
    """Return the acts as a table, the latest last; below it what is half done, with both ways on."""
    if not records:
        return "The journal remembers no act."
    rows = [_HEADINGS, *(tuple(map(inert, _row(record, records))) for record in records)]
    ways = [inert(_both_ways(record, order)) for record in records if is_half_done(record)]
    return "\n".join([*lined_up(rows), *(["", *ways] if ways else [])])


def log_document(records: Sequence[ActRecord]) -> Data:
    """Return the acts as data, the latest last."""
    return {"apiVersion": "cockpit/v1", "kind": "Log", "acts": [_act(record, records) for record in records]}


def write_log(records: Sequence[ActRecord], order: Order, write: Callable[[str], None]) -> None:
    """Write the acts in the form that the order says."""
    write(log_text(records, order) if order.form == "table" else written(log_document(records), order.form))


def about(records: Sequence[ActRecord], wanted: str | None, namespaces: Sequence[str] | None) -> Iterator[ActRecord]:
    """Yield the acts on the release `wanted`, by its name at that time or an object's KIND/NAME, the latest last.

    None is any release; no namespaces are all of them.
    """
    for record in reversed(records):
        here = not namespaces or record.plan.namespace in namespaces
        if here and (wanted is None or _is_about(record, wanted)):
            yield record


def is_half_done(record: ActRecord) -> bool:
    """Say whether an act was left between two changes, and nobody has done anything about it since."""
    return half_done((record,)) is not None


def _is_about(record: ActRecord, wanted: str) -> bool:
    return record.plan.release == wanted or any(
        change.object.short.lower() == wanted.lower() for change in record.plan.changes
    )


def _row(record: ActRecord, records: Sequence[ActRecord]) -> tuple[str, ...]:
    plan = record.plan
    where = f"{plan.namespace}/{plan.release}"
    ended = _ended(record, records)
    at = timestamp(record.at) or _NONE
    return (at, record.who, record.context, where, plan.act.value, ended, plan.title, plan.reason or _NONE)


def _ended(record: ActRecord, records: Sequence[ActRecord]) -> str:
    if record.undone_by:
        by = next((entry for entry in records if entry.id == record.undone_by), None)
        return "finished" if by is not None and by.plan.act is Act.FINISH else "undone"
    if record.running:
        return "running"
    if record.half_done:
        return "half done"
    return "done" if all(entry.done is Done.DONE for entry in record.changes) else "nothing done"


def _both_ways(record: ActRecord, order: Order) -> str:
    plan = record.plan
    # Where every cluster is listed, the current context need not be the act's.
    where = () if "--context" in order.said_again else ("--context", record.context)
    undo = order.command("undo", plan.release, *where, namespace=plan.namespace)
    finish = order.command("finish", plan.release, *where, namespace=plan.namespace)
    return f"Half done: {plan.title}. Take back what was done: {undo} or do the rest: {finish}"


def _act(record: ActRecord, records: Sequence[ActRecord]) -> Data:
    plan = record.plan
    return {
        "id": record.id,
        "at": timestamp(record.at),
        "who": record.who,
        "context": record.context,
        "server": record.server,
        "namespace": plan.namespace,
        "release": plan.release,
        "act": plan.act.value,
        "title": plan.title,
        "reason": plan.reason,
        "ended": _ended(record, records),
        "halfDone": is_half_done(record),
        "message": record.message,
        "undoneBy": record.undone_by or None,
        "changes": [_change(entry) for entry in record.changes],
    }


def _change(entry: ChangeRecord) -> Data:
    return {
        "kind": entry.change.kind.value,
        "object": object_data(entry.change.object),
        "summary": entry.change.summary,
        "diff": diff_data(entry.change),
        "done": entry.done.value,
        "message": entry.message,
        "answeredAt": timestamp(entry.answered_at),
        "resourceVersion": entry.resource_version or None,
    }
