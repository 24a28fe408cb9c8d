"""No route at all: kube-proxy gives every ready endpoint of a Service as much, so shares are counts of pods.

The smallest step is one pod: 1/N of the traffic. What is to be written is then a number of replicas for each version.
Sources: kube-proxy `pkg/proxy/topology.go` (CategorizeEndpoints); iptables, nftables and ipvs rr choose evenly.
"""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.resources.services import Service
from cockpit.routing.apportion import apportion, require_shares
from cockpit.routing.rules import RELEASE_ANNOTATION, Backend, Rule

SYSTEM = "Service"


def endpoint_rule(service: Service, ready: Mapping[str, int]) -> Rule:
    """Return how a Service divides among versions that have so many ready endpoints behind it, by name.

    The version stands as the subset of its backend. Sticky clients stay where they are, whatever the counts.
    """
    total = sum(ready.values())
    name = service.metadata.name
    return Rule(
        kind="Service",
        name=name,
        text=name,
        backends=tuple(
            Backend(name, count, count / total if total else None, subset=version) for version, count in ready.items()
        ),
        objects=(name,),
        problem=_problem(service, total),
        release=service.metadata.annotations.get(RELEASE_ANNOTATION, ""),
        system=SYSTEM,
        parts=total,
        why_not=_why_not(total),
    )


def _why_not(total: int) -> str:
    if not total:
        return "no endpoint is ready, so there is nothing to divide"
    return (
        f"no route divides it, each of {total} ready pods gets as much: the smallest step is 1/{total}; scale a version"
    )


def _problem(service: Service, total: int) -> str:
    if not total:
        return "No endpoint is ready: requests are refused."
    if service.spec.session_affinity == "ClientIP":
        seconds = service.spec.session_affinity_config
        kept = seconds.client_ip.timeout_seconds if seconds.client_ip else 10800
        return f"A client stays on its pod for {kept} s after its last request: shares follow slowly."
    if service.spec.cluster_ip == "None":
        return "It is headless: clients choose among the addresses, and see others when their DNS answers expire."
    return ""


def replicas_for(shares: Mapping[str, float], total: int) -> dict[str, int]:
    """Return how many of `total` pods each version needs for shares (fractions of 1) as near as pods can get.

    Raises:
        ValueError: the shares are none.
    """
    require_shares(tuple(shares.values()), len(shares))
    return dict(zip(shares, apportion(tuple(shares.values()), total), strict=True))


def achieved(replicas: Mapping[str, int]) -> dict[str, float]:
    """Return the shares that so many ready pods make; none where there are no pods."""
    total = sum(replicas.values())
    return {version: count / total for version, count in replicas.items()} if total else {}
