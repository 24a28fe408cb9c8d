"""What to do where no route divides: the smallest step is one pod of all, and scaling is the only way to take it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from cockpit.actions.scaling import SCALABLE
from cockpit.actions.shares import Shares, completed, share_words
from cockpit.actions.switching import chosen_keys
from cockpit.actions.targets import Version, behind, own_services, version_named
from cockpit.actions.wording import counted, listed
from cockpit.release.subject import Subject
from cockpit.resources.services import Service
from cockpit.routing.selector import achieved, replicas_for

_NOTHING: Shares = {}


def without_route(subject: Subject, asked: Shares = _NOTHING) -> str:
    """Return why a release without a route has no weights, and which commands come nearest to the shares asked for.

    Raises:
        UsageError: a share is asked for a version that there is not.
    """
    name = subject.view.name
    for version in asked:
        version_named(subject, version)
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
        f"{counted(pods, 'ready pod')} the same, so {step}. {_scale(subject, versions, asked)}"
    )


def _one_version(subject: Subject, door: Service, versions: tuple[Version, ...]) -> str:
    name, service = subject.view.name, door.metadata.name
    only = versions[0].name if versions else "nothing"
    said = f"{name} has no route that divides by weights, and Service/{service} leads to {only} alone."
    if chosen_keys(subject, door.spec.selector) and len(subject.view.versions) > 1:
        return f"{said} All of it moves at once: cockpit switch {shlex.quote(name)} --to VERSION."
    return f"{said} Set a new image first, or put a route in front."


def _scale(subject: Subject, versions: tuple[Version, ...], asked: Shares) -> str:
    workloads = {entry.workload.ref for entry in versions}
    if len(workloads) < len(versions) or any(entry.workload.kind not in SCALABLE for entry in versions):
        return f"How many pods each version has, the rollout of {listed(sorted(workloads))} decides: pause holds it."
    now = {entry.name: entry.workload.desired for entry in versions}
    wanted = _wanted(now, asked)
    if wanted == now:
        return "They are as near to these shares as pods can be."
    said = ", ".join(f"{name} {share_words(share)}" for name, share in achieved(wanted).items())
    commands = (
        f"cockpit scale {shlex.quote(subject.view.name)} --version {shlex.quote(name)} --replicas {count}"
        for name, count in sorted(wanted.items(), key=lambda entry: now[entry[0]] - entry[1])
        if count != now[name]
    )
    return f"Scale instead, for {said}: {listed(commands)}."


def _wanted(now: Mapping[str, int], asked: Shares) -> Mapping[str, int]:
    """Return how many pods each version needs, of as many as there are; without shares one more of the last."""
    last = tuple(now)[-1]
    one_more = {**now, last: now[last] + 1}
    total = sum(now.values())
    if not asked or not asked.keys() <= now.keys() or not total:
        return one_more
    return replicas_for(completed(asked, {name: count / total for name, count in now.items()}), total)
