"""Which pods are Prometheus: those whose first container's image is prom/prometheus or prometheus/prometheus."""

from __future__ import annotations

import re

from cockpit.training.objects import Json

PORT = 9090
_IMAGE = re.compile(r"(?:.+/)?(?:prom|prometheus)/prometheus(?:[:@].*)?")


def is_prometheus(pod: Json) -> bool:
    """Tell whether a pod runs Prometheus."""
    image = next((str(container.get("image", "")) for container in pod["spec"].get("containers") or ()), "")
    return _IMAGE.fullmatch(image) is not None
