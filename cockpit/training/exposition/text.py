"""The Prometheus text exposition format, as an application answers GET /metrics.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/ (text-based format, version 0.0.4).
"""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.training.exposition.application import FAMILIES, SERIES

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def text(values: Sequence[float]) -> str:
    """Return the page of an application whose series, in the order of `SERIES`, have these values."""
    lines: list[str] = []
    for family, kind, about in FAMILIES:
        lines += [f"# HELP {family} {about}", f"# TYPE {family} {kind}"]
        for (name, labels), value in zip(SERIES, values, strict=True):
            if name.startswith(family):
                own = ",".join(f'{label}="{_escaped(said)}"' for label, said in labels)
                lines.append(f"{name}{{{own}}} {value:.17g}" if own else f"{name} {value:.17g}")
    return "\n".join(lines) + "\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
