"""What a plan does to the endpoints of every Service of a release, at each of its moments.

A moment is seen twice: as it is before any controller has acted, and when all of them are done. Traffic flows in
between, so a Service has to have endpoints in both. What a change is held for is taken as seen, so after it controllers
are done; without a hold they may not even have begun when the next change is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.settling import interrupted, settled
from cockpit.actions.stage import Stage, StagedPod, applied, stage_of
from cockpit.release.subject import Subject


@dataclass(frozen=True, slots=True)
class Moment:
    """One change of a plan, with the stage it meets and what it leads to."""

    change: Change
    before: Stage
    """As the change meets it at the earliest."""
    at_once: Stage
    """When the API server has taken it, and no controller has acted since the last hold."""
    done: Stage
    """When every controller is done."""
    between: Stage
    """While workloads with the strategy Recreate are without pods."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """A plan played through."""

    start: Stage
    left_alone: Stage
    """What becomes of the start without the plan."""
    moments: tuple[Moment, ...]
    services: tuple[str, ...]
    """Services of the release, its umbrellas and those that the plan writes."""

    @property
    def end(self) -> Stage:
        """The stage when the plan is done and all controllers are at rest."""
        return self.moments[-1].done if self.moments else self.left_alone

    def emptied(self) -> Iterator[tuple[str, Moment]]:
        """Yield each Service that has a ready endpoint now and would have none, with the first moment of that.

        A Service that the plan deletes is not emptied.
        """
        for name in self.services:
            if not self.start.ready_behind(name):
                continue
            for moment in self.moments:
                if any(stage.service(name) is not None and not stage.ready_behind(name) for stage in _stages(moment)):
                    yield name, moment
                    break

    def interrupted(self) -> Iterator[tuple[str, Moment]]:
        """Yield each Service that has no ready endpoint while pods are recreated."""
        for name in self.services:
            for moment in self.moments:
                if moment.at_once.ready_behind(name) and not moment.between.ready_behind(name):
                    yield name, moment
                    break


def _stages(moment: Moment) -> tuple[Stage, Stage]:
    return moment.at_once, moment.done


def forecast(subject: Subject, changes: Sequence[Change]) -> Forecast:
    """Play a plan through on a release."""
    start = stage_of(subject)
    lazy, eager = start, start
    moments: list[Moment] = []
    for change in changes:
        before = lazy
        lazy = applied(lazy, change, subject.history)
        eager = applied(eager, change, subject.history)
        between = interrupted(lazy)
        eager = settled(eager)
        moments.append(Moment(change, before, lazy, eager, between))
        if change.hold is not None:
            lazy = eager
    return Forecast(start, settled(start), tuple(moments), tuple(_services(subject, changes)))


def _services(subject: Subject, changes: Sequence[Change]) -> dict[str, None]:
    membership = subject.membership
    written = [change.object.name for change in changes if change.object.kind == "Service"]
    return dict.fromkeys((*membership.services, *membership.umbrellas, *membership.dangling, *written))


def selector_changes(moments: Sequence[Moment]) -> Iterator[tuple[Moment, str]]:
    """Yield the moments in which a Service gets a selector, with its name."""
    for moment in moments:
        if moment.change.object.kind != "Service" or moment.change.kind is ChangeKind.DELETE:
            continue
        name = moment.change.object.name
        before, after = moment.before.service(name), moment.at_once.service(name)
        if after is not None and (before is None or before.spec.selector != after.spec.selector):
            yield moment, name


def by_version(pods: Sequence[StagedPod]) -> Mapping[str, int]:
    """Return how many pods each version has, by what sentences call it."""
    counts: dict[str, int] = {}
    for pod in pods:
        counts[pod.version] = counts.get(pod.version, 0) + 1
    return counts
