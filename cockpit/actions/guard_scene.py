"""What guards judge by: a plan's changes, and what they lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cockpit.actions.acts import BACKWARD, Act
from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.forecast import Forecast, Moment, by_version
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.request import Circumstances
from cockpit.actions.stage import StagedPod, changes_template
from cockpit.release.inventory import ROUTE_KINDS
from cockpit.release.subject import Subject
from cockpit.release.workloads import Workload
from cockpit.resources.services import Service

REPLICAS = ("spec", "replicas")
PAUSED = ("spec", "paused")


@dataclass(frozen=True, slots=True)
class GuardScene:
    """A plan on a release, played through."""

    subject: Subject
    changes: Sequence[Change]
    circumstances: Circumstances
    act: Act
    forecast: Forecast

    @property
    def backward(self) -> bool:
        """Whether the plan leads back to what served before."""
        return self.act in BACKWARD

    def workload(self, ref: str) -> Workload | None:
        """Return a workload of the release as it is now."""
        return next((entry for entry in self.subject.workloads if entry.ref == ref), None)

    def written_workloads(self) -> Iterator[tuple[Workload, Moment]]:
        """Yield the workloads that the plan writes, each with the moment of it."""
        for moment in self.forecast.moments:
            found = self.workload(moment.change.object.short)
            if found is not None and moment.change.kind is ChangeKind.PATCH:
                yield found, moment

    def templated_workloads(self) -> Iterator[tuple[Workload, Moment]]:
        """Yield the workloads whose pods get another template."""
        for found, moment in self.written_workloads():
            if changes_template(moment.change):
                yield found, moment

    def service(self, name: str) -> Service | None:
        """Return a Service as it is now."""
        return self.forecast.start.service(name)

    def is_routed(self, service: str) -> bool:
        """Say whether traffic of everybody reaches a Service when the plan is done: by a route, or the front door."""
        rules = self.forecast.end.rules()
        backends = (backend for rule in rules for backend in rule.backends if backend.local)
        shares = (backend.share for backend in backends if backend.service == service)
        return service == self.subject.membership.front_door or any(share is None or share > 0 for share in shares)

    @property
    def routes_unknown(self) -> bool:
        """Whether routes cannot be read, so that one may lead to any Service."""
        return not ROUTE_KINDS.isdisjoint(self.subject.inventory.unreadable)


def passes(guard: GuardId, sentence: str) -> Guard:
    """Return a guard that found nothing wrong."""
    return Guard(guard, Outcome.PASS, sentence)


def warns(guard: GuardId, sentence: str, remedy: str = "") -> Guard:
    """Return a guard that has something to say and stops nothing."""
    return Guard(guard, Outcome.WARN, sentence, remedy)


def blocks(guard: GuardId, sentence: str, remedy: str) -> Guard:
    """Return a guard that nobody can override."""
    return Guard(guard, Outcome.BLOCK, sentence, remedy)


def objects(guard: GuardId, sentence: str, remedy: str) -> Guard:
    """Return a guard that blocks until an operator gives a reason."""
    return Guard(guard, Outcome.BLOCK, sentence, remedy, can_override=True)


def number(count: int, noun: str) -> str:
    """Return a number with its noun: "1 ready pod", "3 ready pods"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def whose(pods: Sequence[StagedPod]) -> str:
    """Return how many pods there are of which version: "2 of version blue and 1 of version green"."""
    counts: Mapping[str, int] = by_version(pods)
    return listed(f"{count} of {version}" for version, count in sorted(counts.items())) or "none"


def listed(words: Iterable[str]) -> str:
    """Return words as a list in a sentence."""
    found = list(words)
    return " and ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def selector_words(selector: Mapping[str, str]) -> str:
    """Return a selector in one line."""
    return ", ".join(f"{key}={value}" for key, value in sorted(selector.items()))
