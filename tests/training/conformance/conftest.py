"""Says after the tests how much of the recordings holds."""

from __future__ import annotations

from typing import Any

import pytest

import cockpit.training.cluster
from tests.training.conformance.stand_in import StandIn

COUNTS = ("steps", "held steps", "fields", "held fields", "points", "held points")


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recordings were made without kubelets."""
    monkeypatch.setattr(cockpit.training.cluster, "Kubelet", StandIn)


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401  # pytest's own, without types
    sums = dict.fromkeys(COUNTS, 0)
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, value in getattr(report, "user_properties", ()):
                if name in sums and report.when == "call":
                    sums[name] += value
    if sums["steps"]:
        terminalreporter.write_line(
            f"Conformance with Kubernetes 1.36: {sums['held steps']} of {sums['steps']} steps and "
            f"{sums['held fields']} of {sums['fields']} fields answer as recorded; the others are in deviations.yaml"
        )
    if sums["points"]:
        terminalreporter.write_line(
            f"Conformance of the watch streams: {sums['held points']} of {sums['points']} quiescent points hold"
        )
