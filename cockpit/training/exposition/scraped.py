"""All that one cluster exposes, and what is remembered from scrape to scrape so that the next one is cheap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from cockpit.training.api.kinds import DEPLOYMENT, POD, REPLICA_SET, ApiKind
from cockpit.training.api.store import Store
from cockpit.training.controllers.kubelet import Kubelet
from cockpit.training.controllers.load import Load
from cockpit.training.controllers.nodes import Nodes
from cockpit.training.exposition import states
from cockpit.training.exposition.ingress_nginx import IngressNginx
from cockpit.training.exposition.istio import Istio
from cockpit.training.exposition.node_exporter import NodeExporter
from cockpit.training.exposition.pods import Pods
from cockpit.training.exposition.targets import KUBE_STATE_METRICS, series, services_of_pods
from cockpit.training.exposition.text import text
from cockpit.training.objects import Json, uid_of
from cockpit.training.promql.sample import Sample

_OF_OBJECTS: tuple[tuple[ApiKind, Callable[[Json], tuple[Sample, ...]]], ...] = (
    (REPLICA_SET, states.of_replica_set),
    (DEPLOYMENT, states.of_deployment),
)


@dataclass(slots=True)
class Exposition:
    """What is scraped of a cluster. `proxy` is the mode of kube-proxy: only "ipvs" has connections to count."""

    store: Store
    kubelet: Kubelet
    load: Load
    nodes: Nodes
    proxy: str = "iptables"
    _pods: Pods = field(init=False)
    _nginx: IngressNginx = field(init=False)
    _istio: Istio = field(init=False)
    _nodes: NodeExporter = field(init=False)
    _states: dict[str, tuple[Json, tuple[Sample, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pods = Pods(self.store, self.kubelet, self.load)
        self._nginx = IngressNginx(self.store, self.load)
        self._istio = Istio(self.load)
        self._nodes = NodeExporter(self.store, self.load, self.nodes)

    def samples(self, moment: float) -> Iterator[Sample]:
        """Yield every series with its value now."""
        self.load.settle()
        pods = self.store.items(POD)
        yield from self._pods.samples(pods, services_of_pods(self.load.members), moment)
        yield Sample(series("up", {}, KUBE_STATE_METRICS), 1.0)
        yield from self._of_objects()
        yield from self._nginx.samples()
        yield from self._istio.samples(pods)
        if self.proxy == "ipvs":
            yield from self._nodes.samples(moment)

    def page(self, pod: Json) -> str:
        """Return what the application in a pod answers to GET /metrics now."""
        self.load.settle()
        return text(self._pods.of_application(pod))

    def _of_objects(self) -> Iterator[Sample]:
        known: dict[str, tuple[Json, tuple[Sample, ...]]] = {}
        for kind, of in _OF_OBJECTS:
            for obj in self.store.items(kind):
                uid = uid_of(obj)
                found = self._states.get(uid)
                known[uid] = found if found is not None and found[0] is obj else (obj, of(obj))
                yield from known[uid][1]
        self._states = known
