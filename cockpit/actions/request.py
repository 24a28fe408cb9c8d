"""What an operator asks for, before it is a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cockpit.actions.acts import Act
from cockpit.actions.value import Value


class Request(Value, frozen=True):
    """One act with what it needs; what is not said is told from the release, or refused where several things fit."""

    act: Act
    workload: str = ""
    """KIND/NAME, where the release has several workloads."""
    version: str = ""
    """Name of a version: the target of a switch, the one to scale, pause, ... where several fit."""
    service: str = ""
    """Service to switch, pin or unpin; "" is the front door."""
    revision: int | None = None
    """Revision to roll back to; None is the one before."""
    replicas: int | None = None
    images: tuple[str, ...] = ()
    """New images: IMAGE, TAG or CONTAINER=IMAGE."""
    pod: str = ""
    name: str = ""
    """Name of the Service for the isolated canary; "" is NAME-canary."""
    node_port: int | None = None
    """Its node port; None lets the server choose."""
    check: str | None = None
    """Path of a health check of the target pods; None is the setting's, "" asks for none."""
    shares: tuple[str, ...] = ()
    """Shares of a route's traffic: VERSION=PERCENT, with the sign or without."""
    rule: str = ""
    """The rule that gets them: its text, or the name of its route; "" is every rule that divides between them."""
    weights: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Several rules at once, each with its shares: stands in place of `rule` and `shares`."""
    keep_rules: bool | None = None
    """Whether rules by a match outlive a split that is over; None lets those of an Ingress go with its canary."""
    act_id: str = ""
    """Act to undo or to finish; "" is the last one."""
    reason: str = ""


class Circumstances(Value, frozen=True):
    """What else a plan depends on: `who` is the operator as annotations and journal name them."""

    now: datetime
    """By the server's clock."""
    who: str
    production: bool = False
    """Whether the context is marked as production."""
    check: str = ""
    """Path of the health check that settings ask for; "probe" is that of the readiness probe."""
    rates: Mapping[str, float] = {}
    """Requests a second by version, as they are observed now; empty where nobody observes them."""
    weight_factor: float = 2.0
    """So many times what the busiest pod carries now, no pod should get."""
