"""States of a release that its routes tell, and the controllers that move them."""

from __future__ import annotations

from cockpit.release.drivers import progress_of
from cockpit.release.podsets import count
from cockpit.release.scene import Scene, Verdict
from cockpit.release.services import selected
from cockpit.release.view import PodState, State
from cockpit.routing import flagger
from cockpit.routing.rules import Backend


def nowhere(scene: Scene) -> Verdict | None:
    """Judge routes that send a share to a Service that does not exist."""
    if "services" in scene.inventory.unreadable:
        return None
    for rule in scene.membership.rules:
        for backend in rule.backends:
            if (backend.share or 0) > 0 and backend.local and backend.service not in scene.inventory.services:
                words = (
                    f"{rule.kind}/{rule.name} sends {backend.share:.0%} of {rule.text} to Service/{backend.service}, "
                    "which does not exist; make it, or take it out of the route."
                )
                return Verdict(State.OUTAGE, words)
    return None


def no_weight(scene: Scene) -> Verdict | None:
    """Judge rules for everybody in which nobody has a share: their router answers every request with an error."""
    for rule in scene.membership.rules:
        if rule.match is None and rule.backends and all(backend.share == 0 for backend in rule.backends):
            words = f"{rule.kind}/{rule.name} gives nobody a share of {rule.text}; give a backend a weight."
            return Verdict(State.OUTAGE, f"{words} {rule.problem}".rstrip())
    return None


def empty_subset(scene: Scene) -> Verdict | None:
    """Judge routes that send a share to a subset without a ready pod: its requests get 503."""
    for rule in scene.membership.rules:
        for backend in rule.backends:
            missing = _missing(scene, backend) if backend.subset and backend.share and backend.local else ""
            if missing:
                words = (
                    f"{rule.kind}/{rule.name} sends {backend.share:.0%} of {rule.text} to subset {backend.subset} of "
                    f"Service/{backend.service}, {missing}"
                )
                return Verdict(State.OUTAGE, words)
    return None


def _missing(scene: Scene, backend: Backend) -> str:
    """Return what a subset lacks to answer, "" where it lacks nothing or nobody can tell."""
    service = scene.inventory.services.get(backend.service)
    if service is None or "destinationrules" in scene.inventory.unreadable:
        return ""
    if backend.problem:
        return "which no DestinationRule has; add it, or take the share away."
    versions = [scene.versions[at] for at in selected({**service.spec.selector, **backend.labels}, scene.versions)]
    if any(version.pods is None for version in versions):
        return ""
    ready = sum(count(version.pods or (), PodState.READY) for version in versions)
    return "" if ready else "which has no ready pod; take the share away, or scale up."


def canary_tried(scene: Scene) -> Verdict | None:
    """Judge what Flagger does: it says so in its Canary, and its workloads look as if nothing were on."""
    for progress in progress_of(scene.membership.driven_by, scene.inventory):
        if progress.kind != "Canary" or not progress.analysis:
            continue
        told = f"{progress.owner} is {progress.phase} with {progress.weight:.0f}% on the new version"
        if progress.waits:
            rests = progress.waits == flagger.SUSPENDED
            words = f"{told}, and {'is suspended' if rests else f'waits for {progress.waits}'}."
            return Verdict(State.PAUSED, words, progress.paused_since)
        return Verdict(State.PROGRESSING, f"{told}: {progress.analysis}; wait, or let it rest by suspending it.")
    return None
