"""ReplicaSets as the revisions of a Deployment: names, hashes, revision numbers, and what is cleaned away."""

from __future__ import annotations

import json

from cockpit.training.chance import ALPHABET
from cockpit.training.controllers.rollout import DESIRED, MAXIMUM, max_surge, oldest_first, replicas_of
from cockpit.training.objects import Json, annotations_of, is_deleting, name_of, owner_reference

HASH_LABEL = "pod-template-hash"
REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
_NOT_COPIED = frozenset({
    "kubectl.kubernetes.io/last-applied-configuration", REVISION, REVISION_HISTORY, DESIRED, MAXIMUM,
    "deprecated.deployment.rollback.to",
})  # fmt: skip
_FNV_OFFSET, _FNV_PRIME = 2166136261, 16777619


def template_hash(template: Json, collisions: int) -> str:
    """Return a template's hash in the alphabet of real ones: FNV-1a, its decimal digits spelt in safe letters."""
    text = json.dumps(template, sort_keys=True) + (str(collisions) if collisions else "")
    value = _FNV_OFFSET
    for byte in text.encode():
        value = ((value ^ byte) * _FNV_PRIME) & 0xFFFFFFFF
    return "".join(ALPHABET[ord(digit) % len(ALPHABET)] for digit in str(value))


def bare_template(replica_set: Json) -> Json:
    """Return a ReplicaSet's template without its hash label: the Deployment's template that it came from."""
    template = replica_set["spec"]["template"]
    labels = {key: value for key, value in template["metadata"].get("labels", {}).items() if key != HASH_LABEL}
    return {**template, "metadata": {**template["metadata"], "labels": labels}}


def find_new(deployment: Json, replica_sets: list[Json]) -> Json | None:
    """Return the oldest ReplicaSet of the Deployment's template (FindNewReplicaSet)."""
    template = _bare(deployment["spec"]["template"])
    same = (replica_set for replica_set in oldest_first(replica_sets) if _bare(bare_template(replica_set)) == template)
    return next(same, None)


def _bare(template: Json) -> Json:
    """Drop empty maps, which say the same as none."""
    metadata = {key: value for key, value in template.get("metadata", {}).items() if value}
    return {**template, "metadata": metadata}


def revision_of(obj: Json) -> int:
    """Return the revision number, 0 where there is none."""
    text = annotations_of(obj).get(REVISION, "0")
    return int(text) if text.isdigit() else 0


def new_replica_set(deployment: Json, old: list[Json], hash_: str, replicas: int) -> Json:
    """Return the manifest of a new ReplicaSet for the Deployment's template."""
    spec, template = deployment["spec"], deployment["spec"]["template"]
    labels = {**(template["metadata"].get("labels") or {}), HASH_LABEL: hash_}
    selector = dict(spec["selector"])
    selector["matchLabels"] = {**(selector.get("matchLabels") or {}), HASH_LABEL: hash_}
    made: Json = {
        "replicas": replicas,
        "selector": selector,
        "template": {**template, "metadata": {**template["metadata"], "labels": labels}},
    }
    if spec.get("minReadySeconds"):
        made["minReadySeconds"] = spec["minReadySeconds"]
    metadata = {
        "name": f"{name_of(deployment)[: 252 - len(hash_)]}-{hash_}",
        "labels": labels,
        "annotations": revision_annotations(deployment, old, None),
        "ownerReferences": [owner_reference(deployment)],
    }
    return {"metadata": metadata, "spec": made}


def revision_annotations(deployment: Json, old: list[Json], existing: Json | None) -> dict[str, str]:
    """Return the annotations of the current ReplicaSet: the Deployment's, the next revision, the wanted sizes."""
    copied = {key: value for key, value in annotations_of(deployment).items() if key not in _NOT_COPIED}
    annotations = {**(annotations_of(existing) if existing else {}), **copied}
    newest = max((revision_of(replica_set) for replica_set in old), default=0) + 1
    before = revision_of(existing) if existing else 0
    if before < newest:
        annotations[REVISION] = str(newest)
        if before:
            history = [entry for entry in annotations.get(REVISION_HISTORY, "").split(",") if entry]
            annotations[REVISION_HISTORY] = ",".join([*history, str(before)])
    if existing is None:
        annotations |= sizes(deployment)
    return annotations


def sizes(deployment: Json) -> dict[str, str]:
    """Return the annotations that say for which size a ReplicaSet was scaled."""
    wanted = replicas_of(deployment)
    return {DESIRED: str(wanted), MAXIMUM: str(wanted + max_surge(deployment))}


def to_clean_up(deployment: Json, old: list[Json]) -> list[Json]:
    """Return the old ReplicaSets beyond revisionHistoryLimit, lowest revision first."""
    limit = int(deployment["spec"].get("revisionHistoryLimit", 10))
    cleanable = [rs for rs in old if not is_deleting(rs)]
    surplus = sorted(cleanable, key=revision_of)[: max(len(cleanable) - limit, 0)]
    return [rs for rs in surplus if not replicas_of(rs) and not rs["status"].get("replicas") and _observed(rs)]


def _observed(replica_set: Json) -> bool:
    return bool(replica_set["metadata"]["generation"] <= replica_set["status"].get("observedGeneration", 0))
