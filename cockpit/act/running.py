"""Runs a plan and says how it goes."""

from __future__ import annotations

import asyncio

from cockpit.act.interrupts import stopping
from cockpit.act.order import Order
from cockpit.act.report import Report
from cockpit.act.run_document import run_document
from cockpit.act.sheet import Sheet
from cockpit.act.terminal import Terminal
from cockpit.act.verdict import StoppedError, half_way, verdict
from cockpit.act.written import written
from cockpit.actions.examination import Consent
from cockpit.actions.plan import Plan
from cockpit.resources.inert import inert
from cockpit.runner.runner import Runner


async def run_plan(runner: Runner, sheet: Sheet, consent: Consent, order: Order, terminal: Terminal) -> None:
    """Run a plan to its end, whatever that is. As data it is one document, and words go beside it.

    Raises:
        ChangedError: the cluster changed under the plan.
        StoppedError: the operator stopped it.
        CockpitError: it may not run, failed, or its result was not seen in time.
    """
    say = terminal.write if order.form == "table" else terminal.tell
    report = Report(say)
    with stopping(runner.stop, terminal.tell) as interrupted:
        try:
            progress = await runner.run(sheet.plan, sheet.examination, consent, report)
        except asyncio.CancelledError:
            raise StoppedError(_left(sheet.plan, order)) from None
    report(progress)
    if order.form != "table":
        terminal.write(written(run_document(sheet, progress), order.form))
    for line in half_way(progress):
        say(line)
    say(verdict(progress, order, interrupted=interrupted()))


def _left(plan: Plan, order: Order) -> str:
    log = order.command("log", plan.release, namespace=plan.namespace)
    return inert(f"Left while the plan ran; what was sent may have been done. See: {log}")
