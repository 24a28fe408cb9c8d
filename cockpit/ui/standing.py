"""How a release stands with the acts: which cannot be done, and whether one was left half done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cockpit.actions.acts import Act
from cockpit.actions.record import ActRecord
from cockpit.release.subject import Subject
from cockpit.runner.runner import Runner

_NO_CLUSTER = "No cluster is connected: pick a context with x."
_NOT_SEEN = "This release is not in the picture: nothing can be planned on it."


@dataclass(frozen=True, slots=True)
class Standing:
    """`dimmed` are the acts (by value) that cannot be done now, each with the reason in a sentence."""

    dimmed: Mapping[str, str] = field(default_factory=dict)
    half_done: ActRecord | None = None
    moments: tuple[datetime, ...] = ()
    """When something was done to the release, the latest first."""


def standing_of(runner: Runner | None, subject: Subject | None) -> Standing:
    """Return how a release stands; without a runner, or out of sight, nothing can be done to it."""
    if runner is None:
        return _nothing(_NO_CLUSTER)
    if subject is None:
        return _nothing(_NOT_SEEN)
    if runner.read_only:
        dimmed = dict.fromkeys((act.value for act in Act), runner.read_only)
    else:
        dimmed = runner.unavailable(subject)
    moments = tuple(record.at for record in runner.acts(subject.view))
    return Standing(dimmed, runner.half_done(subject.view), moments)


def _nothing(reason: str) -> Standing:
    return Standing(dict.fromkeys((act.value for act in Act), reason))
