"""Guard of selectors that would take pods of somebody else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cockpit.actions.forecast import Moment, selector_changes
from cockpit.actions.guard_scene import GuardScene, blocks, listed, passes, selector_words, warns
from cockpit.actions.guards import Guard, GuardId
from cockpit.release.labels import matches, template_selector
from cockpit.release.workloads import workloads_of

_NAMED = 3


def judge_foreign(scene: GuardScene) -> Iterator[Guard]:
    """Yield what is to be said of selectors that match what is not of this release."""
    for moment, name in selector_changes(scene.forecast.moments):
        after = moment.at_once.service(name)
        if after is None or not after.spec.selector:
            continue
        if name in scene.subject.membership.umbrellas:
            yield passes(
                GuardId.FOREIGN_PODS, f"Service/{name} serves several releases: that it takes pods of others is meant."
            )
            continue
        yield _judged(scene, moment, name, after.spec.selector)


def _judged(scene: GuardScene, moment: Moment, name: str, selector: Mapping[str, str]) -> Guard:
    before = moment.before.service(name)
    foreign = _foreign(scene, moment, selector)
    known = _foreign(scene, moment, before.spec.selector) if before else frozenset()
    if fresh := foreign - known:
        return blocks(
            GuardId.FOREIGN_PODS,
            f"The selector {selector_words(selector)} of Service/{name} would also take {_named(fresh)}, which "
            f"{'is' if len(fresh) == 1 else 'are'} not of this release.",
            "Give the selector a label that only this release has.",
        )
    if foreign:
        sentence = f"Service/{name} takes {_named(foreign)} too, not of this release, as it does now."
        return warns(GuardId.FOREIGN_PODS, sentence)
    return passes(GuardId.FOREIGN_PODS, f"The selector of Service/{name} takes pods of this release only.")


def _foreign(scene: GuardScene, moment: Moment, selector: Mapping[str, str]) -> frozenset[str]:
    """Return workloads, and pods of none, that a selector takes and that are not of the release."""
    own = {entry.ref for entry in scene.subject.workloads}
    found = {
        entry.ref
        for entry in workloads_of(scene.subject.inventory)
        if entry.ref not in own and matches(template_selector(selector), entry.template_labels)
    }
    for pod in moment.before.matching(selector):
        if pod.workload not in own:
            found.add(pod.workload or f"Pod/{pod.name}")
    return frozenset(found)


def _named(refs: frozenset[str]) -> str:
    names = sorted(refs)
    more = len(names) - _NAMED
    return listed([*names[:_NAMED], *([f"{more} more"] if more > 0 else [])])
