"""The state of a namespace at a quiescent point, in a form that a recording and the embedded cluster share.

Objects go by the template that their hash stands for; what counts the racing steps in between is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from cockpit.training.api.kinds import DEPLOYMENT, ENDPOINT_SLICE, ENDPOINTS, POD, REPLICA_SET, ApiKind
from cockpit.training.objects import Json, annotations_of, is_deleting, is_true, labels_of, name_of

KINDS = (DEPLOYMENT, REPLICA_SET, POD, ENDPOINT_SLICE, ENDPOINTS)
HASH = "pod-template-hash"
SERVICE_NAME = "kubernetes.io/service-name"


def deployment(obj: Json, hashes: Mapping[str, str]) -> Json:
    """Cut a Deployment to what is compared."""
    status = {**obj["status"], "conditions": conditions(obj["status"], hashes)}
    spec = {field: obj["spec"].get(field) for field in ("replicas", "paused")}
    return {"generation": obj["metadata"]["generation"], **spec, "notes": annotations_of(obj), "status": status}


def replica_set(obj: Json) -> Json:
    """Cut a ReplicaSet to what is compared."""
    status = {field: value for field, value in obj["status"].items() if field != "observedGeneration"}
    return {"replicas": obj["spec"]["replicas"], "notes": annotations_of(obj), "status": status}


def conditions(status: Json, hashes: Mapping[str, str]) -> list[Json]:
    """Return conditions without their times, in an order of their own."""
    known = re.compile("|".join(map(re.escape, hashes)) or "$^")
    fields = ("type", "status", "reason", "message")
    found = [{field: entry[field] for field in fields} for entry in status.get("conditions") or ()]
    for entry in found:
        entry["message"] = known.sub(lambda match: f"({hashes[match.group()]})", entry["message"])
    return sorted(found, key=lambda entry: str(entry["type"]))


def endpoints_of(slices: list[Json]) -> dict[str, Json]:
    """Return the endpoints behind each Service, counted by their conditions."""
    found: dict[str, Json] = {}
    for one in slices:
        counts = found.setdefault(labels_of(one)[SERVICE_NAME], dict.fromkeys(("ready", "serving", "terminating"), 0))
        for endpoint in one.get("endpoints") or ():
            for name in counts:
                counts[name] += bool(endpoint["conditions"][name])
    return found


def addresses_of(endpoints: Json) -> list[int]:
    """Return how many addresses of Endpoints are ready, and how many are not."""
    subsets = endpoints.get("subsets") or ()
    return [sum(len(subset.get(field) or ()) for subset in subsets) for field in ("addresses", "notReadyAddresses")]


def pods_of(pods: list[Json], hashes: Mapping[str, str]) -> dict[str, Json]:
    """Return the pods of each template, counted by state."""
    found: dict[str, Counter[str]] = {}
    for pod in pods:
        found.setdefault(hashes[labels_of(pod)[HASH]], Counter())[_word(pod)] += 1
    return {template: dict(counts) for template, counts in found.items()}


def _word(pod: Json) -> str:
    if is_deleting(pod):
        return "terminating"
    states = [entry["state"] for entry in (pod.get("status") or {}).get("containerStatuses") or ()]
    waiting = [str(state["waiting"]["reason"]) for state in states if "waiting" in state]
    return waiting[0] if waiting else "ready" if is_true(pod, "Ready") else "starting"


def state_of(objects: Mapping[ApiKind, list[Json]], hashes: Mapping[str, str]) -> dict[str, Any]:
    """Return the state that the objects of a namespace make; of every kind in `KINDS` there must be a list."""
    return {
        "deployments": {name_of(one): deployment(one, hashes) for one in objects[DEPLOYMENT]},
        "replicasets": {hashes[labels_of(one)[HASH]]: replica_set(one) for one in objects[REPLICA_SET]},
        "pods": pods_of(objects[POD], hashes),
        "services": endpoints_of(objects[ENDPOINT_SLICE]),
        "endpoints": {name_of(one): addresses_of(one) for one in objects[ENDPOINTS]},
    }
