"""The stand-in for scheduler and kubelet that the recordings were made with, on the embedded cluster.

It binds a pod within milliseconds, makes it ready 2 s later in one write, lets it fail in the way that its annotation
`standin/fail` names, and finishes a deleted one after 0.5 s.
"""

from __future__ import annotations

from collections import Counter
from functools import partial

from cockpit.training.api.kinds import EVENT, POD
from cockpit.training.api.store import Change
from cockpit.training.api.writing import DeleteOptions
from cockpit.training.controllers.behaviour import Casting
from cockpit.training.controllers.nodes import Nodes
from cockpit.training.controllers.plane import Plane
from cockpit.training.objects import Json, annotations_of, is_deleting, name_of, namespace_of, timestamp, uid_of

READY_AFTER, GONE_AFTER = 2.0, 0.5  # seconds
NODES = (9, 4, 2, 7, 3, 5, 6, 0, 8, 1)  # in the order in which pods were put on them; the last is left empty
_BOUND_AFTER = 0.01
_FAIL = "standin/fail"


class StandIn:
    """Takes the place of `controllers.kubelet.Kubelet`."""

    def __init__(self, plane: Plane, nodes: Nodes, casting: Casting) -> None:
        self._plane = plane
        self._seen: set[str] = set()
        self._stopping: set[str] = set()
        self._bound = 0
        self._following = False
        self._waiting: dict[str, list[tuple[tuple[str, str], str]]] = {}
        self._early: Counter[str] = Counter()

    def follow(self, start: float, cues: list[tuple[float, str]]) -> None:
        """Make pods ready at given times: at each of them the oldest that waits, of a template."""
        self._following = True
        for moment, template in cues:
            delay = start + moment - self._plane.clock.now
            self._plane.clock.call_later(delay, partial(self._cue, template))

    def observe(self, change: Change) -> None:
        if change.kind is not POD or change.type == "DELETED":
            return
        uid, key = uid_of(change.object), (namespace_of(change.object), name_of(change.object))
        if uid not in self._seen:
            self._seen.add(uid)
            self._plane.clock.call_later(_BOUND_AFTER, lambda: self._bind(key, uid))
        elif is_deleting(change.object) and uid not in self._stopping:
            self._stopping.add(uid)
            self._plane.clock.call_later(GONE_AFTER, lambda: self._finish(key, uid))

    def is_healthy(self, uid: str) -> bool:
        return bool(uid)

    def behaviour_of(self, uid: str) -> None:
        """Tell nothing: its applications are all alike."""

    def life_of(self, uid: str) -> None:
        """Tell nothing: its containers never restart."""

    def _pod(self, key: tuple[str, str], uid: str) -> Json | None:
        pod = self._plane.store.get(POD, *key)
        return pod if pod is not None and uid_of(pod) == uid else None

    def _bind(self, key: tuple[str, str], uid: str) -> None:
        pod = self._pod(key, uid)
        if pod is None:
            return
        node = f"node-{NODES[self._bound % (len(NODES) - 1)]}"
        self._bound += 1
        self._plane.registry.replace(POD, *key, {**pod, "spec": {**pod["spec"], "nodeName": node}})
        self._announce(pod, node)
        if not self._following:
            self._plane.clock.call_later(READY_AFTER, lambda: self._run(key, uid))
        elif self._early[template_of(pod)]:
            self._early[template_of(pod)] -= 1
            self._run(key, uid)
        else:
            self._waiting.setdefault(template_of(pod), []).append((key, uid))

    def _cue(self, template: str) -> None:
        waiting = self._waiting.setdefault(template, [])
        while waiting:
            key, uid = waiting.pop(0)
            if self._pod(key, uid) is not None and uid not in self._stopping:
                self._run(key, uid)
                return
        self._early[template] += 1

    def _announce(self, pod: Json, node: str) -> None:
        """Write the event of the scheduler, which uses the new form of Event."""
        about = {"kind": "Pod", "apiVersion": "v1", "namespace": namespace_of(pod), "name": name_of(pod)}
        self._plane.registry.create(EVENT, namespace_of(pod), {
            "metadata": {"name": f"{name_of(pod)}.{int(self._plane.clock.now * 1e9):x}"},
            "involvedObject": {**about, "uid": uid_of(pod)},
            "reason": "Scheduled",
            "action": "Binding",
            "message": f"Successfully assigned {namespace_of(pod)}/{name_of(pod)} to {node}",
            "type": "Normal",
            "eventTime": timestamp(self._plane.clock.now).replace("Z", ".000000Z"),
            "reportingComponent": "default-scheduler",
            "reportingInstance": "default-scheduler-vm",
        })  # fmt: skip

    def _run(self, key: tuple[str, str], uid: str) -> None:
        pod = self._pod(key, uid)
        if pod is not None and uid not in self._stopping:
            status = _status(pod, timestamp(self._plane.clock.now), self._bound)
            self._plane.registry.replace(POD, *key, {**pod, "status": status}, "status")

    def _finish(self, key: tuple[str, str], uid: str) -> None:
        if self._pod(key, uid) is not None:
            self._plane.registry.delete(POD, *key, DeleteOptions(grace=0))


def template_of(pod: Json) -> str:
    """Return what tells a pod's template from others: its image, and what its annotations say."""
    marks = [value for _, value in sorted(annotations_of(pod).items())]
    return " ".join([str(pod["spec"]["containers"][0]["image"]), *marks])


def _status(pod: Json, moment: str, serial: int) -> Json:
    failure = annotations_of(pod).get(_FAIL, "")
    container = pod["spec"]["containers"][0]
    ready = "False" if failure else "True"
    believed = {"Initialized": "True", "Ready": ready, "ContainersReady": ready, "PodScheduled": "True"}
    address = f"10.244.{serial // 250}.{serial % 250 + 2}"
    waiting = {"waiting": {"reason": failure, "message": "stand-in"}}
    return {
        "phase": "Pending" if failure == "ImagePullBackOff" else "Running",
        "conditions": [
            {"type": kind, "status": value, "lastProbeTime": None, "lastTransitionTime": moment}
            for kind, value in believed.items()
        ],
        "hostIP": f"192.168.0.1{pod['spec']['nodeName'][-1]}",
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": moment,
        "containerStatuses": [{
            "name": container["name"],
            "state": waiting if failure else {"running": {"startedAt": moment}},
            "lastState": {},
            "ready": not failure,
            "restartCount": 3 if failure == "CrashLoopBackOff" else 0,
            "image": container["image"],
            "imageID": "x",
            "started": not failure,
        }],
        "qosClass": "BestEffort",
    }  # fmt: skip
