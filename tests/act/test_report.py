"""What is said while a plan runs."""

from __future__ import annotations

import msgspec

from cockpit.act.report import Report
from cockpit.runner.progress import EndpointMove, Progress, Step, StepState
from tests.act.fakes import PLAN


def test_each_step_and_each_move_is_told_once_and_waiting_when_it_changes() -> None:
    lines: list[str] = []
    report = Report(lines.append)
    pin, create = Step("pin shop", StepState.SENDING), Step("create shop-canary")
    report(Progress(PLAN, (pin, create)))
    pin = Step("pin shop", StepState.HOLDING, milliseconds=4)
    report(Progress(PLAN, (pin, create), waiting_for="0 of 3 endpoints"))
    left = EndpointMove("shop", "10.0.0.1:80", "shop-1", "v2", False, 21)
    report(Progress(PLAN, (pin, create), waiting_for="0 of 3 endpoints", moves=(left,)))
    pin = msgspec.structs.replace(pin, state=StepState.DONE)
    create = Step("create shop-canary", StepState.REFUSED, "It is taken.")
    report(Progress(PLAN, (pin, create), moves=(left,), warnings=("No Event was left.",)))
    assert lines == [
        "✔ 1/2 pin shop (4 ms)",
        "  waiting: 0 of 3 endpoints",
        "  +21 ms: 10.0.0.1:80 (v2, shop-1) left shop",
        "✖ 2/2 create shop-canary: It is taken.",
        "▲ No Event was left.",
    ]
