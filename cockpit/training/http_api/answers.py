"""The simulated applications as whoever dials them finds them: what they answer, and their page of metrics."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus

from cockpit.training.controllers.application import Reply, answer
from cockpit.training.controllers.kubelet import Kubelet
from cockpit.training.exposition.counting import share_of
from cockpit.training.exposition.scraped import Exposition
from cockpit.training.exposition.text import CONTENT_TYPE
from cockpit.training.objects import Json, uid_of

_METRICS = "/metrics"


class Answers:
    """Answers for every pod. It counts who was asked how often: so many of these fail as the error ratio says."""

    def __init__(self, kubelet: Kubelet, exposition: Exposition) -> None:
        self._kubelet = kubelet
        self._exposition = exposition
        self._asked: Counter[str] = Counter()

    def of(self, pod: Json, path: str) -> Reply:
        """Return what a listening application answers; its metrics are there however ill it is, and are not counted."""
        if path == _METRICS:
            page = self._exposition.page(pod)
            return Reply(HTTPStatus.OK, {}, {"Content-Type": CONTENT_TYPE}, page.encode())
        uid = uid_of(pod)
        behaviour = self._kubelet.behaviour_of(uid)
        ratio = behaviour.error_ratio if behaviour is not None else 0.0
        asked, self._asked[uid] = self._asked[uid], self._asked[uid] + 1
        fails = share_of(asked + 1, ratio) > share_of(asked, ratio)
        return answer(pod, path, self._kubelet.is_healthy(uid), fails)
