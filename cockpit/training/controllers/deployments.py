"""The Deployment controller (k8s.io/kubernetes, pkg/controller/deployment)."""

from __future__ import annotations

from cockpit.training.api.failures import ApiError
from cockpit.training.api.kinds import DEPLOYMENT, POD, REPLICA_SET
from cockpit.training.api.store import Change, Key
from cockpit.training.controllers import history, progress, rollout
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.pods import phase_of
from cockpit.training.controllers.queue import WorkQueue
from cockpit.training.controllers.rollout import replicas_of
from cockpit.training.objects import Json, annotations_of, is_deleting, name_of, namespace_of, uid_of

_COMPONENT = "deployment-controller"


class DeploymentController:
    """Moves Deployments from one ReplicaSet to the next."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self.queue = WorkQueue(plane.clock, plane.chance, self.reconcile, (0.008, 0.018))

    def observe(self, change: Change) -> None:
        """Queue the Deployments that a change concerns."""
        namespace = namespace_of(change.object)
        if change.kind is DEPLOYMENT:
            self.queue.add((namespace, name_of(change.object)))
        elif change.kind is REPLICA_SET:
            for owner in change.object["metadata"].get("ownerReferences") or ():
                self.queue.add((namespace, str(owner["name"])))
        elif change.kind is POD and change.type == "DELETED":
            for owner in change.object["metadata"].get("ownerReferences") or ():
                self._wake_recreate(namespace, str(owner["name"]))

    def reconcile(self, key: Key) -> None:
        """Take one Deployment one step further (syncDeployment)."""
        deployment = self._plane.store.get(DEPLOYMENT, *key)
        if deployment is None:
            return
        owned = self._plane.store.owned(uid_of(deployment), REPLICA_SET)
        if is_deleting(deployment):
            self._write(deployment, progress.counted_status(deployment, owned, None, self._now), owned)
            return
        deployment = self._write(deployment, progress.paused_status(deployment, self._now), owned)
        if deployment["spec"].get("paused") or _is_scaling(deployment, owned):
            self._scale(deployment, owned)
        elif rollout.is_rolling(deployment):
            self._roll(deployment, owned)
        else:
            self._recreate(deployment, owned)

    @property
    def _now(self) -> float:
        return self._plane.clock.now

    def _wake_recreate(self, namespace: str, replica_set: str) -> None:
        """Recreate waits for the last old pod, which no count of a ReplicaSet tells."""
        found = self._plane.store.get(REPLICA_SET, namespace, replica_set)
        for owner in (found or {}).get("metadata", {}).get("ownerReferences") or ():
            self.queue.add((namespace, str(owner["name"])))

    def _roll(self, deployment: Json, owned: list[Json]) -> None:
        deployment, new, old = self._revised(deployment, owned, create=True)
        if new is None:
            return None
        size = min(rollout.new_replicas(deployment, [*old, new], new), replicas_of(deployment))
        if size != replicas_of(new):
            new = self._resize(deployment, new, size)
            return self._sync_rollout(deployment, new, old)
        changes = rollout.old_scale_downs(deployment, old, new)
        if changes:
            old = [self._resize(deployment, rs, changes[name_of(rs)]) if name_of(rs) in changes else rs for rs in old]
            return self._sync_rollout(deployment, new, old)
        return self._settle(deployment, new, old)

    def _recreate(self, deployment: Json, owned: list[Json]) -> None:
        deployment, new, old = self._revised(deployment, owned, create=False)
        if rollout.active(old):
            old = [self._resize(deployment, rs, 0) if replicas_of(rs) else rs for rs in old]
            return self._sync_rollout(deployment, new, old)
        if self._pods_running(old):
            return self._sync_rollout(deployment, new, old)
        if new is None:
            deployment, new, old = self._revised(deployment, owned, create=True)
        if new is not None and replicas_of(new) != replicas_of(deployment):
            new = self._resize(deployment, new, replicas_of(deployment))
        return self._settle(deployment, new, old)

    def _settle(self, deployment: Json, new: Json | None, old: list[Json]) -> None:
        if progress.is_complete(deployment, deployment["status"]):
            self._clean_up(deployment, old)
        self._sync_rollout(deployment, new, old)

    def _pods_running(self, old: list[Json]) -> bool:
        pods = (pod for replica_set in old for pod in self._plane.store.owned(uid_of(replica_set), POD))
        return any(phase_of(pod) not in ("Succeeded", "Failed") for pod in pods)

    def _scale(self, deployment: Json, owned: list[Json]) -> None:
        """Scale without rolling: paused, or only the number changed (sync)."""
        deployment, new, old = self._revised(deployment, owned, create=False)
        every = [*old, *([new] if new else [])]
        sizes = _scaled_sizes(deployment, new, old)
        every = [self._resize(deployment, rs, sizes[name_of(rs)]) if name_of(rs) in sizes else rs for rs in every]
        if deployment["spec"].get("paused"):
            self._clean_up(deployment, old)
        current = next((rs for rs in every if new and name_of(rs) == name_of(new)), None)
        self._write(deployment, progress.counted_status(deployment, every, current, self._now), every)

    def _revised(self, deployment: Json, owned: list[Json], create: bool) -> tuple[Json, Json | None, list[Json]]:
        """Return the Deployment, its new ReplicaSet and the old ones, with revision numbers brought up to date."""
        new = history.find_new(deployment, owned)
        old = [replica_set for replica_set in owned if new is None or name_of(replica_set) != name_of(new)]
        status = deployment["status"]
        if new is not None:
            new = self._annotated(deployment, new, old)
            if progress.has_deadline(deployment) and not _has_progressing(status):
                message = f'Found new replica set "{name_of(new)}"'
                status = progress.with_condition(
                    status, "Progressing", "True", "FoundNewReplicaSet", message, self._now
                )
        elif create:
            new = self._create(deployment, old)
            if new is not None and progress.has_deadline(deployment):
                message = f'Created new replica set "{name_of(new)}"'
                status = progress.with_condition(
                    status, "Progressing", "True", "NewReplicaSetCreated", message, self._now
                )
        if new is not None:
            deployment = self._numbered(deployment, status, str(history.revision_of(new)))
        return deployment, new, old

    def _annotated(self, deployment: Json, new: Json, old: list[Json]) -> Json:
        annotations = history.revision_annotations(deployment, old, new)
        spec = dict(new["spec"])
        if spec.get("minReadySeconds", 0) != deployment["spec"].get("minReadySeconds", 0):
            spec["minReadySeconds"] = deployment["spec"].get("minReadySeconds", 0)
        wanted = {**new, "metadata": {**new["metadata"], "annotations": annotations}, "spec": spec}
        return self._plane.registry.replace(REPLICA_SET, namespace_of(new), name_of(new), wanted)

    def _numbered(self, deployment: Json, status: Json, revision: str) -> Json:
        """Note the revision on the Deployment; it travels with the status, so no generation is counted."""
        annotations = {**annotations_of(deployment), history.REVISION: revision}
        wanted = {**deployment, "metadata": {**deployment["metadata"], "annotations": annotations}, "status": status}
        return self._plane.registry.replace(DEPLOYMENT, namespace_of(deployment), name_of(deployment), wanted, "status")

    def _create(self, deployment: Json, old: list[Json]) -> Json | None:
        collisions = int(deployment["status"].get("collisionCount", 0))
        hash_ = history.template_hash(deployment["spec"]["template"], collisions)
        size = min(rollout.new_replicas(deployment, old, None), replicas_of(deployment))
        manifest = history.new_replica_set(deployment, old, hash_, size)
        try:
            new = self._plane.registry.create(REPLICA_SET, namespace_of(deployment), manifest)
        except ApiError as error:
            if error.reason != "AlreadyExists":
                raise
            self._write(deployment, {**deployment["status"], "collisionCount": collisions + 1}, [])
            return None
        if size:
            self._record_scaling(deployment, new, 0, size)
        return new

    def _resize(self, deployment: Json, replica_set: Json, size: int) -> Json:
        before = replicas_of(replica_set)
        annotations = {**annotations_of(replica_set), **history.sizes(deployment)}
        metadata = {**replica_set["metadata"], "annotations": annotations}
        wanted = {**replica_set, "metadata": metadata, "spec": {**replica_set["spec"], "replicas": size}}
        namespace, name = namespace_of(replica_set), name_of(replica_set)
        written = self._plane.registry.replace(REPLICA_SET, namespace, name, wanted)
        if before != size:
            self._record_scaling(deployment, replica_set, before, size)
        return written

    def _record_scaling(self, deployment: Json, replica_set: Json, before: int, after: int) -> None:
        direction = "up" if after > before else "down"
        message = f"Scaled {direction} replica set {name_of(replica_set)} from {before} to {after}"
        self._plane.recorder.normal(deployment, "ScalingReplicaSet", message, _COMPONENT)

    def _clean_up(self, deployment: Json, old: list[Json]) -> None:
        for replica_set in history.to_clean_up(deployment, old):
            self._plane.registry.delete(REPLICA_SET, namespace_of(replica_set), name_of(replica_set))

    def _sync_rollout(self, deployment: Json, new: Json | None, old: list[Json]) -> None:
        every = [*old, *([new] if new else [])]
        status = progress.counted_status(deployment, every, new, self._now)
        status = progress.progressed_status(deployment, status, new, self._now)
        self._write(deployment, progress.with_failure(status, new, old, self._now), every)

    def _write(self, deployment: Json, status: Json, every: list[Json]) -> Json:
        namespace, name = namespace_of(deployment), name_of(deployment)
        written = self._plane.registry.replace(DEPLOYMENT, namespace, name, {**deployment, "status": status}, "status")
        if progress.has_deadline(written) and not written["spec"].get("paused") and _is_waiting(written):
            self.queue.add_after((namespace, name), max(progress.deadline(written) - self._now, 0) + 1.0)
        return written


def _is_scaling(deployment: Json, owned: list[Json]) -> bool:
    wanted = str(replicas_of(deployment))
    return any(annotations_of(rs).get(rollout.DESIRED, wanted) != wanted for rs in rollout.active(owned))


def _scaled_sizes(deployment: Json, new: Json | None, old: list[Json]) -> dict[str, int]:
    """Return the sizes that scaling alone leads to; those that stay are named too, for their annotations."""
    every = [*old, *([new] if new else [])]
    running = rollout.active(every)
    only = running[0] if len(running) == 1 else new or next(iter(reversed(rollout.oldest_first(old))), None)
    if len(running) <= 1:
        return {name_of(only): replicas_of(deployment)} if only and replicas_of(only) != replicas_of(deployment) else {}
    if new is not None and _is_saturated(deployment, new):
        return {name_of(rs): 0 for rs in rollout.active(old)}
    return rollout.proportional_sizes(deployment, running) if rollout.is_rolling(deployment) else {}


def _is_saturated(deployment: Json, new: Json) -> bool:
    wanted = replicas_of(deployment)
    noted = annotations_of(new).get(rollout.DESIRED) == str(wanted)
    return noted and replicas_of(new) == wanted == int(new["status"].get("availableReplicas", 0))


def _has_progressing(status: Json) -> bool:
    return any(entry["type"] == "Progressing" for entry in status.get("conditions") or ())


def _is_waiting(deployment: Json) -> bool:
    conditions = deployment["status"].get("conditions") or ()
    reason = next((entry["reason"] for entry in conditions if entry["type"] == "Progressing"), "")
    return reason not in ("", "NewReplicaSetAvailable", "ProgressDeadlineExceeded")
