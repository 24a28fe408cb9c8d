"""A plan as data for JSON and YAML: `kind: Plan`, keys never left out, null for what is not there.

    apiVersion, kind, act, namespace, release, title, why, reason, drawnAt
    changes[]    kind, object, summary, diff[], dependsOnEarlier, right, dryRun, waitsFor, undoneBy, final
    guards[]     id, outcome (pass, warn, block), sentence, remedy, canOverride
    checks[]     pod, path, answer, message
    expects[], effects[], kubectl[]      what will be seen, what will be so, the same as shell lines
    confirmation                         "enter", or "name": the release's name has to be typed
    objections[]                         why it may not run as it is; empty where it may

An answer is asked, yes, no, later (can only be told when it is reached) or unknown. `diff[]` has a path and the texts
before and after, null where the field is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from cockpit.act.sheet import Sheet, way_back
from cockpit.actions.change import Change, FieldChange
from cockpit.actions.conditions import Condition
from cockpit.actions.diff import diff_lines
from cockpit.actions.examination import ChangeFindings
from cockpit.resources.json_values import Json
from cockpit.resources.references import ObjectRef

Data = dict[str, Json]


def plan_document(sheet: Sheet) -> Data:
    """Return the plan as data."""
    plan = sheet.plan
    return {
        "apiVersion": "cockpit/v1",
        "kind": "Plan",
        "act": plan.act.value,
        "namespace": plan.namespace,
        "release": plan.release,
        "title": plan.title,
        "why": plan.why,
        "reason": plan.reason,
        "drawnAt": timestamp(plan.drawn_at),
        "changes": [_change(change, findings) for change, findings in sheet.entries()],
        "guards": [
            {
                "id": guard.id.value,
                "outcome": guard.outcome.value,
                "sentence": guard.sentence,
                "remedy": guard.remedy,
                "canOverride": guard.can_override,
            }
            for guard in sheet.guards
        ],
        "checks": [
            {"pod": found.pod, "path": path, "answer": found.answer.value, "message": found.message}
            for path, found in sheet.checks()
        ],
        "expects": [_condition(condition) for condition in plan.expects],
        "effects": list(plan.effects),
        "kubectl": list(sheet.kubectl),
        "confirmation": plan.confirmation.value,
        "objections": list(sheet.objections),
    }


def timestamp(moment: datetime | None) -> str | None:
    """Return a moment as the API writes it, in UTC and whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def object_data(ref: ObjectRef) -> Data:
    """Return which object is meant; the uid is null where it is not known yet."""
    return {"kind": ref.kind, "namespace": ref.namespace, "name": ref.name, "uid": ref.uid or None}


def diff_data(change: Change, template_diff: Sequence[FieldChange] = ()) -> list[Data]:
    """Return the fields that a change writes as texts, values of environments masked; null is "not there"."""
    return [
        {"path": line.path, "before": line.before, "after": line.after} for line in diff_lines(change, template_diff)
    ]


def _change(change: Change, findings: ChangeFindings) -> Data:
    right = findings.right
    return {
        "kind": change.kind.value,
        "object": object_data(change.object),
        "summary": change.summary,
        "diff": diff_data(change, findings.template_diff),
        "dependsOnEarlier": change.depends,
        "right": {
            "verb": right.verb,
            "group": right.group,
            "resource": right.resource,
            "subresource": right.subresource,
            "namespace": right.namespace,
            "name": right.name,
            "allowed": findings.allowed.value,
        },
        "dryRun": {"answer": findings.dry_run.value, "message": findings.message},
        "waitsFor": _condition(change.hold) if change.hold else None,
        "undoneBy": way_back(change) or None,
        "final": change.final,
    }


def _condition(condition: Condition) -> Json:
    return msgspec.to_builtins(condition)
