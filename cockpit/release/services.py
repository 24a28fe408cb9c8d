"""Services of a release: their ports, endpoints and split, and which versions they select."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cockpit.release.endpoints import PodVersions, endpoints_of, split_of
from cockpit.release.inventory import Inventory
from cockpit.release.labels import HASH_KEYS, matches, template_selector
from cockpit.release.membership import Membership
from cockpit.release.revisions import Revision
from cockpit.release.view import PortView, ServiceView
from cockpit.resources.services import Service


def service_views(
    membership: Membership, inventory: Inventory, pods: PodVersions, versions: Sequence[Revision]
) -> tuple[ServiceView, ...] | None:
    """Return the release's Services, the front door first; None where Services cannot be read."""
    if "services" in inventory.unreadable:
        return None
    names = sorted(membership.services, key=lambda name: (name != membership.front_door, name))
    views = [_view(name, membership, inventory, pods, versions) for name in (*names, *membership.umbrellas)]
    return tuple(view for view in views if view is not None)


def selected(selector: Mapping[str, str], versions: Sequence[Revision]) -> tuple[int, ...]:
    """Return the positions of the versions whose pods a Service selector takes."""
    wanted = template_selector(selector)
    return tuple(position for position, version in enumerate(versions) if matches(wanted, version.labels))


def _view(
    name: str, membership: Membership, inventory: Inventory, pods: PodVersions, versions: Sequence[Revision]
) -> ServiceView | None:
    service = inventory.services.get(name)
    if service is None:
        return None
    endpoints = None
    if "endpointslices" not in inventory.unreadable:
        endpoints = endpoints_of(inventory.slices_by_service.get(name, {}).values(), pods)
    spec = service.spec
    return ServiceView(
        name=name,
        type="Headless" if spec.cluster_ip == "None" else spec.type,
        cluster_ips=spec.cluster_ips or ((spec.cluster_ip,) if spec.cluster_ip else ()),
        selector=spec.selector,
        front_door=name == membership.front_door,
        umbrella=name in membership.umbrellas,
        ports=_ports(service),
        split=None if endpoints is None else split_of(endpoints),
        endpoints=endpoints,
        session_affinity=spec.session_affinity == "ClientIP",
        problem=_problem(service, membership, versions),
    )


def _ports(service: Service) -> tuple[PortView, ...]:
    return tuple(
        PortView(
            name=port.name,
            protocol=port.protocol,
            port=port.port,
            target_port=port.port if port.target_port is None else port.target_port,
            node_port=port.node_port,
        )
        for port in service.spec.ports
    )


def _problem(service: Service, membership: Membership, versions: Sequence[Revision]) -> str:
    """Return what is wrong with the selector and what to do, "" where nothing is."""
    selector = service.spec.selector
    if not selector:
        return (
            "" if service.spec.type == "ExternalName" else "has no selector: only somebody else can give it endpoints."
        )
    pin = next((value for key, value in selector.items() if key in HASH_KEYS), "")
    if service.metadata.name in membership.dangling:
        return f"is pinned to hash {pin}, which no revision has; take the hash out of its selector."
    taken = [versions[position] for position in selected(selector, versions)]
    if not taken or any(map(_may_serve, taken)):
        return ""
    if pin:
        return f"is pinned to hash {pin}, whose revision is scaled to 0; take the hash out of its selector."
    return "selects only versions that are scaled to 0."


def _may_serve(version: Revision) -> bool:
    """Say whether the version has pods to come: the current one of a workload that is not scaled to 0 will."""
    return version.desired != 0 or (version.current and version.workload.desired > 0)
