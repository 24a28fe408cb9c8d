"""The Event that an act leaves on each object that it changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from cockpit.actions.plan import Plan
from cockpit.resources.json_values import Json
from cockpit.resources.kinds import kind_named
from cockpit.resources.references import ObjectRef

_CONTROLLER = "release-cockpit.dev/cockpit"
_NOTE_BYTES = 1024
_NAME_LENGTH = 200


def event_manifest(plan: Plan, regarding: ObjectRef, who: str, now: datetime, suffix: str) -> Mapping[str, Json]:
    """Return an Event of events.k8s.io/v1; `suffix` makes its name unique.

    The API server takes `eventTime` with exactly six digits, and a note of at most 1024 bytes
    (apimachinery/pkg/apis/meta/v1/micro_time.go; pkg/apis/core/validation/events.go).
    """
    act = "".join(part.capitalize() for part in plan.act.value.split("-"))
    reason = f" Reason: {plan.reason}" if plan.reason else ""
    return {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": f"{regarding.name[:_NAME_LENGTH]}.{suffix}", "namespace": regarding.namespace},
        "eventTime": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "type": "Normal",
        "reason": act,
        "action": act,
        "note": _cut(f"{plan.title}. By {who}, with release cockpit.{reason}"),
        "regarding": {
            "apiVersion": kind_named(regarding.kind).api_version,
            "kind": regarding.kind,
            "namespace": regarding.namespace,
            "name": regarding.name,
            "uid": regarding.uid,
        },
        "reportingController": _CONTROLLER,
        "reportingInstance": _cut(who, 128) or "somebody",
    }


def _cut(text: str, longest: int = _NOTE_BYTES) -> str:
    """Return the text cut to a number of bytes, never within a character."""
    return text.encode()[:longest].decode("utf-8", "ignore")
