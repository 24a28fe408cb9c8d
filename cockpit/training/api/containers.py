"""What is wrong with the containers of a pod or of a pod template (k8s.io/kubernetes, pkg/apis/core/validation)."""

from __future__ import annotations

import json
import re

from cockpit.training.api.failures import Cause, invalid_value, required
from cockpit.training.objects import Json

LABEL_1123 = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
BAD_LABEL_1123 = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    f"an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '{LABEL_1123}')"
)


def containers(spec: Json, field: str) -> list[Cause]:
    """Return what is wrong with the containers of the pod spec at `field`."""
    field = f"{field}.containers"
    if not spec.get("containers"):
        return [required(field)]
    causes: list[Cause] = []
    names: set[str] = set()
    for index, container in enumerate(spec["containers"]):
        causes += _container(container, f"{field}[{index}]", names)
        names.add(str(container.get("name", "")))
    return causes


def _container(container: Json, field: str, names: set[str]) -> list[Cause]:
    causes = [required(f"{field}.{part}") for part in ("name", "image") if not container.get(part)]
    name = str(container.get("name") or "")
    if name and not (re.fullmatch(LABEL_1123, name) and len(name) <= 63):
        causes.insert(0, invalid_value(f"{field}.name", json.dumps(name), BAD_LABEL_1123))
    elif name and name in names:
        duplicate = f"Duplicate value: {json.dumps(name)}"
        causes.insert(0, Cause("FieldValueDuplicate", f"{field}.name", duplicate))
    for index, port in enumerate(container.get("ports") or ()):
        number = port.get("containerPort")
        if number is None or number == 0:
            causes.append(required(f"{field}.ports[{index}].containerPort"))
        elif not 0 < number < 65536:
            message = "must be between 1 and 65535, inclusive"
            causes.append(invalid_value(f"{field}.ports[{index}].containerPort", str(number), message))
    return causes
