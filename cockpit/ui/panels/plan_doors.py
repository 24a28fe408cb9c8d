"""What a plan said would be so, told with what the server chose meanwhile: node ports of Services it created."""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.actions.change import ChangeKind
from cockpit.actions.plan import Plan
from cockpit.release.view import ReleaseView, ServiceView


def effects_now(plan: Plan, view: ReleaseView | None) -> tuple[str, ...]:
    """Return the effects of a plan; those that tell of a created Service have its address once it is in the picture."""
    created = {change.object.name for change in plan.changes if _creates_service(change.kind, change.object.kind)}
    services = {service.name: service for service in (view.services or () if view else ()) if service.name in created}
    return tuple(_known(effect, services) for effect in plan.effects)


def _creates_service(kind: ChangeKind, of: str) -> bool:
    return kind is ChangeKind.CREATE and of == "Service"


def _known(effect: str, services: dict[str, ServiceView]) -> str:
    service = services.get(effect.partition(" → ")[0])
    ports = [str(port.node_port) for port in service.ports if port.node_port is not None] if service else []
    if service is None or not ports:
        return effect
    return f"NodePort {', '.join(ports)} of {service.name} → {', '.join(_behind(service)) or 'nobody yet'}"


def _behind(service: ServiceView) -> Iterator[str]:
    ready = [endpoint for endpoint in service.endpoints or () if endpoint.ready]
    for version in dict.fromkeys(endpoint.version for endpoint in ready):
        count = len({endpoint.pod or endpoint.address for endpoint in ready if endpoint.version == version})
        yield f"{version} ({count} pod{'' if count == 1 else 's'})"
