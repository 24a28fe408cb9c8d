"""Shares per version: what routes and selectors say, and what membership implies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cockpit.release.endpoints import split_of
from cockpit.release.view import BackendView, EndpointView, RouteView, ServiceView, Shares, Splits
from cockpit.routing.rules import Backend, Rule

VersionOf = Callable[[Backend], str | None]
"""The one version that a backend leads to, None where it leads to none or several."""


def route_view(rule: Rule, version_of: VersionOf) -> RouteView:
    """Return a rule with its shares per version; they are None where a backend's version is not one."""
    return RouteView(
        kind=rule.kind,
        name=rule.name,
        rule=rule.text,
        match=rule.match,
        writable=rule.writable,
        backends=tuple(
            BackendView(
                service=backend.full_name,
                subset=backend.subset,
                weight=backend.weight,
                share=backend.share,
                port=backend.port,
                version=version_of(backend),
                problem=backend.problem,
            )
            for backend in rule.backends
        ),
        shares=_rule_shares(rule, version_of),
        problem=rule.problem,
        system=rule.system,
        parts=rule.parts,
        why_not=rule.why_not,
        pending=rule.pending,
        sticky=rule.sticky,
        command=rule.controller.command if rule.controller else "",
    )


def _rule_shares(rule: Rule, version_of: VersionOf) -> Shares | None:
    shares: dict[str, float] = {}
    for backend in rule.backends:
        version = version_of(backend)
        if backend.share is None or (version is None and backend.share > 0):
            return None
        if version is not None:
            shares[version] = shares.get(version, 0.0) + backend.share
    return shares if shares and abs(sum(shares.values()) - 1.0) < _ROUNDING else None


_ROUNDING = 1e-9


def splits_of(
    routes: Sequence[RouteView],
    services: Sequence[ServiceView] | None,
    front_door: str,
    selected_version: str | None,
) -> Splits:
    """Return the release's splits; `selected_version` is the one that the front door's selector names, if it does."""
    configured, configured_by = _configured(routes, front_door, selected_version)
    endpoints, endpoints_of = _endpoints(routes, services, front_door)
    return Splits(configured=configured, endpoints=endpoints, configured_by=configured_by, endpoints_of=endpoints_of)


def _configured(
    routes: Sequence[RouteView], front_door: str, selected_version: str | None
) -> tuple[Shares | None, str]:
    if routes:
        first = routes[0]
        agreed = all(route.shares == first.shares for route in routes)
        return (first.shares, f"{first.kind}/{first.name}") if agreed else (None, "")
    if selected_version is not None:
        return {selected_version: 1.0}, f"Service/{front_door}"
    return None, ""


def _endpoints(
    routes: Sequence[RouteView], services: Sequence[ServiceView] | None, front_door: str
) -> tuple[Shares | None, str]:
    """Return the split of the front door; where that is a route, the one of all endpoints behind its backends."""
    if services is None:
        return None, ""
    by_name = {service.name: service for service in services}
    if front_door in by_name:
        return by_name[front_door].split, f"Service/{front_door}"
    backends = {backend.service for route in routes for backend in route.backends}
    behind = [service for name, service in by_name.items() if name in backends and not service.umbrella]
    if not behind or any(service.endpoints is None for service in behind):
        return None, ""
    together: list[EndpointView] = [entry for service in behind for entry in service.endpoints or ()]
    return split_of(together), ", ".join(f"Service/{service.name}" for service in behind)


def traffic_of(splits: Splits, routes: Sequence[RouteView]) -> Mapping[str, float]:
    """Return the best guess at where traffic goes, for telling roles.

    As configured where the rules agree, else as the mean of the rules for everybody, else as membership implies.
    """
    if splits.configured:
        return splits.configured
    told = [route.shares for route in routes if route.match is None and route.shares is not None]
    if not told:
        return splits.endpoints or {}
    names = dict.fromkeys(name for shares in told for name in shares)
    return {name: sum(shares.get(name, 0.0) for shares in told) / len(told) for name in names}
