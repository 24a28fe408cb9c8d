"""What the operator agrees to, by flags or on the terminal."""

from __future__ import annotations

from cockpit.act.order import Order
from cockpit.act.sheet import Sheet
from cockpit.act.terminal import Terminal
from cockpit.actions.examination import Consent
from cockpit.actions.plan import Confirmation, Plan
from cockpit.errors import CockpitError
from cockpit.resources.inert import inert


async def agreed(sheet: Sheet, order: Order, terminal: Terminal) -> Consent:
    """Return what the operator agrees to; asks where the order does not say it.

    Raises:
        CockpitError: the operator does not agree, or cannot be asked.
    """
    plan = sheet.plan
    if plan.confirmation is Confirmation.NAME and not order.typed_name:
        return order.consent(plan.reason, await _typed_name(plan, terminal))
    if not order.yes:
        answer = await terminal.ask("Run this plan? [y/N] ")
        if answer.lower() not in {"y", "yes"}:
            raise CockpitError("Nothing was changed, as you did not say yes.")
    return order.consent(plan.reason)


async def _typed_name(plan: Plan, terminal: Terminal) -> str:
    if not terminal.interactive:
        name = inert(plan.release)
        raise CockpitError(
            f"Nothing was changed: this context is marked as production. Say the release's name: --confirm {name}."
        )
    typed = await terminal.ask("This context is marked as production. Type the release's name to run the plan: ")
    if typed != plan.release:
        raise CockpitError("Nothing was changed, as the name was not that of the release.")
    return typed
