"""What an embedded cluster really holds of a release, without what differs from one run to the next."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.training.api.kinds import DEPLOYMENT, ENDPOINT_SLICE, POD, SERVICE
from cockpit.training.api.store import Change, Store
from cockpit.training.objects import Json, annotations_of, is_deleting, labels_of, name_of, namespace_of

_RESTARTED = "kubectl.kubernetes.io/restartedAt"


@dataclass(frozen=True)
class Essence:
    """Services by name with selector and ports; Deployments with replicas, paused and template; failing pods."""

    services: dict[str, object]
    deployments: dict[str, object]

    def __str__(self) -> str:
        return f"{self.services} {self.deployments}"


def essence(store: Store, namespace: str, with_ports: bool = False) -> Essence:
    """Return what matters of a namespace; with node ports and addresses where one namespace is compared with itself."""
    services = {name_of(one): _service(one, with_ports) for one in store.items(SERVICE, namespace)}
    deployments = {name_of(one): _deployment(one) for one in store.items(DEPLOYMENT, namespace)}
    return Essence(services, deployments)


def pod_uids(store: Store, namespace: str) -> set[str]:
    """Return the uids of pods that are not being deleted."""
    return {str(pod["metadata"]["uid"]) for pod in store.items(POD, namespace) if not is_deleting(pod)}


def _service(one: Json, with_ports: bool) -> object:
    """Return a Service; one that was deleted and made again (a canary's) keeps its node port, not its address."""
    spec = one["spec"]
    with_address = with_ports and not name_of(one).endswith("-canary")
    ports = [
        (port["port"], port.get("targetPort"), port.get("nodePort") if with_ports else 0) for port in spec["ports"]
    ]
    return (spec.get("type"), dict(spec.get("selector") or {}), ports, spec.get("clusterIP") if with_address else "")


def _deployment(one: Json) -> object:
    spec = one["spec"]
    template = spec["template"]
    images = {container["name"]: container["image"] for container in template["spec"]["containers"]}
    return (spec["replicas"], bool(spec.get("paused")), images, _RESTARTED in annotations_of(template))


class Lookout:
    """Watches every revision of the EndpointSlices of one namespace: which Service lost its last ready endpoint."""

    def __init__(self, store: Store, namespace: str) -> None:
        self.emptied: list[str] = []
        """A sentence for each time that it happened."""
        self._store = store
        self._namespace = namespace
        self._had = {name for name in self._names() if self._ready(name)}
        self._end = store.subscribe(self._look)

    def close(self) -> None:
        """Look no longer."""
        self._end()

    def _names(self) -> list[str]:
        return [name_of(one) for one in self._store.items(SERVICE, self._namespace)]

    def _look(self, change: Change) -> None:
        if change.kind is not ENDPOINT_SLICE or namespace_of(change.object) != self._namespace:
            return
        service = labels_of(change.object).get("kubernetes.io/service-name", "")
        exists = self._store.get(SERVICE, self._namespace, service) is not None
        if exists and self._ready(service):
            self._had.add(service)
        elif exists and service in self._had:
            self.emptied.append(f"{service} had no ready endpoint at revision {change.revision}")

    def _ready(self, service: str) -> int:
        slices = self._store.items(ENDPOINT_SLICE, self._namespace)
        mine = [one for one in slices if labels_of(one).get("kubernetes.io/service-name") == service]
        return sum(
            endpoint.get("conditions", {}).get("ready") is not False
            for one in mine
            for endpoint in one.get("endpoints") or ()
        )
