"""A run as data: `kind: Run`, the plan with what came of it.

plan, result (held, not-seen, changed, failed, stopped), message, actId, agreedMilliseconds, warnings[],
steps[] (summary, state, message, milliseconds), moves[] (service, address, pod, version, joined, milliseconds)
"""

from __future__ import annotations

import msgspec

from cockpit.act.plan_document import Data, plan_document
from cockpit.act.sheet import Sheet
from cockpit.runner.progress import Progress


def run_document(sheet: Sheet, progress: Progress) -> Data:
    """Return a run that ended as data."""
    return {
        "apiVersion": "cockpit/v1",
        "kind": "Run",
        "plan": plan_document(sheet),
        "result": progress.result.value,
        "message": progress.message,
        "actId": progress.act_id,
        "agreedMilliseconds": progress.agreed_milliseconds,
        "warnings": list(progress.warnings),
        "steps": [msgspec.to_builtins(step) for step in progress.steps],
        "moves": [msgspec.to_builtins(move) for move in progress.moves],
    }
