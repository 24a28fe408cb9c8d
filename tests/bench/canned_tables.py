"""Pods as the table that kubectl asks for: every row carries the pod's whole metadata.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.bench.canned_objects import JsonObject

_COLUMNS = ("Name", "Ready", "Status", "Restarts", "Age", "IP", "Node", "Nominated Node", "Readiness Gates")
_WIDE = 5


def pod_table(pods: Sequence[JsonObject]) -> JsonObject:
    """Return what makes a `Table` of some pods, but its kind and list metadata."""
    return {
        "apiVersion": "meta.k8s.io/v1",
        "columnDefinitions": [_column(place, name) for place, name in enumerate(_COLUMNS)],
        "rows": [_row(pod) for pod in pods],
    }


def _column(place: int, name: str) -> JsonObject:
    shape = {"format": "name" if place == 0 else "", "priority": int(place >= _WIDE)}
    return {"name": name, "type": "string", **shape, "description": f"{name} of the pod, in a sentence or two."}


def _row(pod: JsonObject) -> JsonObject:
    metadata, status, spec = pod["metadata"], pod["status"], pod["spec"]
    assert isinstance(metadata, dict)
    assert isinstance(status, dict)
    assert isinstance(spec, dict)
    cells = [metadata["name"], "1/1", status["phase"], "0", "3h", status["podIP"], spec["nodeName"], "<none>", "<none>"]
    partial = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": metadata}
    return {"cells": cells, "object": partial}
