"""Builds what a control plane would hold: workloads as YAML in, ReplicaSets, pods and EndpointSlices beside them out.

It knows nothing of the projection that it tests; it plays the controllers in the plainest way, at rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import msgspec
import yaml

from cockpit.release.inference import infer
from cockpit.release.inventory import Inventory, inventory_of
from cockpit.release.project import project
from cockpit.release.view import ReleaseView
from cockpit.resources.decode import SliceDecoder
from cockpit.resources.kinds import ROUTING, WATCHED
from cockpit.resources.meta import KubernetesObject

Json = dict[str, Any]  # raw objects of the API, before they become slices

FIXTURES = Path(__file__).parent / "fixtures"
SCENARIOS = Path(__file__).parent.parent / "scenarios"
CREATED = "2026-11-21T09:00:00Z"


class World:
    """One namespace, "default". Every object gets a uid; times are what the YAML says, or `CREATED`."""

    def __init__(self, *paths: Path) -> None:
        self.objects: dict[tuple[str, str], Json] = {}
        self._addresses = 1
        for path in paths:
            self.apply(path.read_text(encoding="utf-8"))

    def apply(self, manifests: str) -> None:
        """Store every document, as it is."""
        for document in yaml.safe_load_all(manifests):
            if document:
                self.put(document)

    def put(self, document: Json) -> Json:
        """Store one object with the metadata that a server gives it."""
        kind, name = document["kind"], document["metadata"]["name"]
        document["metadata"].setdefault("namespace", "default")
        document["metadata"].setdefault("uid", f"uid-{kind}-{name}".lower())
        document["metadata"].setdefault("creationTimestamp", CREATED)
        self.objects[kind, name] = document
        return document

    def get(self, kind: str, name: str) -> Json:
        """Return a stored object, to be changed in place."""
        return self.objects[kind, name]

    def replica_set(self, deployment: str, hash_: str, **changes: Any) -> Json:  # noqa: ANN401 - pieces of raw JSON
        """Add one ReplicaSet of a Deployment; changes: image, replicas, ready, revision, created, labels."""
        owner = self.get("Deployment", deployment)
        template = deepcopy(owner["spec"]["template"])
        template["metadata"]["labels"] |= {**changes.get("labels", {}), "pod-template-hash": hash_}
        if "image" in changes:
            template["spec"]["containers"][0]["image"] = changes["image"]
        replicas = changes.get("replicas", owner["spec"].get("replicas", 1))
        ready = changes.get("ready", replicas)
        revision = str(changes.get("revision", 1))
        labels = template["metadata"]["labels"]
        found = self.put(
            {
                "kind": "ReplicaSet",
                "metadata": {
                    "name": f"{deployment}-{hash_}",
                    "labels": dict(labels),
                    "annotations": {"deployment.kubernetes.io/revision": revision},
                    "ownerReferences": [_controller("Deployment", deployment, owner["metadata"]["uid"])],
                    "creationTimestamp": changes.get("created", owner["metadata"]["creationTimestamp"]),
                },
                "spec": {"replicas": replicas, "template": template},
                "status": {"replicas": replicas, "readyReplicas": ready, "availableReplicas": ready},
            }
        )
        for number in range(replicas):
            self.pod(f"{deployment}-{hash_}-{number:05}", found, labels, ready=number < ready)
        return found

    def pod(self, name: str, owner: Json | None, labels: Json, *, ready: bool = True, **status: Any) -> Json:  # noqa: ANN401 - pieces of raw JSON
        """Add one pod, ready or just starting; `status` overrides what stands in its status."""
        self._addresses += 1
        metadata: Json = {"name": name, "labels": dict(labels)}
        if owner is not None:
            metadata["ownerReferences"] = [
                _controller(owner["kind"], owner["metadata"]["name"], owner["metadata"]["uid"])
            ]
        phase = "Running" if ready else "Pending"
        condition = {"type": "Ready", "status": str(ready), "reason": "" if ready else "ContainersNotReady"}
        address = f"10.244.0.{self._addresses}"
        return self.put(
            {
                "kind": "Pod",
                "metadata": metadata,
                "spec": {"nodeName": "node-1"},
                "status": {"phase": phase, "podIP": address, "conditions": [condition], **status},
            }
        )

    def settle(self) -> World:
        """Give every Deployment without a ReplicaSet one, a status to each, and every Service its EndpointSlice."""
        for number, (kind, name) in enumerate(list(self.objects)):
            if kind == "Deployment":
                if not list(self._owned("ReplicaSet", self.get(kind, name))):
                    self.replica_set(name, f"{number:02}c8d79f87")
                self._write_status(self.get(kind, name))
        for (kind, _), entry in list(self.objects.items()):
            if kind == "Service" and entry["spec"].get("selector") and entry["spec"].get("type") != "ExternalName":
                self._slice(entry)
        return self

    def inventory(self, unreadable: frozenset[str] = frozenset(), stale: frozenset[str] = frozenset()) -> Inventory:
        """Return the namespace as the projection reads it."""
        return inventory_of("default", self._slices(unreadable), unreadable, stale)

    def releases(
        self, unreadable: frozenset[str] = frozenset(), stale: frozenset[str] = frozenset()
    ) -> dict[str, ReleaseView]:
        """Infer and project every release, by name."""
        inventory = self.inventory(unreadable, stale)
        return {member.name: project(member, inventory) for member in infer(inventory)}

    def release(self, unreadable: frozenset[str] = frozenset(), stale: frozenset[str] = frozenset()) -> ReleaseView:
        """Return the only release of the world."""
        (release,) = self.releases(unreadable, stale).values()
        return release

    def _slices(self, unreadable: frozenset[str]) -> Iterator[KubernetesObject]:
        for kind in (*WATCHED, *ROUTING):
            items = [entry for (name, _), entry in self.objects.items() if name == kind.name]
            if kind.plural not in unreadable:
                yield from SliceDecoder(kind).page(msgspec.json.encode({"items": items})).items

    def _owned(self, kind: str, owner: Json) -> Iterator[Json]:
        for (other, _), entry in self.objects.items():
            references = entry["metadata"].get("ownerReferences", [])
            if other == kind and any(reference["uid"] == owner["metadata"]["uid"] for reference in references):
                yield entry

    def _write_status(self, deployment: Json) -> None:
        owned = list(self._owned("ReplicaSet", deployment))
        current = max(
            owned, key=lambda entry: int(entry["metadata"]["annotations"]["deployment.kubernetes.io/revision"])
        )
        deployment.setdefault("status", {}).update(
            replicas=sum(entry["status"]["replicas"] for entry in owned),
            updatedReplicas=current["status"]["replicas"],
            readyReplicas=sum(entry["status"]["readyReplicas"] for entry in owned),
            availableReplicas=sum(entry["status"]["availableReplicas"] for entry in owned),
        )

    def _slice(self, service: Json) -> None:
        name, selector = service["metadata"]["name"], service["spec"]["selector"]
        endpoints = []
        for (kind, pod_name), pod in self.objects.items():
            if kind == "Pod" and selector.items() <= pod["metadata"]["labels"].items():
                ready = pod["status"]["conditions"][0]["status"] == "True"
                leaving = "deletionTimestamp" in pod["metadata"]
                endpoints.append(
                    {
                        "addresses": [pod["status"]["podIP"]],
                        "conditions": {"ready": ready and not leaving, "serving": ready, "terminating": leaving},
                        "targetRef": {"kind": "Pod", "name": pod_name, "uid": pod["metadata"]["uid"]},
                    }
                )
        ports = [
            {"name": port.get("name", ""), "port": _number(port), "protocol": port.get("protocol", "TCP")}
            for port in service["spec"].get("ports", [])
        ]
        self.put(
            {
                "kind": "EndpointSlice",
                "metadata": {"name": f"{name}-abcde", "labels": {"kubernetes.io/service-name": name}},
                "addressType": "IPv4",
                "endpoints": endpoints,
                "ports": ports,
            }
        )


def _number(port: Json) -> int:
    target = port.get("targetPort", port["port"])
    return target if isinstance(target, int) else int(port["port"])


def _controller(kind: str, name: str, uid: str) -> Json:
    return {"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": True}
