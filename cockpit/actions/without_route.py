"""What to do where no route divides: the smallest step is one pod of all, and scaling is the only way to take it."""

from __future__ import annotations

import shlex

from cockpit.actions.scaling import SCALABLE
from cockpit.actions.shares import share_words
from cockpit.actions.switching import chosen_keys
from cockpit.actions.targets import Version, behind, own_services
from cockpit.actions.wording import counted, listed
from cockpit.release.subject import Subject
from cockpit.resources.services import Service


def without_route(subject: Subject) -> str:
    """Return why a release without a route has no weights, and which command comes nearest."""
    name = subject.view.name
    door = next(
        (entry for entry in own_services(subject) if entry.metadata.name == subject.membership.front_door), None
    )
    if door is None:
        return f"{name} has neither a route nor a Service of its own that could divide its traffic."
    versions = behind(subject, door)
    if len(versions) < 2:
        return _one_version(subject, door, versions)
    pods = sum(entry.ready for entry in versions)
    step = f"the smallest step is 1/{pods}, {share_words(1 / pods)}" if pods else "nothing of it is ready now"
    return (
        f"{name} has no route that divides by weights: Service/{door.metadata.name} gives each of "
        f"{counted(pods, 'ready pod')} the same, so {step}. {_scale(subject, versions)}"
    )


def _one_version(subject: Subject, door: Service, versions: tuple[Version, ...]) -> str:
    name, service = subject.view.name, door.metadata.name
    only = versions[0].name if versions else "nothing"
    said = f"{name} has no route that divides by weights, and Service/{service} leads to {only} alone."
    if chosen_keys(subject, door.spec.selector) and len(subject.view.versions) > 1:
        return f"{said} All of it moves at once: cockpit switch {shlex.quote(name)} --to VERSION."
    return f"{said} Set a new image first, or put a route in front."


def _scale(subject: Subject, versions: tuple[Version, ...]) -> str:
    workloads = {entry.workload.ref for entry in versions}
    last = versions[-1]
    if len(workloads) < 2 or last.workload.kind not in SCALABLE:
        return f"How many pods each version has, the rollout of {listed(sorted(workloads))} decides: pause holds it."
    pods, more = sum(entry.workload.desired for entry in versions), last.workload.desired + 1
    command = f"cockpit scale {shlex.quote(subject.view.name)} --version {shlex.quote(last.name)} --replicas {more}"
    return f"Scale instead: {command} would give {last.name} {share_words(more / (pods + 1))}."
