"""The list of deviations (deviations.yaml): what of a replay it covers, and what of it is not needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.training.conformance.replay import Answer

LIST = Path(__file__).parent / "deviations.yaml"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One field of one step."""

    story: str
    step: int
    field: str
    reason: str

    def covers(self, step: int, path: str) -> bool:
        below = (f"{self.field}.", f"{self.field}[")
        return step == self.step and (path == self.field or path.startswith(below))


def deviations(story: str) -> list[Deviation]:
    """Return what is listed for a story."""
    return [
        Deviation(story, step, field, " ".join(entry["reason"].split()))
        for entry in yaml.safe_load(LIST.read_text())
        if entry["story"] == story
        for step in entry["steps"]
        for field in entry["fields"]
    ]


def unlisted(listed: list[Deviation], answers: list[Answer]) -> list[str]:
    """Return what differs and is not in the list."""
    return [
        f"step {answer.step} ({answer.note}), {path}: recorded {recorded!r}, here {own!r}"
        for answer in answers
        for path, (recorded, own) in answer.differ.items()
        if not any(one.covers(answer.step, path) for one in listed)
    ]


def unneeded(listed: list[Deviation], answers: list[Answer]) -> list[str]:
    """Return what is in the list although it holds."""
    found = [(answer.step, path) for answer in answers for path in answer.differ]
    return [f"step {one.step}, {one.field}" for one in listed if not any(one.covers(*pair) for pair in found)]
