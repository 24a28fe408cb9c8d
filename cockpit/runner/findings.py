"""An examination while it is made: each finding is noted here, and told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

import msgspec

from cockpit.actions.examination import Answer, ChangeFindings, CheckFindings, Examination
from cockpit.actions.guards import Guard
from cockpit.actions.patch import right_of
from cockpit.actions.plan import Plan

_logger = logging.getLogger(__name__)


class Findings:
    """Holds what is known so far of one plan, and tells a listener of each change of it."""

    def __init__(self, plan: Plan, listener: Callable[[Examination], None]) -> None:
        self._changes = [ChangeFindings(right_of(change)) for change in plan.changes]
        self._checks = [CheckFindings(check.pod) for check in plan.pod_checks]
        self._guards: list[list[Guard]] = [[] for _ in (*self._changes, *self._checks)]
        self._complete = False
        self._listener = listener

    @property
    def examination(self) -> Examination:
        """What is known so far, the guards in the order of the changes."""
        guards = dict.fromkeys(guard for found in self._guards for guard in found)
        return Examination(tuple(self._changes), tuple(self._checks), tuple(guards), self._complete)

    def allowed(self, index: int, answer: Answer, *guards: Guard) -> None:
        """Note whether the user has the right that a change needs."""
        self._changes[index] = msgspec.structs.replace(self._changes[index], allowed=answer)
        self.add(index, guards)

    def dry_run(self, index: int, answer: Answer, message: str = "", *guards: Guard) -> None:
        """Note what trying a change without effect came to."""
        self._changes[index] = msgspec.structs.replace(self._changes[index], dry_run=answer, message=message)
        self.add(index, guards)

    def put(self, index: int, found: ChangeFindings) -> None:
        """Note what else was found about a change."""
        self._changes[index] = found
        self._tell()

    def change(self, index: int) -> ChangeFindings:
        """Return what is known of a change."""
        return self._changes[index]

    def check(self, index: int, found: CheckFindings, *guards: Guard) -> None:
        """Note what a health check came to."""
        self._checks[index] = found
        self.add(len(self._changes) + index, guards)

    def add(self, index: int, guards: Iterable[Guard]) -> None:
        """Note guards of a change (or, past the changes, of a check)."""
        self._guards[index].extend(guards)
        self._tell()

    def guards(self, index: int) -> tuple[Guard, ...]:
        """Return the guards of a change so far."""
        return tuple(self._guards[index])

    def finish(self) -> Examination:
        """Note that nothing more will be found."""
        self._complete = True
        self._tell()
        return self.examination

    def _tell(self) -> None:
        try:
            self._listener(self.examination)
        except Exception as error:  # a screen's fault must not end the examination
            _logger.debug("a finding could not be shown", exc_info=error)
