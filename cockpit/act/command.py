"""Runs one act from the command line: finds the release, shows the plan, asks, runs it, and says how it ended."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from cockpit.act.agree import agreed
from cockpit.act.find import Target, last_act, release_named, release_of, with_workload
from cockpit.act.order import Order
from cockpit.act.plan_document import plan_document
from cockpit.act.plan_text import plan_text
from cockpit.act.running import run_plan
from cockpit.act.sheet import Sheet, sheet_of
from cockpit.act.terminal import Terminal
from cockpit.act.written import written
from cockpit.actions.plan import Plan
from cockpit.actions.record import ActRecord
from cockpit.actions.request import Request
from cockpit.errors import ChangedError, CockpitError
from cockpit.live.once import first_complete, require_answer
from cockpit.live.picture import Picture
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView
from cockpit.resources.inert import inert
from cockpit.runner.runner import Connection, Connections, Runner

Remember = Callable[[], tuple[ActRecord, ...]]
"""Reads what the journal remembers of the cluster, the latest first; raises CockpitError where it cannot be read."""


async def run_act(
    connections: Connections, target: Target, request: Request, order: Order, terminal: Terminal, remember: Remember
) -> None:
    """Carry out one act.

    Raises:
        UsageError: the request cannot mean anything, or several things.
        UnreachableError: the server does not answer.
        ChangedError: the cluster changed under the plan.
        StoppedError: the operator stopped it.
        CockpitError: it may not run, failed, or its result was not seen in time.
    """
    connection = connections.open(target.context, target.namespaces)
    if not order.dry_run:
        _require_leave(connection.runner, order, terminal)
    last = last_act(remember(), target.namespaces) if target.release is None else None
    if last is not None:
        request = msgspec.structs.replace(request, act_id=last.id)
        if target.namespaces is None:
            connection = connections.open(target.context, (last.plan.namespace,))
    try:
        picture = await _picture(connection, terminal)
        if last is not None:
            release = release_of(picture, last)
        else:
            release = release_named(picture, target.release or "", request.act, remember)
        subject = _subject(connection, release)
        await _carry_out(connection, subject, with_workload(request, subject, target.release), order, terminal)
    finally:
        await connection.feed.stop()


async def _carry_out(
    connection: Connection, subject: Subject, request: Request, order: Order, terminal: Terminal
) -> None:
    sheet = await _drawn(connection, subject, request, order)
    _show(sheet, order, terminal)
    if not order.dry_run:
        await run_plan(connection.runner, sheet, await agreed(sheet, order, terminal), order, terminal)


def _require_leave(runner: Runner, order: Order, terminal: Terminal) -> None:
    if runner.read_only:
        raise CockpitError(runner.read_only)
    if not order.yes and not terminal.interactive:
        raise CockpitError("Nothing was changed: without a terminal to ask on, say --yes to run a plan, or --dry-run.")


async def _picture(connection: Connection, terminal: Terminal) -> Picture:
    picture = await first_complete(connection.feed)
    require_answer(picture)
    for sentence in picture.warnings:
        terminal.tell(sentence)
    return picture


async def _drawn(connection: Connection, subject: Subject, request: Request, order: Order) -> Sheet:
    """Return the plan with all that could be found out about it."""
    plan = _patient(await connection.runner.plan(subject, request), order)
    examination = await connection.runner.examine(plan, lambda _: None)
    # Whether the name is typed is asked later; what is shown are the other objections.
    consent = order.consent(request.reason, plan.release)
    context = connection.feed.picture.context
    return sheet_of(plan, examination, consent, subject.view, context=context, kubeconfig=order.kubeconfig)


def _subject(connection: Connection, release: ReleaseView) -> Subject:
    subject = connection.feed.subject(release.namespace, release.name)
    if subject is None:
        raise ChangedError(inert(f"{release.name} in namespace {release.namespace} is not there any more."))
    return subject


def _patient(plan: Plan, order: Order) -> Plan:
    """Return the plan, waiting as long as the order says."""
    if order.timeout is None:
        return plan
    changes = tuple(msgspec.structs.replace(change, hold_seconds=order.timeout) for change in plan.changes)
    return msgspec.structs.replace(plan, changes=changes, expects_seconds=order.timeout)


def _show(sheet: Sheet, order: Order, terminal: Terminal) -> None:
    """Write the plan.

    Raises:
        ChangedError: the cluster is not any more as the plan found it.
        CockpitError: something speaks against running the plan.
    """
    if order.form == "table":
        terminal.write(plan_text(sheet))
    elif order.dry_run:
        terminal.write(written(plan_document(sheet), order.form))
    if sheet.changed is not None:
        raise ChangedError(inert(f"{sheet.changed.sentence} {sheet.changed.remedy}".strip()))
    if sheet.objections:
        raise CockpitError(inert(" ".join(("Nothing was changed.", *sheet.objections))))
