"""Scheduler and kubelets: a pod is bound, its image pulled, its container started, probed, restarted and stopped."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.training.api.kinds import NODE, POD
from cockpit.training.api.store import Change, Key
from cockpit.training.api.writing import DeleteOptions
from cockpit.training.controllers import pod_status
from cockpit.training.controllers.attempt import attempt
from cockpit.training.controllers.behaviour import Behaviour, Casting
from cockpit.training.controllers.environment import missing_source
from cockpit.training.controllers.logs import Life
from cockpit.training.controllers.nodes import Nodes, NoNodeError
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.pod_run import PodRun, back_off, fails_now, go_duration, repeat_after
from cockpit.training.controllers.probes import failure_text, readiness_probe, unready_after
from cockpit.training.controllers.recorder import Place
from cockpit.training.objects import Json, is_deleting, name_of, namespace_of, uid_of

_SCHEDULER, _KUBELET = "default-scheduler", "kubelet"
_RETRY = 1.0  # seconds until a pod that no node took is tried again, once a node changed
_CRASH_AFTER = (0.8, 2.5)  # seconds that a crashing container runs


class Kubelet:
    """Runs every pod of the cluster."""

    def __init__(self, plane: Plane, nodes: Nodes, casting: Casting) -> None:
        self._plane = plane
        self._nodes = nodes
        self._casting = casting
        self._runs: dict[str, PodRun] = {}
        self._homeless: set[str] = set()  # uids of the pods that no node takes

    def observe(self, change: Change) -> None:
        """Take on new pods, stop deleted ones, forget those that are gone; a node that changed may take more."""
        if change.kind is NODE:
            self._retry()
        if change.kind is not POD:
            return
        uid = uid_of(change.object)
        if change.type == "DELETED":
            self._runs.pop(uid, None)
            self._homeless.discard(uid)
            self._nodes.release(uid)
        elif uid not in self._runs:
            self._admit(change.object, uid)
        elif is_deleting(change.object) and not self._runs[uid].stopping:
            self._stop(change.object, self._runs[uid])

    def is_healthy(self, uid: str) -> bool:
        """Tell whether the application of a pod is well; of a pod that is not known it is."""
        run = self._runs.get(uid)
        return run is None or run.behaviour.healthy

    def behaviour_of(self, uid: str) -> Behaviour | None:
        """Return how a pod behaves, None where it is not known."""
        run = self._runs.get(uid)
        return run.behaviour if run else None

    def life_of(self, uid: str, previous: bool = False) -> Life | None:
        """Return the run that a pod's containers are in, or were in last; or the one before. None: there was none."""
        run = self._runs.get(uid)
        return None if run is None else run.before if previous else run.life

    def _admit(self, pod: Json, uid: str) -> None:
        key = (namespace_of(pod), name_of(pod))
        self._runs[uid] = PodRun(key, self._casting.behaviour_of(pod))
        if pod["spec"].get("nodeName"):
            self._nodes.occupy(uid, str(pod["spec"]["nodeName"]))
            self._later(uid, self._plane.chance.between(0.02, 0.1), self._prepare)
        else:
            self._later(uid, self._plane.chance.between(0.003, 0.02), self._bind)

    def _later(self, uid: str, delay: float, step: Callable[[Json, PodRun], None]) -> None:
        def run() -> None:
            record = self._runs.get(uid)
            pod = self._plane.store.get(POD, *record.key) if record else None
            if record is not None and pod is not None and uid_of(pod) == uid and not record.stopping:
                self._take(uid, pod, record, step)

        self._plane.clock.call_later(delay, run)

    def _take(self, uid: str, pod: Json, run: PodRun, step: Callable[[Json, PodRun], None]) -> None:
        what = f"The next step of pod {run.key[0]}/{run.key[1]}"
        delay, run.faults = attempt(lambda: step(pod, run), what, run.faults)
        if delay:
            self._later(uid, delay, step)

    def _bind(self, pod: Json, run: PodRun) -> None:
        try:
            node = self._nodes.choose(pod)
        except NoNodeError as error:
            self._leave_pending(pod, run, str(error))
            return
        bound = self._plane.registry.replace(POD, *run.key, {**pod, "spec": {**pod["spec"], "nodeName": node}})
        self._plane.registry.replace(
            POD, *run.key, {**bound, "status": pod_status.scheduled(bound, self._plane.clock.now)}, "status"
        )
        message = f"Successfully assigned {run.key[0]}/{run.key[1]} to {node}"
        self._plane.recorder.normal(pod, "Scheduled", message, _SCHEDULER)
        self._later(uid_of(pod), self._plane.chance.between(0.05, 0.25), self._prepare)

    def _leave_pending(self, pod: Json, run: PodRun, why: str) -> None:
        status = pod_status.unscheduled(pod, why, self._plane.clock.now)
        self._plane.registry.replace(POD, *run.key, {**pod, "status": status}, "status")
        self._plane.recorder.warning(pod, "FailedScheduling", why, _SCHEDULER)
        self._homeless.add(uid_of(pod))

    def _retry(self) -> None:
        waiting, self._homeless = sorted(self._homeless), set()
        for uid in waiting:
            self._later(uid, _RETRY, self._bind)

    def _prepare(self, pod: Json, run: PodRun) -> None:
        self._write(pod, run, "Pending", pod_status.waiting("ContainerCreating"), address=False)
        self._event(pod, "Pulling", f'Pulling image "{_image(pod)}"')
        steps = {"image-pull": self._pull_failed, "config-error": self._config_missing}
        self._later(uid_of(pod), run.behaviour.start, steps.get(run.behaviour.failure, self._start))

    def _config_missing(self, pod: Json, run: PodRun) -> None:
        missing = missing_source(self._plane.store, pod)
        why = missing or f'secret "{pod["spec"]["containers"][0]["name"]}-config" not found'
        self._event(pod, "Failed", f"Error: {why}", warning=True)
        self._write(pod, run, "Pending", pod_status.waiting("CreateContainerConfigError", why))
        run.pulls += 1
        again = self._config_missing if run.behaviour.failure == "config-error" else self._start
        self._later(uid_of(pod), repeat_after(run.pulls), again)

    def _start(self, pod: Json, run: PodRun) -> None:
        if not run.restarts and missing_source(self._plane.store, pod):
            self._config_missing(pod, run)
            return
        name = pod["spec"]["containers"][0]["name"]
        if not run.restarts:
            took = f"{run.behaviour.start:.3f}s"
            self._event(
                pod, "Pulled", f'Successfully pulled image "{_image(pod)}" in {took} ({took} including waiting)'
            )
        else:
            self._event(pod, "Pulled", f'Container image "{_image(pod)}" already present on machine')
        self._event(pod, "Created", f"Container created: {name}")
        self._event(pod, "Started", f"Container started: {name}")
        run.started = self._plane.clock.now
        never = run.behaviour.failure == "never-ready" or fails_now(run)
        run.before, run.life = run.life, Life(run.started, ready_after=None if never else run.behaviour.ready)
        at_once = run.behaviour.ready <= 0 and not fails_now(run) and run.behaviour.failure != "never-ready"
        self._write(pod, run, "Running", pod_status.running(run.started), ready=at_once)
        self._after_start(pod, run, at_once)

    def _after_start(self, pod: Json, run: PodRun, ready: bool) -> None:
        uid, behaviour = uid_of(pod), run.behaviour
        if behaviour.failure == "crash-loop":
            delay = self._plane.chance.between(*_CRASH_AFTER) if fails_now(run) else behaviour.fail_after
            self._later(uid, delay, self._crash)
        if behaviour.failure == "never-ready":
            self._complain(pod, run)
        elif ready:
            self._flap_later(uid, run)
        elif not fails_now(run):
            self._later(uid, behaviour.ready, self._become_ready)

    def _complain(self, pod: Json, run: PodRun) -> None:
        """Say that the probe fails, again and again, for as long as it does."""
        address = str((pod.get("status") or {}).get("podIP", ""))
        self._event(pod, "Unhealthy", failure_text(readiness_probe(pod), address), warning=True)
        run.complaints += 1
        if run.behaviour.failure == "never-ready":
            self._later(uid_of(pod), repeat_after(run.complaints), self._complain)

    def _become_ready(self, pod: Json, run: PodRun) -> None:
        state = pod["status"]["containerStatuses"][0]["state"]
        if "running" in state:
            self._write(pod, run, "Running", state, ready=True)
            self._flap_later(uid_of(pod), run)

    def _flap_later(self, uid: str, run: PodRun) -> None:
        if run.behaviour.flap_every > 0:
            self._later(uid, run.behaviour.flap_every, self._fall_silent)

    def _fall_silent(self, pod: Json, run: PodRun) -> None:
        self._complain(pod, run)
        lasts = unready_after(readiness_probe(pod))
        self._later(uid_of(pod), lasts, self._become_unready)
        self._later(uid_of(pod), lasts + run.behaviour.flap_for, self._become_ready)

    def _become_unready(self, pod: Json, run: PodRun) -> None:
        state = pod["status"]["containerStatuses"][0]["state"]
        if "running" in state:
            self._write(pod, run, "Running", state)

    def _crash(self, pod: Json, run: PodRun) -> None:
        now = self._plane.clock.now
        state = pod_status.ended(run.started, now)
        run.end(now, 1)
        self._write(pod, run, "Running", state)
        run.last_state = state
        self._later(uid_of(pod), 0.7, self._back_off)

    def _back_off(self, pod: Json, run: PodRun) -> None:
        delay = back_off(run.restarts)
        container = pod["spec"]["containers"][0]["name"]
        identity = f"{run.key[1]}_{run.key[0]}({uid_of(pod)})"
        message = f"back-off {go_duration(delay)} restarting failed container={container} pod={identity}"
        self._write(pod, run, "Running", pod_status.waiting("CrashLoopBackOff", message))
        text = f"Back-off restarting failed container {container} in pod {identity}"
        self._event(pod, "BackOff", text, warning=True)
        run.restarts += 1
        self._later(uid_of(pod), delay, self._start)

    def _pull_failed(self, pod: Json, run: PodRun) -> None:
        image = _image(pod)
        why = f'failed to resolve reference "{image}": {image}: not found'
        self._event(pod, "Failed", f'Failed to pull image "{image}": {why}', warning=True)
        self._event(pod, "Failed", "Error: ErrImagePull", warning=True)
        self._write(pod, run, "Pending", pod_status.waiting("ErrImagePull", why))
        self._later(uid_of(pod), self._plane.chance.between(1.0, 3.0), self._pull_back_off)

    def _pull_back_off(self, pod: Json, run: PodRun) -> None:
        image = _image(pod)
        self._event(pod, "BackOff", f'Back-off pulling image "{image}"')
        self._event(pod, "Failed", "Error: ImagePullBackOff", warning=True)
        self._write(pod, run, "Pending", pod_status.waiting("ImagePullBackOff", f'Back-off pulling image "{image}"'))
        delay = back_off(run.pulls)
        run.pulls += 1
        self._later(uid_of(pod), delay, self._pull_failed)

    def _stop(self, pod: Json, run: PodRun) -> None:
        run.stopping = True
        grace = float(pod["metadata"].get("deletionGracePeriodSeconds") or 0)
        for container in pod["spec"]["containers"]:
            self._event(pod, "Killing", f"Stopping container {container['name']}")
        uid = uid_of(pod)
        self._plane.clock.call_later(min(run.behaviour.stop, grace), lambda: self._finish(uid, run.key))

    def _finish(self, uid: str, key: Key) -> None:
        pod = self._plane.store.get(POD, *key)
        if pod is not None and uid_of(pod) == uid:
            self._plane.registry.delete(POD, *key, DeleteOptions(grace=0))

    def _write(
        self, pod: Json, run: PodRun, phase: str, state: Json, ready: bool = False, address: bool = True
    ) -> None:
        node, now = str(pod["spec"]["nodeName"]), self._plane.clock.now
        addresses = {"hostIP": self._nodes.host_address(node)}
        if address:
            addresses["podIP"] = self._nodes.address(uid_of(pod), node)
        statuses = [
            pod_status.container_status(pod, container, state, run.last_state, run.restarts, ready)
            for container in pod["spec"]["containers"]
        ]
        status = pod_status.kubelet_status(pod, phase, statuses, addresses, now)
        self._plane.registry.replace(POD, *run.key, {**pod, "status": status}, "status")

    def _event(self, pod: Json, reason: str, message: str, warning: bool = False) -> None:
        record = self._plane.recorder.warning if warning else self._plane.recorder.normal
        node, container = str(pod["spec"].get("nodeName", "")), pod["spec"]["containers"][0]["name"]
        record(pod, reason, message, _KUBELET, Place(node, f"spec.containers{{{container}}}"))


def _image(pod: Json) -> str:
    return str(pod["spec"]["containers"][0].get("image", ""))
