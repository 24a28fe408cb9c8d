"""What ingress-nginx counts of the requests that come in through it (internal/ingress/metric/collectors/socket.go).

    nginx_ingress_controller_requests                                         counter
    nginx_ingress_controller_request_duration_seconds_bucket|_sum|_count      histogram, in seconds
Requests that a canary answers carry the namespace, Ingress and Service of the *stable* side; only the label `canary`,
the name of the canary's upstream, tells them apart, and it is absent for all others. A series is there from its first
request on, and gone with its Ingress.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cockpit.training.api.kinds import INGRESS
from cockpit.training.api.store import Store
from cockpit.training.controllers.load import Load, wobble
from cockpit.training.exposition.counting import SECONDS, share_of, shown
from cockpit.training.exposition.rows import Rows
from cockpit.training.exposition.targets import INGRESS_NGINX, exporting, series
from cockpit.training.promql.sample import Sample
from cockpit.training.traffic.ingress_nginx import CONTROLLER
from cockpit.training.traffic.pool import Account, Outcome, Where

_REFUSAL = (0.0005, 0.002)  # seconds that an answer of its own takes: median, 99th percentile
_CONTROLLER = {
    "controller_class": CONTROLLER,
    "controller_namespace": INGRESS_NGINX["namespace"],
    "controller_pod": INGRESS_NGINX["pod"],
}


class IngressNginx:
    """The series of the controller; none where there is no Ingress for it."""

    def __init__(self, store: Store, load: Load) -> None:
        self._store = store
        self._load = load
        self._rows = Rows(
            "nginx_ingress_controller_requests", "nginx_ingress_controller_request_duration_seconds", SECONDS
        )
        self._up = series("up", {}, INGRESS_NGINX)

    def samples(self) -> Iterator[Sample]:
        """Yield the samples; the load is settled."""
        ours = [account for account in self._load.accounts if self._is_ours(account.where)]
        if not ours:
            return
        yield Sample(self._up, 1.0)
        for account in ours:
            for outcome, exact in account.counts.items():
                self._add(account, outcome, exact)
        yield from self._rows.samples()

    def _is_ours(self, where: Where) -> bool:
        there = where.system == "ingress" and self._store.get(INGRESS, where.namespace, where.route)
        return bool(there)

    def _add(self, account: Account, outcome: Outcome, exact: float) -> None:
        where = account.where
        if isinstance(outcome, int):
            number = shown(exact, _phase(where, str(outcome)))
            self._rows.add((account, outcome), partial(_labels, where, str(outcome)), number, *_REFUSAL)
            return
        number = shown(exact, _phase(where, outcome.workload))
        failed = share_of(number, outcome.errors)
        for status, count in (("200", number - failed), ("500", failed)):
            labels = partial(_labels, where, status)
            self._rows.add((account, status), labels, count, outcome.median, outcome.p99)


def _phase(where: Where, who: str) -> float:
    return wobble(where.namespace, where.route, where.host, where.path, where.part.canary, who)


def _labels(where: Where, status: str) -> dict[str, str]:
    own = {
        "canary": where.part.canary,
        "host": where.host or "_",
        "ingress": where.route,
        "method": "GET",
        "namespace": where.namespace,
        "path": where.path,
        "service": where.main.service if where.main else "",
        "status": status,
    }
    return {**INGRESS_NGINX, **exporting(own, INGRESS_NGINX), **_CONTROLLER}
