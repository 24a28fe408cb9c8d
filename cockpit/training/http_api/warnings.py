"""The Warning headers of answers: what kubectl prints before its own output (RFC 7234, code 299).

Source: https://kubernetes.io/blog/2025/04/24/endpoints-deprecation/.
"""

from __future__ import annotations

from cockpit.training.api.kinds import ENDPOINTS, ApiKind
from cockpit.training.http_api.paths import Target

_DEPRECATED: dict[ApiKind, str] = {
    ENDPOINTS: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}


def warnings_of(target: Target) -> dict[str, str]:
    """Return the headers that a request for a kind is answered with beside the others."""
    text = _DEPRECATED.get(target.kind)
    return {"Warning": warning(text)} if text else {}


def warning(text: str) -> str:
    """Return the value of a Warning header that says `text`."""
    shown = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'299 - "{shown}"'
