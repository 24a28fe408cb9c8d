"""Canary annotations of Alibaba Cloud's ALB Ingress controller.

Source: https://www.alibabacloud.com/help/en/document_detail/475890.html. A header needs a value; header and cookie may
not stand beside a weight on one Ingress. The prefix is AWS's as well, so the controller of the IngressClass decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cockpit.routing.canary import Canary

SYSTEM = "ALB (Alibaba Cloud)"
PREFIX = "alb.ingress.kubernetes.io/"
WEIGHT = f"{PREFIX}canary-weight"
RELIES_ON = (f"{PREFIX}canary",)

_ORDER = f"{PREFIX}order"
_DEFAULT_ORDER = 10
_PERCENT = re.compile(r"[0-9]{1,3}\Z")
_QUOTED = 40


def alb_canary(annotations: Mapping[str, str], *, sure: bool) -> Canary | None:
    """Return what the annotations ask for, None where they do not say `canary: "true"`.

    `sure` says whether the class is known to be Alibaba's: AWS's controller would read none of this.
    """
    if annotations.get(f"{PREFIX}canary") != "true":
        return None
    written = annotations.get(WEIGHT)
    matches = _matches(annotations)
    weight = _percent(written)
    why_not = (
        "" if sure else "the controller of its IngressClass is not known: AWS's, of the same prefix, reads no canary"
    )
    if matches:
        # Where both stand on one Ingress, the documentation forbids it and does not say what happens.
        problem = "canary-weight may not stand beside a header or a cookie: use a second canary Ingress"
        return Canary(SYSTEM, None, 100, matches, problem if written is not None else "", why_not)
    if written is not None and weight is None:
        problem = f"canary-weight {written[:_QUOTED]!r} is no number from 0 to 100: what ALB does with it is not known"
        return Canary(SYSTEM, 0, 100, (), problem, why_not, known=False)
    return Canary(SYSTEM, weight or 0, 100, (), "", why_not, known=sure)


def order(annotations: Mapping[str, str]) -> int:
    """Return the place of an Ingress among those of one host and path: lower is asked first."""
    written = annotations.get(_ORDER, "")
    return int(written) if re.fullmatch(r"[0-9]{1,4}", written) else _DEFAULT_ORDER


def _percent(value: str | None) -> int | None:
    return int(value) if value is not None and _PERCENT.match(value) and int(value) <= 100 else None


def _matches(annotations: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    if header := annotations.get(f"{PREFIX}canary-by-header"):
        found.append(f"header {header}: {annotations.get(f'{PREFIX}canary-by-header-value', 'always')}")
    if cookie := annotations.get(f"{PREFIX}canary-by-cookie"):
        found.append(f"cookie {cookie}: always")
    return tuple(found)
