"""Makes views of releases: a few of everything that the screens must draw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from cockpit.release.view import (
    EndpointView,
    MemberView,
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
from tests.ui.fakes import NOW

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"


def hash_of(text: str, length: int = 10) -> str:
    """Return letters that look like a template's hash and are always the same for `text`."""
    number = sum((index + 7) * ord(letter) ** 3 for index, letter in enumerate(text)) * 2654435761
    letters = []
    for _ in range(length):
        number, digit = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[digit])
    return "".join(letters)


def pods(prefix: str, states: str, minutes: float = 60, network: int = 0, reason: str = "") -> tuple[PodView, ...]:
    """Return one pod a letter: r ready, s starting, f failing, t terminating."""
    kinds = {"r": PodState.READY, "s": PodState.STARTING, "f": PodState.FAILING, "t": PodState.TERMINATING}
    return tuple(
        PodView(
            name=f"{prefix}-{hash_of(f'{prefix}{index}', 5)}",
            uid=f"pod-{prefix}-{index}",
            state=kinds[letter],
            reason=reason if letter == "f" else "",
            address=f"10.244.{network}.{index + 2}",
            created_at=NOW - timedelta(minutes=minutes),
        )
        for index, letter in enumerate(states)
    )


def version(
    name: str,
    role: Role,
    release: str,
    states: str,
    image: str = "",
    desired: int | None = None,
    minutes: float = 17280,
    network: int = 0,
    revision: int | None = 1,
    waiting: str = "",
    reason: str = "",
    paused: bool = False,
    change_cause: str = "",
    workload: str = "",
) -> VersionView:
    """Return a version whose pods are in the states that `states` spells."""
    template = hash_of(f"{release}{name}")
    mine = pods(f"{release}-{template}", states, minutes, network, reason)
    living = len(states) - states.count("t")
    return VersionView(
        name=name,
        role=role,
        workload=workload or f"Deployment/{release}",
        revision=revision,
        hash=template,
        images=(image or f"registry.example/{release}:{name}",),
        change_cause=change_cause,
        paused=paused,
        created_at=NOW - timedelta(minutes=minutes),
        waiting=waiting,
        counts=PodCounts(
            desired=living if desired is None else desired,
            current=living,
            ready=states.count("r"),
            available=states.count("r"),
            failing=states.count("f"),
            terminating=states.count("t"),
        ),
        pods=mine,
    )


def endpoints(versions: tuple[VersionView, ...], port: int = 8080, port_name: str = "") -> tuple[EndpointView, ...]:
    """Return an endpoint for every pod of `versions`."""
    return tuple(
        EndpointView(
            address=pod.address,
            port=port,
            port_name=port_name,
            protocol="TCP",
            pod=pod.name,
            version=of.name,
            ready=pod.state is PodState.READY,
            serving=pod.state in {PodState.READY, PodState.TERMINATING},
            terminating=pod.state is PodState.TERMINATING,
            created_at=pod.created_at,
        )
        for of in versions
        for pod in of.pods or ()
    )


def split_of(behind: tuple[EndpointView, ...]) -> dict[str, float]:
    """Return the shares that membership gives."""
    ready = [endpoint.version for endpoint in behind if endpoint.ready]
    return {name: ready.count(name) / len(ready) for name in dict.fromkeys(ready)}


def service(
    name: str, behind: tuple[EndpointView, ...], address: str = "10.96.0.12", node_port: int | None = None
) -> ServiceView:
    """Return a Service with one port."""
    port = PortView(name="", protocol="TCP", port=80, target_port=8080, node_port=node_port)
    return ServiceView(
        name=name,
        type="NodePort" if node_port else "ClusterIP",
        cluster_ips=(address,),
        selector={"app": name},
        front_door=True,
        umbrella=False,
        ports=(port,),
        split=split_of(behind),
        endpoints=behind,
    )


def release(
    name: str,
    versions: tuple[VersionView, ...],
    state: State = State.STEADY,
    strategy: Strategy = Strategy.ROLLING,
    namespace: str = "default",
    reason: str = "",
    minutes: float = 600,
    configured: Mapping[str, float] | None = None,
    configured_by: str = "",
    routes: tuple[RouteView, ...] = (),
    node_port: int | None = None,
    notes: tuple[str, ...] = (),
) -> ReleaseView:
    """Return a release with one Service in front of all its versions."""
    behind = endpoints(versions)
    workloads = dict.fromkeys(version.workload for version in versions)
    members = [MemberView(kind="Service", name=name, uid=f"service-{namespace}-{name}")]
    for workload in workloads:
        kind, _, workload_name = workload.partition("/")
        members.append(MemberView(kind=kind, name=workload_name, uid=f"{kind}-{namespace}-{workload_name}"))
    return ReleaseView(
        namespace=namespace,
        name=name,
        strategy=strategy,
        state=state,
        reason=reason,
        since=NOW - timedelta(minutes=minutes),
        versions=versions,
        services=(service(name, behind, node_port=node_port),),
        routes=routes,
        splits=Splits(
            configured=configured,
            endpoints=split_of(behind),
            configured_by=configured_by,
            endpoints_of=f"Service/{name}",
        ),
        members=tuple(members),
        notes=notes,
    )
