"""Health: /healthz, /livez and /readyz, with their one check, as a probe or a person asks for them.

Source: https://kubernetes.io/docs/reference/using-api/health-checks/; k8s.io/apiserver, pkg/server/healthz/healthz.go.
"""

from __future__ import annotations

from collections.abc import Mapping

_PATHS = ("healthz", "livez", "readyz")
_CHECK = "ping"


def health(path: str, query: Mapping[str, str]) -> str | None:
    """Return the answer to a path of health, None where it is another path."""
    name, _, check = path.removeprefix("/").partition("/")
    if name not in _PATHS or check not in ("", _CHECK):
        return None
    if check or "verbose" not in query:
        return "ok"
    found = "excluded: ok" if query.get("exclude") == _CHECK else "ok"
    return f"[+]{_CHECK} {found}\n{name} check passed\n"
