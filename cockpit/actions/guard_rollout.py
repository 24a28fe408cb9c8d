"""Guards of rollouts: a deadline that passed, a lone replica, a target that is not up, pods without a preStop."""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.actions.acts import Act
from cockpit.actions.forecast import selector_changes
from cockpit.actions.guard_scene import PAUSED, GuardScene, number, objects, passes, warns
from cockpit.actions.guard_weights import raised_shares
from cockpit.actions.guards import Guard, GuardId
from cockpit.actions.stage import NEW, Stage, StagedPod
from cockpit.release.rollouts import rollout_of
from cockpit.release.workloads import Workload
from cockpit.resources.meta import condition
from cockpit.resources.workloads import Container, Deployment
from cockpit.routing.rules import Backend

_TO_THAT_VERSION = frozenset({Act.PROMOTE, Act.RESUME, Act.SWITCH})
_REPLACING = frozenset({Act.RESTART, Act.SET_IMAGE})


def judge_rollout(scene: GuardScene) -> Iterator[Guard]:
    """Yield what is to be said of the workloads whose pods come, go, or get traffic."""
    yield from _deadlines(scene)
    yield from _resumed(scene)
    yield from _lone_replicas(scene)
    yield from _hooks(scene)


def _deadlines(scene: GuardScene) -> Iterator[Guard]:
    for found in _concerned(scene):
        if not isinstance(found.source, Deployment):
            continue
        progressing = condition(found.source.status.conditions, "Progressing")
        exceeded = progressing is not None and progressing.reason == "ProgressDeadlineExceeded"
        if not exceeded or not (remaining := rollout_of(found).remaining):
            if scene.act in _TO_THAT_VERSION:
                yield passes(GuardId.DEADLINE_EXCEEDED, f"The rollout of {found.ref} is within its deadline.")
            continue
        seconds = found.source.spec.progress_deadline_seconds
        sentence = f"The rollout of {found.ref} made no progress for {seconds} s: {remaining}."
        if scene.backward:
            yield passes(GuardId.DEADLINE_EXCEEDED, f"{sentence} This leads away from it.")
        elif scene.act in _TO_THAT_VERSION:
            yield objects(GuardId.DEADLINE_EXCEEDED, sentence, "Find out why its pods do not come up, or roll back.")
        else:
            yield warns(GuardId.DEADLINE_EXCEEDED, sentence, "Find out why its pods do not come up, or roll back.")


def _concerned(scene: GuardScene) -> tuple[Workload, ...]:
    """Return the workloads that the plan writes, and those that get traffic by it."""
    refs = dict.fromkeys(found.ref for found, _ in scene.written_workloads())
    taken = [(moment, name) for moment, name in selector_changes(scene.forecast.moments)]
    for moment, _, backend in raised_shares(scene):
        refs |= dict.fromkeys(pod.workload for pod in _behind(moment.at_once, backend))
    for moment, name in taken:
        service = moment.at_once.service(name)
        refs |= dict.fromkeys(pod.workload for pod in moment.at_once.matching(service.spec.selector if service else {}))
    return tuple(found for ref in refs if (found := scene.workload(ref)) is not None)


def _behind(stage: Stage, backend: Backend) -> Iterator[StagedPod]:
    """Yield the pods of a backend, ready or not."""
    service = stage.service(backend.service) if backend.local else None
    pods = stage.matching(service.spec.selector) if service else ()
    return (pod for pod in pods if backend.labels.items() <= pod.labels.items())


def _resumed(scene: GuardScene) -> Iterator[Guard]:
    for found, moment in scene.written_workloads():
        if not any(field.path == PAUSED and not field.after for field in moment.change.fields):
            continue
        target = moment.at_once.targets[found.ref]
        own = [pod for pod in moment.before.pods if pod.workload == found.ref]
        fresh = [pod for pod in own if pod.revision == target.revision]
        if target.revision == NEW or not own or len(fresh) == len(own):
            continue
        ready = sum(pod.ready for pod in fresh)
        if ready:
            sentence = f"{_capital(target.version)}, to which {found.ref} rolls on, has {number(ready, 'ready pod')}."
            yield passes(GuardId.TARGET_EMPTY, sentence)
        else:
            yield warns(
                GuardId.TARGET_EMPTY,
                f"{_capital(target.version)}, to which {found.ref} rolls on, has no ready pod yet.",
                "Watch whether its pods come up; roll back where they do not.",
            )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _lone_replicas(scene: GuardScene) -> Iterator[Guard]:
    lone = {found.ref for found, _ in scene.templated_workloads() if scene.act in _REPLACING and found.desired == 1}
    for moment in scene.forecast.moments:
        if moment.change.object.kind == "Pod":
            refs = {pod.workload for pod in moment.before.pods if pod.name == moment.change.object.name}
            lone |= {ref for ref in refs if (found := scene.workload(ref)) is not None and found.desired == 1}
    for ref in sorted(lone):
        yield warns(
            GuardId.ONE_REPLICA,
            f"{ref} has one replica: while it is replaced, who answers hangs on a single pod.",
            "Scale to 2 first.",
        )


def _hooks(scene: GuardScene) -> Iterator[Guard]:
    """Yield whether the pods that go, and take connections now, wait before they end."""
    start, end = scene.forecast.start, scene.forecast.end
    serving = {
        (pod.workload, pod.revision, pod.name) for name in scene.forecast.services for pod in start.ready_behind(name)
    }
    going = serving - {(pod.workload, pod.revision, pod.name) for pod in end.pods}
    containers = {(entry.workload.ref, entry.name): entry.containers for entry in scene.subject.history}
    for ref in sorted({workload for workload, _, _ in going}):
        own = [(workload, revision) for workload, revision, _ in going if workload == ref]
        hooked = all(_has_hook(containers.get(key, ())) for key in own)
        if hooked:
            yield passes(GuardId.NO_PRE_STOP, f"The {number(len(own), 'pod')} of {ref} that end have a preStop hook.")
        else:
            yield warns(
                GuardId.NO_PRE_STOP,
                f"{number(len(own), 'pod')} of {ref} will end without a preStop hook: connections on their way "
                "to them may be refused.",
                "Give the containers a preStop sleep of a few seconds.",
            )


def _has_hook(containers: tuple[Container, ...]) -> bool:
    return any(entry.lifecycle is not None and entry.lifecycle.pre_stop is not None for entry in containers)
