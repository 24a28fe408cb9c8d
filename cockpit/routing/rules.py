"""What every traffic system declares in the end: rules, each with backends and their shares."""

from __future__ import annotations

import msgspec


class Backend(msgspec.Struct, frozen=True):
    """One destination of a rule: `weight` as the object says it, `share` (a fraction of 1) as its router reckons it.

    `share` is None where the object does not tell how its router divides the traffic.
    """

    service: str
    weight: int | None
    share: float | None
    subset: str | None = None


class Rule(msgspec.Struct, frozen=True):
    """One decision of a router.

    `name` is the object that holds the weight, `objects` every object that makes the rule, the one for everybody first.
    `text` is host and path, `match` what else a request must carry to fall under the rule. `problem` says what the
    router will not do as written.
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
