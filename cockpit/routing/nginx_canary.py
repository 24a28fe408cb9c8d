"""ingress-nginx's canary annotations, read as that controller reads them.

Source: ingress-nginx `internal/ingress/annotations/canary/main.go` (a weight that is no integer becomes 0) and
`rootfs/etc/nginx/lua/balancer.lua` (a total up to 100 is ignored; header, then cookie, then weight).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cockpit.routing.canary import Canary

SYSTEM = "ingress-nginx"
PREFIX = "nginx.ingress.kubernetes.io/"
WEIGHT = f"{PREFIX}canary-weight"
TOTAL = f"{PREFIX}canary-weight-total"
RELIES_ON = (f"{PREFIX}canary", TOTAL)
"""Annotations, besides the weight, that a weight is reckoned by."""

_QUOTED = 40
_GO_INTEGER = re.compile(r"[+-]?[0-9]{1,19}\Z")
_INT64 = range(-(2**63), 2**63)


def nginx_canary(annotations: Mapping[str, str]) -> Canary | None:
    """Return what the annotations ask for, or None where they do not say `canary: "true"`."""
    if annotations.get(f"{PREFIX}canary") != "true":
        return None
    written = annotations.get(WEIGHT)
    weight = integer(written)
    total = integer(annotations.get(TOTAL)) or 0
    total = total if total > 100 else 100
    return Canary(SYSTEM, weight or 0, total, _matches(annotations), _problem(written, weight, total))


def _problem(written: str | None, weight: int | None, total: int) -> str:
    if written is not None and weight is None:
        return f"canary-weight {written[:_QUOTED]!r} is no integer: the controller takes it as 0"
    if weight is not None and weight < 0:
        return f"canary-weight {weight} is below 0: the controller takes it as 0"
    if weight is not None and weight > total:
        return f"canary-weight {weight} is above {total}: the controller gives the canary everything"
    return ""


def integer(value: str | None) -> int | None:
    """Return what Go's Atoi makes of the value: None where it is no integer of 64 bits."""
    if value is None or not _GO_INTEGER.match(value):
        return None
    return int(value) if int(value) in _INT64 else None


def _matches(annotations: Mapping[str, str]) -> tuple[str, ...]:
    """Return what sends a request to the canary whatever the weight, in the order in which the router asks."""
    found: list[str] = []
    if header := annotations.get(f"{PREFIX}canary-by-header"):
        value = annotations.get(f"{PREFIX}canary-by-header-value")
        pattern = annotations.get(f"{PREFIX}canary-by-header-pattern")
        if value:
            found.append(f"header {header}: {value}")
        elif pattern:
            found.append(f"header {header} ~ {pattern}")
        else:
            found.append(f"header {header}: always")
    if cookie := annotations.get(f"{PREFIX}canary-by-cookie"):
        found.append(f"cookie {cookie}: always")
    return tuple(found)
