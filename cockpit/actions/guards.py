"""Guards: checks of a plan against the picture, and what each found."""

from __future__ import annotations

from enum import StrEnum

from cockpit.actions.value import Value


class GuardId(StrEnum):
    """What is checked. The values are the names that `--override` takes."""

    TARGET_EMPTY = "target-empty"
    """The version that shall get traffic has no ready endpoint."""
    TARGET_SMALL = "target-small"
    """It has fewer ready pods than what it takes over from."""
    POD_LOAD = "pod-load"
    """A pod would carry much more than the busiest one does now."""
    ROUTE_BROKEN = "route-broken"
    """A router would do other than what is written: answer errors, for one."""
    DEADLINE_EXCEEDED = "deadline-exceeded"
    """The rollout of the version passed its progress deadline."""
    ROLLED_AWAY = "rolled-away"
    """The version is being rolled away: its pods are about to go."""
    SERVICE_EMPTIED = "service-emptied"
    """A Service would be left without an endpoint."""
    PIN_GONE = "pin-gone"
    """The hash of a pin belongs to no revision any more, or to one without pods."""
    AUTOSCALER = "autoscaler"
    """An autoscaler would undo a change of replicas, or moves them while a rollout is paused."""
    DISRUPTION_BUDGET = "disruption-budget"
    """A PodDisruptionBudget allows no pod to go."""
    ONE_REPLICA = "one-replica"
    """There is one replica: nobody answers while it is replaced."""
    FOREIGN_PODS = "foreign-pods"
    """A selector would match pods of another release."""
    FIELD_OWNER = "field-owner"
    """Somebody else manages the field, and will write it again."""
    CHANGED = "changed"
    """The object changed since the plan was drawn."""
    STICKY_SESSIONS = "sticky-sessions"
    """The Service keeps clients on their pods."""
    NOT_READY_PUBLISHED = "not-ready-published"
    """The Service publishes pods that are not ready: "ready" of its endpoints says nothing."""
    HEADLESS = "headless"
    """The Service is headless: clients see a change when their DNS answers expire."""
    NO_PRE_STOP = "no-pre-stop"
    """Pods will be terminated that drop connections at once, for want of a preStop hook."""
    PRODUCTION = "production"
    """The context is marked as production: the release's name has to be typed."""
    HEALTH_CHECK = "health-check"
    """A health check of a target pod failed, or could not be made."""
    DRY_RUN = "dry-run"
    """The API server would refuse a change, or could not try it."""
    RIGHTS = "rights"
    """A right that a change needs is missing."""
    NOTHING_SERVES = "nothing-serves"
    """The release has no traffic to speak of, or its picture is stale."""


class Outcome(StrEnum):
    """What a guard found."""

    PASS = "pass"  # noqa: S105 - no password
    WARN = "warn"
    BLOCK = "block"


class Guard(Value, frozen=True):
    """One finding: `sentence` says what was found, `remedy` what to do about it ("" where nothing needs doing)."""

    id: GuardId
    outcome: Outcome
    sentence: str
    remedy: str = ""
    can_override: bool = False
    """Whether an operator may go on with a typed reason although it blocks."""
