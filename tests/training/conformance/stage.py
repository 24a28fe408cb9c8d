"""The cluster that the recordings were made on: its nodes, its namespaces and their ages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeAlias

from cockpit.training.objects import Json
from cockpit.training.scenario import Scenario, Step
from tests.training.steps import NOON

Story: TypeAlias = dict[str, Any]

STORIES = ("rolling", "isolate", "bluegreen", "failing", "api", "routes")
START = NOON + 0.1  # what the recorded times say of the fraction of a second at which each story began
_AGES = {"rec-rolling": 143, "rec-isolate": 80, "rec-bluegreen": 55, "rec-fail": 39}  # seconds, when "api" began
_BORN = 165


def load(name: str) -> Story:
    """Return a recording: its steps whole, and which template each hash stands for."""
    found: Story = json.loads((Path(__file__).parent.parent / "data" / "recordings" / f"{name}.json").read_text())
    return found


def scenario(name: str) -> Scenario:
    """Return what there was before a story began."""
    others = _AGES if name == "api" else {}
    steps = [Step(-_BORN, "delete", "Node", "", f"node-{index}") for index in range(5)]
    steps += [Step(-163.0 if index > 7 else -164.0, "create", "Node", "", "", _node(index)) for index in range(10)]
    steps += [_namespace(other, -age) for other, age in others.items()]
    steps.append(_namespace(namespace_of_story(name), 0))
    return Scenario(name, "", tuple(sorted(steps, key=lambda step: step.at)))


def namespace_of_story(name: str) -> str:
    """Return the namespace that a story plays in."""
    return {"failing": "rec-fail"}.get(name, f"rec-{name}")


def _namespace(name: str, at: float) -> Step:
    return Step(at, "create", "Namespace", "", name, {"metadata": {"name": name}})


def _node(index: int) -> Json:
    name = f"node-{index}"
    labels = {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": f"zone-{index % 3}"}
    status = {
        "addresses": [{"type": "InternalIP", "address": f"192.168.0.{10 + index}"}],
        "conditions": [{"type": "Ready", "status": "True"}],
    }
    annotations = {"node.alpha.kubernetes.io/ttl": "0"}
    return {"metadata": {"name": name, "labels": labels, "annotations": annotations}, "spec": {}, "status": status}
