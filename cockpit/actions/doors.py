"""Which address reaches which version: the lines by which a plan says what will be so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cockpit.actions.targets import Version, own_services
from cockpit.actions.wording import counted, listed
from cockpit.release.labels import matches, template_selector
from cockpit.release.subject import Subject
from cockpit.resources.services import Service


def door(service: Service) -> str:
    """Return by what address clients know a Service: its node port where it has one."""
    ports = [str(port.node_port) for port in service.spec.ports if port.node_port]
    name = service.metadata.name
    if ports:
        return f"NodePort {listed(ports)} of {name}"
    return f"Headless Service {name}" if service.spec.cluster_ip == "None" else f"Service {name}"


def leads_to(service: Service, versions: Iterable[Version]) -> str:
    """Return the line that says which versions a Service leads to, with their pods."""
    reached = listed(f"{entry.name} ({counted(entry.view.counts.ready, 'pod')})" for entry in versions)
    return f"{door(service)} → {reached or 'nothing'}"


def split_words(shares: Mapping[str, float] | None) -> str:
    """Return a split as words: "blue 60%, green 40%"."""
    return ", ".join(f"{name} {share:.0%}" for name, share in (shares or {}).items()) or "nothing"


def other_ways(subject: Subject, version: Version, but: Iterable[str]) -> tuple[str, ...]:
    """Return a line for each other Service that leads to a version: umbrellas, and more of the release's own."""
    known = {*but}
    names = [*(entry.metadata.name for entry in own_services(subject)), *subject.membership.umbrellas]
    return tuple(
        f"{door(service)} still reaches {version.name}"
        for name in names
        if name not in known and (service := subject.inventory.services.get(name)) is not None
        if matches(template_selector(service.spec.selector), version.revision.labels)
    )
