"""The keys of a plan: Enter runs one that is armed, the others change, explain and leave it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from cockpit.actions.acts import Act
from cockpit.actions.examination import Consent
from cockpit.actions.request import Request
from cockpit.actions.table import Scope
from cockpit.errors import CockpitError
from cockpit.ui.bindings import bindings_of
from cockpit.ui.checks import Check, name_check, no_problem, node_port_problem, reason_problem, service_name_problem
from cockpit.ui.plan_stage import (
    Phase,
    armed,
    asked,
    consented,
    failed,
    pressed_in_vain,
    started,
    to_override,
    turned,
)
from cockpit.ui.screens.ask import AskScreen
from cockpit.ui.screens.plan_page import PlanPage

replace = msgspec.structs.replace


class PlanScreen(PlanPage):
    """A plan with its keys; nothing is written but by Enter on one that is armed."""

    BINDINGS = bindings_of(Scope.PLAN)

    def action_run(self) -> None:
        """Run the plan if it is armed; else say what is missing, and drop the key."""
        moment = self.host.acting.moment()
        plan = self._stage.plan
        if self._stage.phase is not Phase.SHOWN:
            return
        if plan is None or not armed(self._stage, moment, self._busy()):
            self._enter(pressed_in_vain(self._stage, moment))
            self._draw_when_settled()
            return
        try:
            self._run = self.host.acting.start(plan, self._stage.examination, self._stage.consent)
            # What happens now must not be covered by what was said before.
            self.app.clear_notifications()
            self._enter(started(self._stage))
        except CockpitError as error:
            self._enter(failed(self._stage, str(error)))

    def action_back(self) -> None:
        """Leave the kubectl lines, else the plan; one that runs goes on."""
        if self._stage.kubectl:
            self.action_kubectl()
        else:
            self.app.pop_screen()

    def action_stop(self) -> None:
        """Ask that nothing more is sent."""
        if self._run is not None and self._run.going:
            self._run.stop()
            self.host.say("Asked to stop: nothing more is sent after the change that is under way.")

    def action_undo(self) -> None:
        """Plan how to take back what was done."""
        self._plan_way(Act.UNDO)

    def action_finish(self) -> None:
        """Plan what was left undone."""
        self._plan_way(Act.FINISH)

    def _plan_way(self, act: Act) -> None:
        progress = self._stage.progress
        if progress is not None:
            self._run = None
            self._ask(Request(act, act_id=progress.act_id))

    def _ask(self, request: Request) -> None:
        self._enter(asked(self._stage, request))
        self._plan()

    def action_again(self) -> None:
        """Draw the plan again, on the picture of now."""
        self._ask(self._stage.request)

    def action_check(self) -> None:
        """Draw the plan again, with the health check that is offered."""
        if self._stage.plan is not None:
            self._ask(replace(self._stage.request, check=self._stage.plan.offered_check))

    def action_service(self) -> None:
        """Ask for the name of the canary's Service, and draw the plan again."""
        self._type(
            "Name of the canary's Service",
            self._stage.request.name,
            service_name_problem,
            ("Nothing is the usual name: that of the stable Service with -canary.",),
            lambda text: self._ask(replace(self._stage.request, name=text)),
        )

    def action_port(self) -> None:
        """Ask for the node port of the canary's Service, and draw the plan again."""
        port = self._stage.request.node_port
        self._type(
            "Node port of the canary's Service",
            "" if port is None else str(port),
            node_port_problem,
            ("Nothing lets the server choose a free one.",),
            lambda text: self._ask(replace(self._stage.request, node_port=int(text) if text else None)),
        )

    def action_reason(self) -> None:
        """Ask why, for the journal."""
        consent = self._stage.consent
        check = reason_problem if consent.overridden else no_problem
        self._type("Reason, for the journal", consent.reason, check, (), self._give_reason)

    def _give_reason(self, reason: str) -> None:
        self._consent(replace(self._stage.consent, reason=reason))

    def action_override(self) -> None:
        """Ask for the reason to run against what blocks."""
        blocking = to_override(self._stage)
        notes = tuple(f"{guard.id.value}: {guard.sentence}" for guard in blocking)
        ids = frozenset(guard.id.value for guard in blocking)
        self._type(
            "Override, with a reason for the journal",
            self._stage.consent.reason,
            reason_problem,
            notes,
            lambda reason: self._consent(replace(self._stage.consent, reason=reason, overridden=ids)),
        )

    def action_name(self) -> None:
        """Ask for the release's name."""
        plan = self._stage.plan
        if plan is not None:
            self._type(
                "Type the release's name",
                "",
                name_check(plan.release),
                (f"The context is marked as production: type {plan.release} to let Enter run this plan.",),
                lambda name: self._consent(replace(self._stage.consent, typed_name=name)),
            )

    def _consent(self, consent: Consent) -> None:
        self._enter(consented(self._stage, consent))

    def _type(
        self, title: str, value: str, check: Check, notes: tuple[str, ...], take: Callable[[str], object]
    ) -> None:
        def taken(text: str | None) -> None:
            if text is not None:
                take(text)
                # An Enter that ended the typing, or its repeats, must not run the plan.
                self._settle()

        self.app.push_screen(AskScreen(title, value, check, notes), taken)

    def action_kubectl(self) -> None:
        """Show the kubectl lines in place of the plan, or the plan in theirs."""
        self._enter(turned(self._stage))

    def action_copy(self) -> None:
        """Copy the kubectl lines."""
        if self._stage.plan is not None:
            self.host.copy("\n".join(self.host.acting.by_hand(self._stage.plan)), whole=True)
