"""The cluster without the network: store, registry, controllers and clock, wired together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cockpit.training.api.aggregation import RoleAggregation
from cockpit.training.api.definitions import Definitions
from cockpit.training.api.kinds import NAMESPACE
from cockpit.training.api.rbac import Authorizer
from cockpit.training.api.registry import Registry
from cockpit.training.api.roles import UNLIMITED, ViewerLimits, furnish_rights
from cockpit.training.api.store import Change, Store
from cockpit.training.chance import Chance
from cockpit.training.clock import SimulatedClock
from cockpit.training.controllers.attempt import attempt
from cockpit.training.controllers.autoscaler import AutoscalerController
from cockpit.training.controllers.behaviour import Casting, ImageRule
from cockpit.training.controllers.core_endpoints import EndpointsController
from cockpit.training.controllers.daemonsets import DaemonSetController
from cockpit.training.controllers.deployments import DeploymentController
from cockpit.training.controllers.disruption import DisruptionController
from cockpit.training.controllers.endpointslices import EndpointSliceController
from cockpit.training.controllers.garbage import GarbageCollector, NamespaceController
from cockpit.training.controllers.gateways import GatewayController
from cockpit.training.controllers.kubelet import Kubelet
from cockpit.training.controllers.load import Load
from cockpit.training.controllers.nodes import Nodes
from cockpit.training.controllers.plane import Plane
from cockpit.training.controllers.prometheus import PrometheusController
from cockpit.training.controllers.recorder import Recorder
from cockpit.training.controllers.replicasets import ReplicaSetController
from cockpit.training.controllers.services import Selection
from cockpit.training.controllers.statefulsets import StatefulSetController
from cockpit.training.controllers.usage import Usage
from cockpit.training.exposition.scraped import Exposition
from cockpit.training.objects import name_of
from cockpit.training.promql.scrape import Scraper
from cockpit.training.promql.series import SeriesStore
from cockpit.training.shipped import define

_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
_ZONES = ("zone-a", "zone-b", "zone-c")
_NODES = 5
_NOWHERE = ImageRule("*.invalid/*", {"fail": "image-pull"})  # such a host exists nowhere (RFC 6761)


class Cluster:
    """A running control plane in this process. Nothing moves but by `clock`.

    Args:
        seed: where names, uids, addresses and latencies come from.
        now: simulated time of its birth, in seconds since the epoch.
        image_rules: how containers of certain images behave.
        history: how many changes of a kind the store keeps for watches.
        viewer: what the user `viewer` may not read, and where.
    """

    def __init__(
        self,
        seed: int,
        now: float,
        image_rules: tuple[ImageRule, ...] = (),
        history: int = 5000,
        viewer: ViewerLimits = UNLIMITED,
    ) -> None:
        chance = Chance(seed)
        self.clock = SimulatedClock(now)
        self.store = Store(history)
        self.registry = Registry(self.store, self.clock, chance)
        # The definitions draw apart: whether they come before the objects or after, those are the same.
        self._definer = Registry(self.store, self.clock, chance.apart("definitions"))
        self._defined = False
        self.plane = Plane(self.clock, chance, self.registry, Recorder(self.registry, self.clock))
        self.nodes = Nodes(self.registry)
        self.kubelet = Kubelet(self.plane, self.nodes, Casting(chance, (*image_rules, _NOWHERE)))
        self.load = Load(self.clock, self.store, self.kubelet)
        self.usage = Usage(self.kubelet, self.load, self.clock)
        self.exposition = Exposition(self.store, self.kubelet, self.load, self.nodes)
        self.series = SeriesStore()
        self.scraper = Scraper(self.clock, self.exposition.samples, self.series)
        self._observers = self._controllers(chance)
        furnish_rights(self.store, Chance(seed), now, viewer)
        self.authorizer = Authorizer(self.store)
        self.store.subscribe(self._observe)
        self._furnish(now)

    def _controllers(self, chance: Chance) -> tuple[Callable[[Change], None], ...]:
        """Return what hears of every change, in the order in which it does."""
        scaling = Recorder(Registry(self.store, self.clock, chance.apart("autoscaler events")), self.clock)
        selection = Selection(self.store)
        return (
            selection.observe,
            self.plane.recorder.observe,
            DeploymentController(self.plane).observe,
            ReplicaSetController(self.plane).observe,
            StatefulSetController(self.plane).observe,
            DaemonSetController(self.plane, self.nodes).observe,
            self.kubelet.observe,
            DisruptionController(self.plane).observe,
            EndpointSliceController(self.plane, self.nodes, selection).observe,
            EndpointsController(self.plane, selection).observe,
            self.load.observe,
            GatewayController(self.plane).observe,
            PrometheusController(self.scraper).observe,
            AutoscalerController(self.plane, self.usage, scaling).observe,
            GarbageCollector(self.plane).observe,
            NamespaceController(self.plane).observe,
            RoleAggregation(self.registry).observe,
            Definitions(self.registry, self.clock).observe,
        )

    def define(self) -> None:
        """Bring in the definitions of custom kinds that come with the cockpit, once."""
        if not self._defined:
            self._defined = True
            define(self._definer)

    def ensure_namespace(self, name: str) -> None:
        """Create a namespace where it does not exist."""
        if self.store.get(NAMESPACE, "", name) is None:
            self.registry.create(NAMESPACE, "", {"metadata": {"name": name}})

    def _observe(self, change: Change) -> None:
        for observe in self._observers:
            # The change is made: whoever cannot cope with it must not keep the others from hearing of it.
            attempt(partial(observe, change), f"Hearing of {change.kind.kind} {name_of(change.object)}")

    def _furnish(self, now: float) -> None:
        for name in _NAMESPACES:
            self.ensure_namespace(name)
        for index in range(_NODES):
            self.nodes.add(f"node-{index}", _ZONES[index % len(_ZONES)], index, now)
