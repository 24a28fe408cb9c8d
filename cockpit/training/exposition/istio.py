"""What Istio's proxies count (https://istio.io/latest/docs/reference/config/metrics/).

    istio_requests_total                                                counter
    istio_request_duration_milliseconds_bucket|_sum|_count              histogram, in milliseconds
Each request is counted twice: with reporter="destination" by the proxy beside the pod that answers, and with
reporter="source" by the one that it came through, which alone knows of requests that reached nobody. Only Services that
a VirtualService leads to are in the mesh here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cockpit.training.controllers.load import Load, wobble
from cockpit.training.exposition.counting import share_of, shown
from cockpit.training.exposition.summing import Sums
from cockpit.training.objects import Json, name_of, namespace_of, uid_of
from cockpit.training.promql.sample import Sample
from cockpit.training.traffic.entrances import Backend
from cockpit.training.traffic.pool import Account
from cockpit.training.traffic.profile import Profile

_REQUESTS, _DURATION = "istio_requests_total", "istio_request_duration_milliseconds"
_BOUNDS = (
    *(0.5, 1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0),
    *(10000.0, 30000.0, 60000.0, 300000.0, 600000.0, 1800000.0, 3600000.0),
)  # Envoy's own, in milliseconds (envoyproxy/envoy, source/common/stats/histogram_impl.cc)
_REFUSAL = (0.3, 1.0)  # milliseconds that an answer of the proxy's own takes: median, 99th percentile
_CLUSTER = "Kubernetes"
_GATEWAY = "istio-ingressgateway"
_JOB = {"container": "istio-proxy", "endpoint": "http-envoy-prom", "job": "istio-system/envoy-stats-monitor"}


def samples(pods: Iterable[Json], accounts: Iterable[Account], load: Load) -> Iterator[Sample]:
    """Yield the samples of all proxies; none where no VirtualService leads anywhere."""
    ours = [account for account in accounts if account.system == "istio"]
    if not ours:
        return
    services = _services(ours)
    for pod in pods:
        if exact := load.answered(uid_of(pod), "istio"):
            profile = load.profile(pod)
            for account in services.get((profile.namespace, profile.workload), ())[:1]:
                yield from _destination(pod, account, profile, exact)
    for gateway, namespace in sorted({_source(account) for account in ours}):
        yield from _reported(gateway, namespace, [one for one in ours if _source(one) == (gateway, namespace)])


def _services(accounts: Iterable[Account]) -> dict[tuple[str, str], list[Account]]:
    """Return through which accounts each workload, by namespace and name, is reached."""
    found: dict[tuple[str, str], list[Account]] = {}
    for account in accounts:
        for outcome in account.counts:
            if isinstance(outcome, Profile):
                found.setdefault((outcome.namespace, outcome.workload), []).append(account)
    return found


def _destination(pod: Json, account: Account, profile: Profile, exact: float) -> Iterator[Sample]:
    sums = Sums(_REQUESTS, _DURATION, _BOUNDS)
    labels = {"reporter": "destination", **_ends(account, profile), "connection_security_policy": "mutual_tls"}
    _add(sums, labels, shown(exact, wobble("istio", uid_of(pod))), profile)
    address = f"{pod['status'].get('podIP', '')}:15090"
    yield from sums.samples({**_JOB, "instance": address, "namespace": namespace_of(pod), "pod": name_of(pod)})


def _source(account: Account) -> tuple[str, str]:
    """Return name and namespace of the workload that requests come from: a gateway's, or a client's in the mesh."""
    return (_GATEWAY, "istio-system") if account.gateway else ("clients", account.namespace)


def _reported(workload: str, namespace: str, accounts: Iterable[Account]) -> Iterator[Sample]:
    sums = Sums(_REQUESTS, _DURATION, _BOUNDS)
    for account in accounts:
        where = (account.namespace, account.route, account.host, account.path)
        for outcome, exact in account.counts.items():
            ends = _ends(account, outcome if isinstance(outcome, Profile) else None)
            labels = {"reporter": "source", **ends, "connection_security_policy": "unknown"}
            if isinstance(outcome, Profile):
                _add(sums, labels, shown(exact, wobble(*where, outcome.workload)), outcome)
            else:
                own = {**labels, "response_code": str(outcome), "response_flags": account.part.flags or "-"}
                sums.add(own, shown(exact, wobble(*where, outcome, account.part.flags)), *_REFUSAL)
    pod = f"{workload}-5c8d7f9b64-m4v7q"
    yield from sums.samples({**_JOB, "instance": "10.244.0.7:15090", "namespace": namespace, "pod": pod})


def _add(sums: Sums, labels: dict[str, str], number: int, profile: Profile) -> None:
    failed = share_of(number, profile.errors)
    for code, count in (("200", number - failed), ("500", failed)):
        own = {**labels, "response_code": code, "response_flags": "-"}
        sums.add(own, count, profile.median * 1000, profile.p99 * 1000)


def _ends(account: Account, profile: Profile | None) -> dict[str, str]:
    """Return the labels of both ends; who answers is unknown where nobody does."""
    source, namespace = _source(account)
    to = account.part.backend or account.main or Backend(account.namespace, account.host)
    return {
        "destination_app": profile.app if profile else "unknown",
        "destination_canonical_revision": profile.version if profile else "unknown",
        "destination_canonical_service": profile.app if profile else "unknown",
        "destination_cluster": _CLUSTER if profile else "unknown",
        "destination_service": f"{to.service}.{to.namespace}.svc.cluster.local",
        "destination_service_name": to.service,
        "destination_service_namespace": to.namespace,
        "destination_version": profile.version if profile else "unknown",
        "destination_workload": profile.workload if profile else "unknown",
        "destination_workload_namespace": profile.namespace if profile else "unknown",
        "request_protocol": "http",
        "source_app": source,
        "source_canonical_revision": "latest",
        "source_canonical_service": source,
        "source_cluster": _CLUSTER,
        "source_version": "latest" if account.gateway else "unknown",
        "source_workload": source,
        "source_workload_namespace": namespace,
    }
