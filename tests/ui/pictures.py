"""Makes pictures: invented fleets with the state of every watch, and events."""

from __future__ import annotations

from datetime import timedelta

from cockpit.live.picture import ConnectionState, EventView, Picture, SourceState, SourceView
from cockpit.release.view import (
    BackendView,
    ReleaseView,
    Role,
    RouteView,
    State,
    Strategy,
)
from tests.ui.factory import release, version
from tests.ui.fakes import NOW

KINDS = (
    "deployments",
    "replicasets",
    "statefulsets",
    "daemonsets",
    "controllerrevisions",
    "pods",
    "services",
    "endpointslices",
    "ingresses",
    "horizontalpodautoscalers",
    "poddisruptionbudgets",
    "events",
)


def canary_of_the_mock() -> ReleaseView:
    """Return the release of the design's mock: 95 and 5 meant, 60 and 40 by endpoints."""
    route = RouteView(
        kind="Ingress",
        name="web-canary",
        rule="shop.example/",
        match=None,
        writable=True,
        backends=(
            BackendView(service="web", subset=None, weight=95, share=0.95),
            BackendView(service="web-canary", subset=None, weight=5, share=0.05),
        ),
        shares={"v1": 0.95, "v2": 0.05},
    )
    versions = (
        version("v1", Role.STABLE, "myapp", "rrr", "nginx:1.14", minutes=17280),
        version(
            "v2",
            Role.CANARY,
            "myapp",
            "rr",
            "nginx:1.20.1",
            minutes=4.2,
            network=1,
            revision=2,
            waiting="waits for you",
        ),
    )
    return release(
        "myapp",
        versions,
        State.PAUSED,
        Strategy.CANARY,
        minutes=4.2,
        reason="Deployment/myapp is paused with 2 of 5 pods on v2: resume it, or roll it back.",
        configured={"v1": 0.95, "v2": 0.05},
        configured_by="Ingress/web-canary",
        routes=(route,),
        node_port=30080,
    )


def fleet() -> tuple[ReleaseView, ...]:
    """Return eight releases, one in almost every state."""
    return (
        canary_of_the_mock(),
        release("api", (version("1.9.2", Role.STABLE, "api", "rrrrrr"),), minutes=12000, configured={"1.9.2": 1.0}),
        release(
            "shop",
            (
                version("blue", Role.ACTIVE, "shop-blue", "rrrr", workload="Deployment/shop-blue"),
                version("green", Role.PREVIEW, "shop-green", "rrrr", workload="Deployment/shop-green", network=3),
            ),
            strategy=Strategy.BLUE_GREEN,
            namespace="shop",
            minutes=300,
            configured={"blue": 1.0},
            configured_by="Service/shop",
        ),
        release(
            "checkout",
            (
                version("2.3.0", Role.OLD, "checkout", "", desired=0),
                version(
                    "2.4.0", Role.NEW, "checkout", "fff", minutes=3, revision=8, reason="CrashLoopBackOff", network=4
                ),
            ),
            State.OUTAGE,
            Strategy.RECREATE,
            namespace="shop",
            minutes=3,
            reason="Service/checkout has no ready endpoint, 3 pods of 2.4.0 fail with CrashLoopBackOff: roll back.",
            configured={"2.4.0": 1.0},
        ),
        release(
            "web",
            (
                version("7.0", Role.STABLE, "web", "rrrrrrrt", desired=8),
                version("7.1", Role.NEW, "web", "rrss", minutes=0.6, revision=41, network=5),
            ),
            State.PROGRESSING,
            minutes=0.7,
            reason="Deployment/web rolls from 7.0 to 7.1: 2 of 10 pods are ready.",
        ),
        release(
            "ledger",
            (version("5.2", Role.STABLE, "ledger", "rrf", reason="ImagePullBackOff"),),
            State.DEGRADED,
            namespace="payments",
            minutes=42,
            reason="1 of 3 pods fails with ImagePullBackOff: check the image of StatefulSet/ledger.",
        ),
        release(
            "search",
            (
                version("a1", Role.STABLE, "search", "rrrrr"),
                version("a2", Role.NEW, "search", "s", minutes=16, revision=12, network=6),
            ),
            State.STUCK,
            namespace="shop",
            minutes=6,
            reason="Deployment/search made no progress for 10 minutes: look at its events, or roll back.",
        ),
        release("mail", (version("3.1", Role.STABLE, "mail", "rr"),), namespace="payments", minutes=90000),
    )


def sources(**states: SourceState) -> tuple[SourceView, ...]:
    """Return every kind as live, but those in `states`."""
    return tuple(
        SourceView(
            kind=kind,
            state=states.get(kind, SourceState.LIVE),
            observed_at=None if states.get(kind) is SourceState.FORBIDDEN else NOW - timedelta(seconds=0.2),
            message=f"user jane may not list {kind}: ask for the verb list on {kind}"
            if states.get(kind) is SourceState.FORBIDDEN
            else "",
        )
        for kind in KINDS
    )


def events() -> tuple[EventView, ...]:
    """Return events of the mock's release, and one of another."""
    canary = canary_of_the_mock().versions[1].pods or ()
    return (
        _event("Normal", "ScalingReplicaSet", "Scaled up replica set myapp-6fc9f9b648 from 1 to 2", 250),
        _event(
            "Normal",
            "Pulled",
            'Successfully pulled image "nginx:1.20.1" in 1.2s',
            246,
            f"Pod/{canary[0].name}",
            canary[0].uid,
        ),
        _event(
            "Warning",
            "Unhealthy",
            "Readiness probe failed: HTTP probe failed with statuscode: 503",
            231,
            f"Pod/{canary[1].name}",
            canary[1].uid,
            3,
        ),
        _event("Normal", "Killing", "Stopping container web", 12, "Pod/web-68b9-x2x4q", "pod-web-1"),
    )


def _event(
    kind: str,
    reason: str,
    message: str,
    seconds: float,
    of: str = "Deployment/myapp",
    uid: str = "Deployment-default-myapp",
    count: int = 1,
) -> EventView:
    return EventView(
        type=kind,
        reason=reason,
        message=message,
        object=of,
        object_uid=uid,
        count=count,
        last_seen=NOW - timedelta(seconds=seconds),
    )


def picture(*releases: ReleaseView, **changes: object) -> Picture:
    """Return a live picture of all namespaces with `releases`."""
    values: dict[str, object] = {
        "context": "kind",
        "namespaces": (),
        "connection": ConnectionState.LIVE,
        "observed_at": NOW - timedelta(seconds=0.2),
        "sources": sources(),
        "releases": releases,
        "events": events(),
        "complete": True,
    }
    return Picture(**{**values, **changes})  # type: ignore[arg-type]  # tests name the fields that they change
