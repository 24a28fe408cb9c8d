"""Releases as the projection gives them, for tests of metrics."""

from __future__ import annotations

from cockpit.release.view import (
    BackendView,
    PodCounts,
    PodState,
    PodView,
    PortView,
    ReleaseView,
    Role,
    RouteView,
    ServiceView,
    Splits,
    State,
    Strategy,
    VersionView,
)


def version(
    name: str = "v1",
    role: Role = Role.STABLE,
    workload: str = "",
    hash_: str | None = "7c9d8f6b5c",
    pods: tuple[str, ...] | None = ("bbbbb", "ccccc"),
) -> VersionView:
    """Return a version of the Deployment `shop-NAME`; `pods` are the last parts of their names."""
    workload = workload or f"Deployment/shop-{name}"
    base = f"{workload.partition('/')[2]}{f'-{hash_}' if hash_ else ''}"
    views = None if pods is None else tuple(pod(f"{base}-{suffix}") for suffix in pods)
    ready = None if pods is None else len(pods)
    return VersionView(name=name, role=role, workload=workload, hash=hash_, counts=PodCounts(ready=ready), pods=views)


def pod(name: str) -> PodView:
    """Return a ready pod."""
    return PodView(name=name, uid=name, state=PodState.READY)


def service(
    name: str, split: dict[str, float] | None = None, port: int = 80, node_port: int | None = None
) -> ServiceView:
    """Return a Service with one port, "http"."""
    return ServiceView(
        name=name,
        type="NodePort" if node_port else "ClusterIP",
        cluster_ips=("10.96.0.12",),
        selector={"app": "shop"},
        front_door=True,
        umbrella=False,
        ports=(PortView(name="http", protocol="TCP", port=port, target_port=8080, node_port=node_port),),
        split=split,
        endpoints=None,
    )


def route(*backends: tuple[str, int | None], kind: str = "Ingress", match: str | None = None) -> RouteView:
    """Return a rule over Services with their weights."""
    return RouteView(
        kind=kind,
        name="shop",
        rule="shop.example/",
        match=match,
        writable=True,
        backends=tuple(BackendView(service=name, subset=None, weight=weight, share=None) for name, weight in backends),
        shares=None,
    )


def release(
    *versions: VersionView,
    services: tuple[ServiceView, ...] | None = (),
    routes: tuple[RouteView, ...] | None = (),
    namespace: str = "shop",
    name: str = "shop",
) -> ReleaseView:
    """Return a release; without versions it has a stable and a canary one, of two Deployments."""
    return ReleaseView(
        namespace=namespace,
        name=name,
        strategy=Strategy.CANARY,
        state=State.STEADY,
        reason="",
        since=None,
        versions=versions or (version("v1"), version("v2", Role.CANARY, hash_="6fc9f9b648", pods=("fffff",))),
        services=services,
        routes=routes,
        splits=Splits(),
        members=(),
    )
