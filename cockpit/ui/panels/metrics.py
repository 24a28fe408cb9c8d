"""METRICS: one line, until a source of metrics can be connected."""

from __future__ import annotations

from cockpit.ui.content import Content
from cockpit.ui.panels.heading import heading


def metrics_panel(width: int) -> Content:
    """Return the panel's only line."""
    return Content((heading("METRICS", width, "no metrics source is connected"),))
