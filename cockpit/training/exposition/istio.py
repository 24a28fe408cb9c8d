"""What Istio's proxies count (https://istio.io/latest/docs/reference/config/metrics/).

    istio_requests_total                                                counter
    istio_request_duration_milliseconds_bucket|_sum|_count              histogram, in milliseconds
Each request is counted twice: with reporter="destination" by the proxy beside the pod that answers, and with
reporter="source" by the one that it came through, which alone knows of requests that reached nobody. Only Services that
a VirtualService leads to are in the mesh here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from cockpit.training.controllers.load import Load, wobble
from cockpit.training.exposition.counting import share_of, shown
from cockpit.training.exposition.istio_labels import between, source_of, target_beside, target_of_source
from cockpit.training.exposition.rows import Rows
from cockpit.training.objects import Json, uid_of
from cockpit.training.promql.sample import Sample
from cockpit.training.traffic.pool import Account, Outcome, Where
from cockpit.training.traffic.profile import Profile

_BOUNDS = (
    *(0.5, 1.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0),
    *(10000.0, 30000.0, 60000.0, 300000.0, 600000.0, 1800000.0, 3600000.0),
)  # Envoy's own, in milliseconds (envoyproxy/envoy, source/common/stats/histogram_impl.cc)
_REFUSAL = (0.3, 1.0)  # milliseconds that an answer of the proxy's own takes: median, 99th percentile


class Istio:
    """The series of all proxies; none where no VirtualService leads anywhere."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._rows = Rows("istio_requests_total", "istio_request_duration_milliseconds", _BOUNDS)

    def samples(self, pods: Iterable[Json]) -> Iterator[Sample]:
        """Yield the samples; the load is settled."""
        ours = [account for account in self._load.accounts if account.where.system == "istio"]
        if not ours:
            return
        ways = _ways(ours)
        for pod in pods:
            if exact := self._load.answered(uid_of(pod), "istio"):
                self._at_destination(pod, ways, exact)
        for account in ours:
            for outcome, number in account.counts.items():
                self._at_source(account, outcome, number)
        yield from self._rows.samples()

    def _at_destination(self, pod: Json, ways: dict[tuple[str, str], Where], exact: float) -> None:
        profile, uid = self._load.profile(pod), uid_of(pod)
        where = ways.get((profile.namespace, profile.workload))
        if where is not None:
            number = shown(exact, wobble("istio", uid))
            failed = share_of(number, profile.errors)
            for code, count in (("200", number - failed), ("500", failed)):
                labels = partial(_reported, "destination", where, profile, code, pod)
                self._rows.add((uid, code), labels, count, profile.median * 1000, profile.p99 * 1000)

    def _at_source(self, account: Account, outcome: Outcome, exact: float) -> None:
        where = account.where
        if isinstance(outcome, int):
            number = shown(exact, _phase(where, f"{outcome}{where.part.flags}"))
            labels = partial(_reported, "source", where, None, str(outcome))
            self._rows.add((account, outcome), labels, number, *_REFUSAL)
            return
        number = shown(exact, _phase(where, outcome.workload))
        failed = share_of(number, outcome.errors)
        for code, count in (("200", number - failed), ("500", failed)):
            labels = partial(_reported, "source", where, outcome, code)
            self._rows.add((account, outcome, code), labels, count, outcome.median * 1000, outcome.p99 * 1000)


def _ways(accounts: Iterable[Account]) -> dict[tuple[str, str], Where]:
    """Return the first way on which each workload, by namespace and name, is reached."""
    found: dict[tuple[str, str], Where] = {}
    for account in accounts:
        for outcome in account.counts:
            if isinstance(outcome, Profile):
                found.setdefault((outcome.namespace, outcome.workload), account.where)
    return found


def _phase(where: Where, who: str) -> float:
    return wobble(where.namespace, where.route, where.host, where.path, who)


def _reported(reporter: str, where: Where, who: Profile | None, code: str, pod: Json | None = None) -> dict[str, str]:
    """Return the labels of one series; `who` answers, in `pod` where its own proxy reports."""
    target = target_beside(pod) if pod is not None else target_of_source(*source_of(where))
    flags = where.part.flags if who is None else ""
    return {
        **target,
        **between(where, who),
        "connection_security_policy": "mutual_tls" if reporter == "destination" else "unknown",
        "reporter": reporter,
        "response_code": code,
        "response_flags": flags or "-",
    }
