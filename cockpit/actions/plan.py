"""A plan: ordered changes with guards, what will be seen when they are done, and a line of why."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from cockpit.actions.acts import Act
from cockpit.actions.change import HOLD_SECONDS, Change
from cockpit.actions.conditions import AnyCondition
from cockpit.actions.guards import Guard
from cockpit.actions.traffic_state import TrafficState
from cockpit.actions.value import Value


class Confirmation(StrEnum):
    """What it takes to run the plan."""

    ENTER = "enter"
    NAME = "name"
    """The release's name has to be typed."""


class PodCheck(Value, frozen=True):
    """A GET to one pod through the API server's pod proxy that must be answered below 400 first.

    `port` is a number, "" for the pod's first; `scheme` is http or https.
    """

    pod: str
    path: str
    port: str = ""
    scheme: str = "http"


class Plan(Value, frozen=True):
    """What an act comes to. Pure data: `actions.kubectl` has it as kubectl lines, `actions.inverse` what undoes it."""

    act: Act
    namespace: str
    release: str
    workload_uids: tuple[str, ...]
    """By these the journal finds the release again when its name changes."""
    title: str
    """What is done, in a line: "Switch Service shop from blue to green"."""
    why: str
    """What it is good for, in a sentence."""
    drawn_at: datetime
    changes: tuple[Change, ...]
    guards: tuple[Guard, ...] = ()
    expects: tuple[AnyCondition, ...] = ()
    """What has to be seen before the act counts as done."""
    expects_seconds: float = HOLD_SECONDS
    """How long that is waited for after the last answer."""
    effects: tuple[str, ...] = ()
    """What will be so afterwards, a line each: which address reaches which version, which shares."""
    pod_checks: tuple[PodCheck, ...] = ()
    offered_check: str = ""
    """Path of the target's readiness probe, offered for a health check; "" where there is none."""
    confirmation: Confirmation = Confirmation.ENTER
    reason: str = ""
    good: TrafficState | None = None
    """The traffic as it held steady before this plan, where it did."""
    undoes: str = ""
    """Id of the act that this plan takes back, or finishes."""
