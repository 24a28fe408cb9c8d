"""Plays a scenario: each step at its time, through the registry, as a person with kubectl would.

Whoever works on an application of the scenario by hand has it from then on: the script leaves it alone.
"""

from __future__ import annotations

from cockpit.training.api.failures import ApiError, resource_missing
from cockpit.training.api.kinds import BY_NAME, EVENT, EVENT_V1, LEASE, NAMESPACE, ApiKind
from cockpit.training.api.patches import JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, patch_of
from cockpit.training.api.writing import WriteOptions
from cockpit.training.cluster import Cluster
from cockpit.training.objects import Json, clone
from cockpit.training.scenario import Scenario, Step
from cockpit.training.traffic.demand import Schedule

_PATCH_TYPES = {"strategic": STRATEGIC_PATCH, "merge": MERGE_PATCH, "json": JSON_PATCH}
_COMPONENT = "scenario"
_RECORDS = frozenset({EVENT, EVENT_V1, LEASE})
_APPLICATION_LABELS = frozenset({"app", "app.kubernetes.io/name", "k8s-app"})
_BY_HAND = WriteOptions(manager="kubectl-patch")


class Director:
    """Plays one scenario on one cluster; `start` is the moment that the scenario calls 0."""

    def __init__(self, cluster: Cluster, scenario: Scenario, start: float) -> None:
        self._cluster = cluster
        self._scenario = scenario
        self._start = start
        self._taken: set[tuple[str, str]] = set()  # namespace and name of applications that people work on

    def give_way(self, kind: ApiKind, namespace: str, name: str) -> None:
        """Leave the application that an object belongs to alone from now on: a person wrote that object."""
        if kind not in _RECORDS:
            self._taken |= {(namespace, application) for application in self._applications(kind, namespace, name)}

    def begin(self) -> None:
        """Put every step on the clock, then live through the past up to the start."""
        if any(step.kind not in BY_NAME for step in self._scenario.steps):
            self._cluster.define()
        scenario = self._scenario
        self._cluster.scraper.live_through(self._start)
        self._cluster.load.follow(Schedule(scenario.load, self._start, scenario.loop_after))
        self._cluster.exposition.proxy = scenario.proxy
        for step in scenario.steps:
            self._schedule(step, self._start + step.at)
        if self._scenario.loop_after:
            self._cluster.clock.call_later(self._until(self._start + self._scenario.loop_after), self._again)
        self._cluster.clock.advance_to(self._start)

    def _again(self) -> None:
        """Begin the steps from 0 on once more; manifests are not made again."""
        begun = self._cluster.clock.now
        for step in self._scenario.steps:
            if step.at >= 0 and step.scripted:
                self._schedule(step, begun + step.at)
        self._cluster.clock.call_later(self._scenario.loop_after, self._again)

    def _schedule(self, step: Step, moment: float) -> None:
        self._cluster.clock.call_later(self._until(moment), lambda: self._play(step))

    def _until(self, moment: float) -> float:
        return moment - self._cluster.clock.now

    def _play(self, step: Step) -> None:
        kind = self._cluster.store.kinds.named(step.kind) if self._taken else None
        applications = self._applications(kind, step.namespace, step.name) if kind is not None else ()
        if any((step.namespace, application) in self._taken for application in applications):
            return
        try:
            done = self._do(step)
        except ApiError as error:
            # Somebody changed the stage, e.g. deleted the Deployment: the cluster says so, and the play goes on.
            self._complain(step, error)
            return
        if step.note and done is not None:
            self._cluster.plane.recorder.normal(done, "Scenario", step.note, _COMPONENT)

    def _applications(self, kind: ApiKind, namespace: str, name: str) -> frozenset[str]:
        """Return what an object goes by: its own name, and those of applications in its labels and selector."""
        found = self._cluster.store.get(kind, namespace, name) or {}
        selector = (found.get("spec") or {}).get("selector") or {}
        pairs = {**(found.get("metadata", {}).get("labels") or {}), **(selector.get("matchLabels") or selector)}
        return frozenset({name, *(str(value) for key, value in pairs.items() if key in _APPLICATION_LABELS)})

    def _do(self, step: Step) -> Json | None:
        registry = self._cluster.registry
        kind = registry.store.kinds.named(step.kind)
        if kind is None:
            raise resource_missing()
        if step.action == "create":
            if kind.namespaced:
                self._cluster.ensure_namespace(step.namespace)
            body = clone(step.body) if isinstance(step.body, dict) else {}
            return registry.create(kind, step.namespace, body)
        if step.action == "delete":
            return registry.delete(kind, step.namespace, step.name).object
        patch = patch_of(_PATCH_TYPES[step.patch_type], step.body)
        return registry.patch(kind, step.namespace, step.name, patch, options=_BY_HAND)

    def _complain(self, step: Step, error: ApiError) -> None:
        about = self._cluster.store.get(NAMESPACE, "", step.namespace) or self._cluster.store.get(
            NAMESPACE, "", "default"
        )
        if about is not None:
            message = f"The scenario could not {step.action} {step.kind}/{step.name}: {error.message}"
            self._cluster.plane.recorder.warning(about, "ScenarioStepFailed", message, _COMPONENT)
