"""Guards of replicas: autoscalers that would undo a change of them, and disruption budgets that are used up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cockpit.actions.acts import Act
from cockpit.actions.change import ChangeKind
from cockpit.actions.guard_scene import REPLICAS, GuardScene, listed, objects, passes, warns
from cockpit.actions.guards import Guard, GuardId
from cockpit.actions.stage import changes_template
from cockpit.release.workloads import Workload
from cockpit.resources.kinds import AUTOSCALER, DISRUPTION_BUDGET
from cockpit.resources.meta import LabelSelector, LabelSelectorRequirement
from cockpit.resources.scaling import HorizontalPodAutoscaler, PodDisruptionBudget


def judge_scaling(scene: GuardScene) -> Iterator[Guard]:
    """Yield what is to be said of autoscalers and budgets of the workloads that the plan writes."""
    yield from _unreadable(scene)
    yield from _autoscaled(scene)
    yield from _budgeted(scene)


def _unreadable(scene: GuardScene) -> Iterator[Guard]:
    """Say what is not known, where a plan hangs on it: no autoscaler that is seen is not one that is not there."""
    unreadable = scene.subject.inventory.unreadable
    scaled = [
        found.ref
        for found, moment in scene.written_workloads()
        if any(field.path == REPLICAS for field in moment.change.fields)
    ]
    if scaled and AUTOSCALER.plural in unreadable:
        sentence = f"Autoscalers cannot be read: one may set the replicas of {listed(scaled)} again."
        yield warns(GuardId.AUTOSCALER, sentence, f"Ask for the right to list {AUTOSCALER.plural}.")
    leaving = {what for _, what, _ in _leaving(scene)}
    if leaving and DISRUPTION_BUDGET.plural in unreadable:
        sentence = f"Disruption budgets cannot be read: one may want the pods of {listed(sorted(leaving))} to stay."
        yield warns(GuardId.DISRUPTION_BUDGET, sentence, f"Ask for the right to list {DISRUPTION_BUDGET.plural}.")


def _autoscaled(scene: GuardScene) -> Iterator[Guard]:
    for found, moment in scene.written_workloads():
        autoscaler = _autoscaler_of(scene, found)
        if autoscaler is None:
            continue
        for field in moment.change.fields:
            if field.path == REPLICAS and isinstance(field.after, int):
                yield _scaled(autoscaler, found, field.after)
        if scene.act is Act.PAUSE:
            yield warns(
                GuardId.AUTOSCALER,
                f"HorizontalPodAutoscaler/{autoscaler.metadata.name} goes on scaling all versions of {found.ref} while "
                "it is paused.",
                "Set its minimum to its maximum to hold the number of pods.",
            )


def _autoscaler_of(scene: GuardScene, found: Workload) -> HorizontalPodAutoscaler | None:
    for autoscaler in scene.subject.inventory.autoscalers.values():
        target = autoscaler.spec.scale_target_ref
        if f"{target.kind}/{target.name}" == found.ref:
            return autoscaler
    return None


def _scaled(autoscaler: HorizontalPodAutoscaler, found: Workload, wanted: int) -> Guard:
    name = f"HorizontalPodAutoscaler/{autoscaler.metadata.name}"
    low, high = autoscaler.spec.min_replicas, autoscaler.spec.max_replicas
    if wanted == 0:
        return warns(GuardId.AUTOSCALER, f"{name} does nothing while {found.ref} has 0 replicas.")
    if low <= wanted <= high:
        return warns(GuardId.AUTOSCALER, f"{name} will set the replicas of {found.ref} by load, {low} to {high}.")
    return objects(
        GuardId.AUTOSCALER,
        f"{name} keeps {found.ref} between {low} and {high} replicas and would undo {wanted}.",
        "Change its minimum or maximum.",
    )


def _budgeted(scene: GuardScene) -> Iterator[Guard]:
    for labels, what, deletes in _leaving(scene):
        for budget in scene.subject.inventory.disruption_budgets.values():
            if selects(budget.spec.selector, labels):
                yield from _judged(budget, what, deletes=deletes)


def _leaving(scene: GuardScene) -> Iterator[tuple[Mapping[str, str], str, bool]]:
    """Yield the labels of pods that go, what they are, and whether they are deleted one by one."""
    for moment in scene.forecast.moments:
        change = moment.change
        if change.object.kind == "Pod" and change.kind is ChangeKind.DELETE:
            for pod in moment.before.pods:
                if pod.name == change.object.name:
                    yield pod.labels, f"Pod/{pod.name}", True
    for found, moment in scene.written_workloads():
        fewer = any(
            field.path == REPLICAS and isinstance(field.after, int) and field.after < found.desired
            for field in moment.change.fields
        )
        if fewer or changes_template(moment.change):
            yield found.template_labels, found.ref, False


def _judged(budget: PodDisruptionBudget, what: str, *, deletes: bool) -> Iterator[Guard]:
    name, allowed = f"PodDisruptionBudget/{budget.metadata.name}", budget.status.disruptions_allowed
    if allowed is None:
        return
    if allowed > 0:
        if deletes:
            yield passes(GuardId.DISRUPTION_BUDGET, f"{name} lets {allowed} more go.")
    elif deletes:
        yield objects(
            GuardId.DISRUPTION_BUDGET,
            f"{name} lets no pod go now, so {what} should stay.",
            "Wait until pods are ready.",
        )
    else:
        yield warns(
            GuardId.DISRUPTION_BUDGET,
            f"{name} lets no pod go now. It does not stop changes of {what}, but nodes cannot be drained meanwhile.",
        )


def selects(selector: LabelSelector, labels: Mapping[str, str]) -> bool:
    """Say whether a label selector takes labels; an empty one takes everything (policy/v1)."""
    return all(labels.get(key) == value for key, value in selector.match_labels.items()) and all(
        _meets(requirement, labels) for requirement in selector.match_expressions
    )


def _meets(requirement: LabelSelectorRequirement, labels: Mapping[str, str]) -> bool:
    there = requirement.key in labels
    match requirement.operator:
        case "In":
            return there and labels[requirement.key] in requirement.values
        case "NotIn":
            return not there or labels[requirement.key] not in requirement.values
        case "Exists":
            return there
        case "DoesNotExist":
            return not there
    return False
