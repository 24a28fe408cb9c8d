"""What ingress-nginx counts of the requests that come in through it (internal/ingress/metric/collectors/socket.go).

    nginx_ingress_controller_requests                                         counter
    nginx_ingress_controller_request_duration_seconds_bucket|_sum|_count      histogram, in seconds
Requests that a canary answers carry the namespace, Ingress and Service of the *stable* side; only the label `canary`,
the name of the canary's upstream, tells them apart, and it is absent for all others. A series is there from its first
request on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from cockpit.training.controllers.load import wobble
from cockpit.training.exposition.counting import SECONDS, share_of, shown
from cockpit.training.exposition.summing import Sums
from cockpit.training.exposition.targets import INGRESS_NGINX, exporting, series
from cockpit.training.promql.sample import Sample
from cockpit.training.traffic.ingress_nginx import CONTROLLER
from cockpit.training.traffic.pool import Account
from cockpit.training.traffic.profile import Profile

_REQUESTS, _DURATION = "nginx_ingress_controller_requests", "nginx_ingress_controller_request_duration_seconds"
_REFUSAL = (0.0005, 0.002)  # seconds that an answer of its own takes: median, 99th percentile
_CONTROLLER = {
    "controller_class": CONTROLLER,
    "controller_namespace": INGRESS_NGINX["namespace"],
    "controller_pod": INGRESS_NGINX["pod"],
}


def samples(accounts: Iterable[Account]) -> Iterator[Sample]:
    """Yield the samples of the controller; none where there is no Ingress for it."""
    ours = [account for account in accounts if account.system == "ingress"]
    if not ours:
        return
    sums = Sums(_REQUESTS, _DURATION, SECONDS)
    for account in ours:
        for outcome, exact in account.counts.items():
            _add(sums, account, outcome, exact)
    yield from chain([Sample(series("up", {}, INGRESS_NGINX), 1.0)], sums.samples(INGRESS_NGINX))


def _add(sums: Sums, account: Account, outcome: Profile | int, exact: float) -> None:
    where = (account.namespace, account.route, account.host, account.path, account.part.canary)
    if isinstance(outcome, int):
        number = shown(exact, wobble(*where, outcome))
        sums.add(_labels(account, str(outcome)), number, *_REFUSAL)
        return
    number = shown(exact, wobble(*where, outcome.workload))
    failed = share_of(number, outcome.errors)
    sums.add(_labels(account, "200"), number - failed, outcome.median, outcome.p99)
    sums.add(_labels(account, "500"), failed, outcome.median, outcome.p99)


def _labels(account: Account, status: str) -> dict[str, str]:
    own = {
        "canary": account.part.canary,
        "host": account.host or "_",
        "ingress": account.route,
        "method": "GET",
        "namespace": account.namespace,
        "path": account.path,
        "service": account.main.service if account.main else "",
        "status": status,
    }
    return {**exporting(own, INGRESS_NGINX), **_CONTROLLER}
