"""Prometheus scrapes while a pod of it runs: without one there are no series, and nothing is paid for them."""

from __future__ import annotations

from cockpit.training.api.kinds import POD
from cockpit.training.api.store import Change
from cockpit.training.controllers.application import default_port, listens
from cockpit.training.controllers.prometheus_pods import is_prometheus
from cockpit.training.objects import uid_of
from cockpit.training.promql.scrape import Scraper


class PrometheusController:
    """Starts and stops `scraper` with the pods of Prometheus."""

    def __init__(self, scraper: Scraper) -> None:
        self._scraper = scraper
        self._running: set[str] = set()

    def observe(self, change: Change) -> None:
        """Hear of a change of a pod."""
        if change.kind is not POD or not is_prometheus(change.object):
            return
        pod = change.object
        if change.type != "DELETED" and listens(pod, default_port(pod)):
            self._running.add(uid_of(pod))
            self._scraper.start()
            return
        self._running.discard(uid_of(pod))
        if not self._running:
            self._scraper.stop()
