"""Invented pods, as long as real ones: about 4.8 kB of JSON, managedFields included."""

from __future__ import annotations

from tests.bench.canned_objects import CREATED, HASH, CannedRelease, JsonObject, pod_address, pod_name

_PROBE = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
_CONDITIONS = ("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled")


def pod(release: CannedRelease, place: int, version: int = 0, ready: bool = True) -> JsonObject:
    """Return one pod; a higher `version` is a later state of it."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": _metadata(release, place, version),
        "spec": _spec(release, place),
        "status": _status(release, place, ready),
    }


def _metadata(release: CannedRelease, place: int, version: int) -> JsonObject:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{release.name}-{HASH}", "uid": release.uid(2)}
    return {
        "name": pod_name(release, place),
        "generateName": f"{release.name}-{HASH}-",
        "namespace": release.namespace,
        "uid": release.uid(5, place),
        "resourceVersion": str(version or 100_000 + release.number * 100 + place),
        "creationTimestamp": CREATED,
        "labels": {**release.labels(), "pod-template-hash": HASH},
        "annotations": {"prometheus.io/scrape": "true", "prometheus.io/port": "9102"},
        "ownerReferences": [{**owner, "controller": True, "blockOwnerDeletion": True}],
        "managedFields": [_managed("kube-controller-manager", 8), _managed("kubelet", 16)],
    }


def _managed(manager: str, fields: int) -> JsonObject:
    owned: JsonObject = {f'k:{{"type":"Field{number:02d}"}}': {".": {}, "f:status": {}} for number in range(fields)}
    entry = {"manager": manager, "operation": "Update", "apiVersion": "v1", "time": CREATED}
    return {**entry, "fieldsType": "FieldsV1", "fieldsV1": {"f:status": {"f:conditions": owned}}}


def _spec(release: CannedRelease, place: int) -> JsonObject:
    mount = {"name": "kube-api-access-x7k2p", "readOnly": True}
    container = {
        "name": "app",
        "image": f"registry.example/{release.name}:1.25.3",
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
        "env": [{"name": f"SETTING_{number}", "value": f"value-{number}"} for number in range(6)],
        "resources": {"limits": {"memory": "256Mi"}, "requests": {"cpu": "100m", "memory": "128Mi"}},
        "volumeMounts": [{**mount, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"}],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": "http", "scheme": "HTTP"}, **_PROBE},
        "readinessProbe": {"httpGet": {"path": "/readyz", "port": "http", "scheme": "HTTP"}, **_PROBE},
        "terminationMessagePath": "/dev/termination-log",
        "terminationMessagePolicy": "File",
        "imagePullPolicy": "IfNotPresent",
    }
    return {
        "containers": [container],
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "dnsPolicy": "ClusterFirst",
        "serviceAccountName": "default",
        "nodeName": f"node-{place}",
        "schedulerName": "default-scheduler",
        "tolerations": [
            {"key": f"node.kubernetes.io/{key}", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}
            for key in ("not-ready", "unreachable")
        ],
    }


def _status(release: CannedRelease, place: int, ready: bool) -> JsonObject:
    word = "True" if ready else "False"
    address = pod_address(release, place)
    return {
        "phase": "Running",
        "conditions": [
            {
                "type": kind,
                "status": word if "Ready" in kind and "Start" not in kind else "True",
                "lastProbeTime": None,
                "lastTransitionTime": CREATED,
            }
            for kind in _CONDITIONS
        ],
        "hostIP": f"10.0.0.{place}",
        "podIP": address,
        "podIPs": [{"ip": address}],
        "startTime": CREATED,
        "containerStatuses": [
            {
                "name": "app",
                "state": {"running": {"startedAt": CREATED}},
                "lastState": {},
                "ready": ready,
                "restartCount": 0,
                "image": f"registry.example/{release.name}:1.25.3",
                "imageID": f"registry.example/{release.name}@sha256:{release.number:064x}",
                "containerID": f"containerd://{place:064x}",
                "started": True,
            }
        ],
        "qosClass": "Burstable",
    }
