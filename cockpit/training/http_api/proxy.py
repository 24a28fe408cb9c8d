"""The proxy of the API server to pods and Services: GET .../pods/[SCHEME:]NAME[:PORT]/proxy/PATH.

A Service is asked through one of the ready addresses of its v1 Endpoints (not of its slices), by the name or the
number of its own port. What cannot be reached is a Status of 503, so that it can be told apart from an application that
answers 503 itself.
Sources: k8s.io/kubernetes, pkg/registry/core/pod/strategy.go and pkg/registry/core/service/storage/storage.go;
k8s.io/apimachinery, pkg/util/net/port_split.go and pkg/util/proxy/transport.go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cockpit.training.api.failures import bad_request, method_not_allowed, unavailable
from cockpit.training.api.kinds import ENDPOINTS, POD, SERVICE, ApiKind
from cockpit.training.api.registry import Registry
from cockpit.training.api.rules import Asked
from cockpit.training.chance import Chance
from cockpit.training.controllers.application import Reply, default_port, listens
from cockpit.training.controllers.prometheus_pods import is_prometheus
from cockpit.training.http_api.access import User, check
from cockpit.training.objects import Json

_PATH = re.compile(r"/api/v1/namespaces/([^/]+)/(pods|services)/([^/]+)/proxy(/.*)?", re.DOTALL)
_MOVED = 301
_VERBS = {
    "GET": "get",
    "HEAD": "get",
    "POST": "create",
    "PUT": "update",
    "PATCH": "patch",
    "DELETE": "delete",
}


@dataclass(frozen=True, slots=True)
class ProxyTarget:
    """Whom a request is for; `segment` is the name as it was written, with scheme and port; `path` "" has no slash."""

    kind: ApiKind
    namespace: str
    segment: str
    path: str


def proxy_target(path: str) -> ProxyTarget | None:
    """Return whom a path of the proxy is for, None where it is another path."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    namespace, plural, segment, rest = found.groups()
    return ProxyTarget(POD if plural == "pods" else SERVICE, namespace, segment, rest or "")


@dataclass(frozen=True, slots=True)
class ToPrometheus:
    """A request that reached a pod of Prometheus, which answers it."""

    path: str


class Proxy:
    """Hands requests to the simulated applications. `answer` is what that of a pod says to a path."""

    def __init__(self, registry: Registry, answer: Callable[[Json, str], Reply]) -> None:
        self._registry = registry
        self._answer = answer
        self._chance = Chance(0)  # its own: who is asked must not change the names that others get

    def ask(self, user: User, method: str, target: ProxyTarget) -> Reply | ToPrometheus:
        """Return what the application answers, or that it is Prometheus.

        301 sends a path without a slash on to the one with it.

        Raises:
            ApiError: 403, 404 (no such pod or Service), 400 (a name that cannot be read), 503 (nothing is reached).
        """
        verb = _VERBS.get(method)
        if verb is None:
            raise method_not_allowed()
        asked = Asked(verb, "", target.kind.plural, target.namespace, "proxy", target.segment)
        check(user, target.kind, asked)
        scheme, name, port = _split(target)
        if target.kind is POD:
            pod = self._registry.get(POD, target.namespace, name)
            port = port or str(default_port(pod))
        else:
            pod, port = self._endpoint(self._registry.get(SERVICE, target.namespace, name), name, port)
        if not target.path and verb == "get":
            return Reply(_MOVED, {})
        return self._dial(pod, scheme, port, target.path)

    def _dial(self, pod: Json, scheme: str, port: str, path: str) -> Reply | ToPrometheus:
        address = (pod.get("status") or {}).get("podIP")
        if not address:
            raise bad_request("address not allowed")
        if not port.isdigit() or not listens(pod, int(port)):
            raise unavailable(f"error trying to reach service: dial tcp {address}:{port}: connect: connection refused")
        if scheme == "https":
            raise unavailable("error trying to reach service: http: server gave HTTP response to HTTPS client")
        reply = self._answer(pod, path or "/")
        # What an unwell application answers, Prometheus answers too.
        return ToPrometheus(path or "/") if is_prometheus(pod) and reply.status == 200 else reply

    def _endpoint(self, service: Json, name: str, port: str) -> tuple[Json, str]:
        """Choose a ready endpoint of a Service; return its pod and the port to dial."""
        port_name = _port_name(service, name, port)
        namespace = str(service["metadata"]["namespace"])
        endpoints = self._registry.store.get(ENDPOINTS, namespace, name) or {}
        found: list[tuple[Json, str]] = []
        for subset in endpoints.get("subsets") or ():
            numbers = [entry["port"] for entry in subset.get("ports") or () if entry.get("name", "") == port_name]
            for address in subset.get("addresses") or ():
                pod = self._registry.store.get(POD, namespace, str((address.get("targetRef") or {}).get("name", "")))
                if pod is not None and numbers:
                    found.append((pod, str(numbers[0])))
        if not found:
            raise unavailable(f'no endpoints available for service "{name}"')
        return found[self._chance.below(len(found))]


def _port_name(service: Json, name: str, port: str) -> str:
    """Return the name of the port that is meant: a number is that of the Service, nothing the port without a name."""
    if not port.isdigit():
        return port
    ports = service["spec"].get("ports") or ()
    found = next((entry for entry in ports if entry.get("port") == int(port)), None)
    if found is None:
        raise unavailable(f'no service port {port} found for service "{name}"')
    return str(found.get("name", ""))


def _split(target: ProxyTarget) -> tuple[str, str, str]:
    """Return scheme, name and port; with a scheme all three parts are needed."""
    parts = target.segment.split(":")
    if len(parts) == 3 and parts[0] in ("", "http", "https") and parts[1]:
        return parts[0], parts[1], parts[2]
    if len(parts) in (1, 2) and parts[0]:
        return "", parts[0], parts[1] if len(parts) == 2 else ""
    raise bad_request(f'invalid {target.kind.singular} request "{target.segment}"')
