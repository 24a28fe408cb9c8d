"""Hosts of Istio's objects, and the subsets that DestinationRules make of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cockpit.resources.istio import DestinationRule
from cockpit.routing.objects import Objects
from cockpit.routing.rules import HOST, Backend


@dataclass(frozen=True, slots=True)
class Host:
    """A destination: a Service (`namespace` "" for the one that asks), or a host that is none."""

    service: str
    namespace: str = ""
    kind: str = "Service"


def host_of(written: str, namespace: str) -> Host:
    """Return what a host names: a name without dots belongs to the namespace of the object that says it.

    Source: https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination. A name with dots is
    taken as it is: a Service of the cluster is NAME.NAMESPACE.svc.DOMAIN, whatever the domain is called.
    """
    name, *rest = written.split(".")
    if not rest:
        return Host(name)
    if len(rest) > 2 and rest[1] == "svc":
        return Host(name, "" if rest[0] == namespace else rest[0])
    return Host(written, kind=HOST)


@dataclass(frozen=True, slots=True)
class Subsets:
    """Labels by host and subset, with the DestinationRules that say them; `known` says whether these can be read."""

    known: bool
    by_host: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def labels(self, host: Host, subset: str) -> tuple[Mapping[str, str], str]:
        """Return the labels of a subset, and what is wrong with it."""
        if not subset or host.kind != "Service" or host.namespace:
            return {}, ""
        found = self.by_host.get((host.service, subset))
        if found is not None:
            return found, ""
        if not self.known:
            return {}, "DestinationRules cannot be read, so what the subsets select is not known."
        return {}, f"No DestinationRule gives {host.service} a subset {subset}: its requests get 503."

    def holders(self, backends: Iterable[Backend]) -> tuple[str, ...]:
        """Return the DestinationRules of the Services that rules lead to, KIND/NAME."""
        services = dict.fromkeys(backend.service for backend in backends if backend.local)
        return tuple(dict.fromkeys(f"DestinationRule/{name}" for host in services for name in self.rules.get(host, ())))


def subsets_of(objects: Objects) -> Subsets:
    """Return the subsets that a namespace's DestinationRules make of its own Services."""
    by_host: dict[tuple[str, str], Mapping[str, str]] = {}
    rules: dict[str, tuple[str, ...]] = {}
    for entry in objects.ordered(DestinationRule):
        host = host_of(entry.spec.host, entry.metadata.namespace)
        if host.kind != "Service" or host.namespace:
            continue
        rules[host.service] = (*rules.get(host.service, ()), entry.metadata.name)
        for subset in entry.spec.subsets:
            by_host.setdefault((host.service, subset.name), subset.labels)
    return Subsets(DestinationRule not in objects.unknown, by_host, rules)
