"""Guards of what happens to Services when pods go: none may lose its last endpoint."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from cockpit.actions.acts import BACKWARD, Act
from cockpit.actions.change import ChangeKind
from cockpit.actions.forecast import Moment
from cockpit.actions.guard_scene import GuardScene, blocks, listed, number, objects, passes, selector_words, warns
from cockpit.actions.guards import Guard, GuardId
from cockpit.actions.settling import gap_of
from cockpit.release.labels import HASH_KEYS

_DELIBERATE = frozenset({Act.SCALE, Act.CLEANUP})


def judge_emptied(scene: GuardScene, judged: Collection[str]) -> Iterator[Guard]:
    """Yield what is to be said of Services that lose endpoints; those `judged` for it have been told of already."""
    emptied = dict(scene.forecast.emptied())
    for name, moment in emptied.items():
        if name not in judged:
            yield _emptied(scene, name, moment)
    yield from _deleted(scene)
    for name, moment in scene.forecast.interrupted():
        if name not in emptied:
            refs = {pod.workload for pod in moment.at_once.ready_behind(name)}
            why = listed(
                f"{ref} replaces its pods, and {gap}" for ref in sorted(refs) if (gap := gap_of(moment.at_once, ref))
            )
            yield warns(
                GuardId.ONE_REPLICA,
                f"Service/{name} has no endpoint for a while: {why}.",
                "Do it when nobody needs it, or let the workload keep a pod.",
            )
    if not emptied and not judged:
        yield from _kept(scene)


def _emptied(scene: GuardScene, name: str, moment: Moment) -> Guard:
    had = number(len(scene.forecast.start.ready_behind(name)), "ready endpoint")
    service = moment.at_once.service(name)
    selector = service.spec.selector if service else {}
    what = moment.change.summary or moment.change.object.short
    sentence = f'Service/{name} ({selector_words(selector)}) has {had} and would have none after "{what}".'
    if not scene.forecast.left_alone.ready_behind(name):
        tail = (
            f"Service/{name} is losing its {had} whatever this plan does: the rollout that is on takes its pods away."
        )
        return warns(GuardId.SERVICE_EMPTIED, tail, "Pause the rollout, or give the Service another selector.")
    if scene.act in {*_DELIBERATE, *BACKWARD} and not scene.is_routed(name):
        if scene.routes_unknown:
            return objects(
                GuardId.SERVICE_EMPTIED,
                f"{sentence} Ingresses cannot be read: one may lead to it.",
                _remedy(name, moment, frozenset(selector)),
            )
        return warns(GuardId.SERVICE_EMPTIED, f"{sentence} No route and no front door leads to it.")
    return blocks(GuardId.SERVICE_EMPTIED, sentence, _remedy(name, moment, frozenset(selector)))


def _remedy(name: str, moment: Moment, keys: frozenset[str]) -> str:
    if moment.change.object.kind == "Pod":
        return "Restart the workload instead: that brings a new pod up first."
    if not HASH_KEYS.isdisjoint(keys):
        return f"Take the hash out of the selector of Service/{name} first, or delete that Service."
    return "Let another version serve first, or keep a pod."


def _deleted(scene: GuardScene) -> Iterator[Guard]:
    for moment in scene.forecast.moments:
        name = moment.change.object.name
        if moment.change.object.kind != "Service" or moment.change.kind is not ChangeKind.DELETE:
            continue
        if moment.before.ready_behind(name) and scene.is_routed(name):
            yield blocks(
                GuardId.SERVICE_EMPTIED,
                f"Service/{name} takes traffic, and would be deleted.",
                "Lead the traffic elsewhere first.",
            )


def _kept(scene: GuardScene) -> Iterator[Guard]:
    """Say that nobody loses anything, where endpoints come or go at all."""
    forecast = scene.forecast
    moved = [
        name
        for name in forecast.services
        if forecast.start.ready_behind(name)
        and forecast.end.service(name) is not None
        and {pod.name for pod in forecast.start.ready_behind(name)}
        != {pod.name for pod in forecast.end.ready_behind(name)}
    ]
    moved = [name for name in moved if name not in dict(forecast.interrupted())]
    if not moved and scene.act in _DELIBERATE and len(forecast.end.pods) < len(forecast.start.pods):
        yield passes(GuardId.SERVICE_EMPTIED, "No Service loses an endpoint.")
    if moved:
        names = listed(f"Service/{name}" for name in moved)
        yield passes(
            GuardId.SERVICE_EMPTIED, f"{names} {'keeps' if len(moved) == 1 else 'keep'} ready endpoints throughout."
        )
