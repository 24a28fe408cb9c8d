"""What every traffic system declares in the end: rules, each with backends and their shares."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cockpit.resources.json_values import Path

RELEASE_ANNOTATION = "cockpit.dev/release"

HOST = "Host"
"""Kind of a backend that is a host outside of the cluster's Services."""


class Backend(msgspec.Struct, frozen=True, gc=False):
    """One destination of a rule: `weight` as the object says it, `share` (a fraction of 1) as its router reckons it.

    `weight` is None where the object says none, `share` where it does not tell how its router divides the traffic.
    """

    service: str
    weight: int | None
    share: float | None
    subset: str | None = None
    namespace: str = ""
    """Where the Service is, "" for the namespace of the rule."""
    port: str = ""
    """Name or number of the Service's port, "" where the rule does not say."""
    kind: str = "Service"
    """What `service` names, where it is something else: "ServiceImport", HOST, ..."""
    labels: Mapping[str, str] = {}
    """What the pods of the subset carry besides the selector of the Service; nothing where `problem` says why."""
    problem: str = ""
    """Why this backend cannot answer as the rule is written, "" where it can."""

    @property
    def local(self) -> bool:
        """Whether it is a Service of the rule's own namespace."""
        return self.kind == "Service" and not self.namespace

    @property
    def full_name(self) -> str:
        """The Service as the contract names it: namespace/name where it is another one's, KIND:name for no Service."""
        if self.kind not in {"Service", HOST}:
            return f"{self.kind}:{self.service}"
        return f"{self.namespace}/{self.service}" if self.namespace else self.service


class Controller(msgspec.Struct, frozen=True):
    """Somebody else who writes the weights of a rule: `owner` is KIND/NAME, `command` what tells it to (or "")."""

    owner: str
    reason: str
    command: str = ""


class Rule(msgspec.Struct, frozen=True, gc=False):
    """One decision of a router.

    `name` is the object of kind `kind` that holds the weights, `objects` every object of that kind that makes the rule,
    the one for everybody first. `text` is host and path, `match` what else a request must carry to fall under the rule.
    `problem` says what the router does other than what is written, or why it does nothing with it.
    """

    kind: str
    name: str
    text: str
    backends: tuple[Backend, ...]
    objects: tuple[str, ...]
    match: str | None = None
    writable: bool = False
    problem: str = ""
    release: str = ""
    """What the annotation cockpit.dev/release of one of the objects says, "" for nothing."""
    system: str = ""
    """Who routes by it: "ingress-nginx", "Gateway API", ...: key of `systems.SYSTEMS`."""
    place: Path = ()
    """Where in the object the rule stands, e.g. ("spec", "rules", "1")."""
    beside: tuple[str, ...] = ()
    """Other objects that give the rule its meaning, KIND/NAME: DestinationRules, the VirtualService that delegates."""
    parts: int = 0
    """A share can be written in so many equal parts: the smallest step is 1/parts. 0 where none can be written."""
    why_not: str = ""
    """Why the shares cannot be set here, and what does it instead; "" where they can."""
    controller: Controller | None = None
    pending: str = ""
    """What the router has not taken up yet, as far as the object's status tells; "" where it has, or never tells."""
    sticky: str = ""
    """Why clients stay where they are when shares change, "" where they do not: shares are then followed slowly."""

    @property
    def services(self) -> tuple[str, ...]:
        """The Services of the rule's own namespace that it leads to, each once."""
        return tuple(dict.fromkeys(backend.service for backend in self.backends if backend.local))

    @property
    def divides(self) -> bool:
        """Whether there is anything to divide: more than one backend."""
        return len(self.backends) > 1
