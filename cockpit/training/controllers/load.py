"""The simulated load: how many requests a second each Service and each pod gets, and how many it has got.

How many there are is said by the scenario (see `LoadRule`), by the annotation `training.cockpit.dev/requests` on the
Service or on the route that leads to it (see `traffic.clients`), which goes before the scenario and may be changed at
any time, or by a default. Clients of a Service that a route leads to come in through the routes and are divided as
those say; all others ask it directly, and are shared equally among its ready endpoints, as kube-proxy shares them. What
a request costs is the pod's own affair: `controllers.behaviour` has `cpu-per-request`, `cpu-idle` and `memory`.

Everything here is a function of time and of what became of routes and endpoints: asking twice gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING
from zlib import crc32

from cockpit.training.api.kinds import ENDPOINT_SLICE, POD, SERVICE
from cockpit.training.api.store import Change, Key, Store
from cockpit.training.clock import SimulatedClock
from cockpit.training.objects import Json, labels_of, name_of, namespace_of, uid_of
from cockpit.training.traffic.demand import Schedule, asked_of
from cockpit.training.traffic.demands import Demands
from cockpit.training.traffic.entrances import Entrance, System
from cockpit.training.traffic.flow import Flow
from cockpit.training.traffic.members import Members
from cockpit.training.traffic.network import Network, Way
from cockpit.training.traffic.pool import Account
from cockpit.training.traffic.profile import Profile
from cockpit.training.traffic.receiving import ReadyLabels, Receiving
from cockpit.training.traffic.routes import decides, entrances, paid, world_of
from cockpit.training.traffic.tallies import Tallies

if TYPE_CHECKING:
    from cockpit.training.controllers.kubelet import Kubelet

_AFTERLIFE = 60.0  # seconds after its end that a pod is remembered, for whoever follows its log


class Load:
    """Knows at any moment what each Service and each pod gets."""

    def __init__(self, clock: SimulatedClock, store: Store, kubelet: Kubelet) -> None:
        self._clock = clock
        self._store = store
        self.members = Members()
        self._demands = Demands(clock)
        self._receiving = Receiving(store, self.members, kubelet.behaviour_of)
        self._tallies = Tallies(clock, partial(_started, kubelet))
        self._network = Network(self._receiving.who, self._tallies)
        self._stale = False
        self._routed: dict[Key, ReadyLabels] = {}

    @property
    def start(self) -> float:
        """The moment that the scenario calls 0."""
        return self._demands.schedule.start

    @property
    def accounts(self) -> Iterable[Account]:
        """Requests by the way that they took through a route, up to the last settlement."""
        return self._network.accounts.values()

    def follow(self, schedule: Schedule) -> None:
        """Let the scenario's load be this from now on."""
        self.settle()
        self._demands.follow(schedule)

    def observe(self, change: Change) -> None:
        """Note what changes the load of pods."""
        if change.kind is ENDPOINT_SLICE:
            if (key := self.members.observe(change, self._clock.now)) is not None:
                self._update(key)
        elif change.kind is SERVICE:
            self._observe_service(change)
        elif change.kind is POD:
            self._observe_pod(change)
        elif decides(change.kind):
            self._reroute()

    def of_service(self, key: Key, moment: float) -> float:
        """Return the requests a second that a Service is asked, whoever answers them."""
        return self._demands.of_service(key).rate(moment)

    def asks_directly(self, key: Key) -> bool:
        """Tell whether clients ask a Service itself: no route leads to it."""
        self._refresh()
        return key not in self._routed

    def of_pod(self, uid: str, moment: float) -> float:
        """Return the requests a second that a pod answers, at a moment of the last hour."""
        self._refresh()
        return self._tallies.rate(uid, moment)

    def flows(self) -> list[Flow]:
        """Return what goes where now."""
        self._refresh()
        return list(self._network.flows(self._clock.now))

    def settle(self) -> None:
        """Count all requests up to now; `answered` and `accounts` are of the last settlement."""
        self._refresh()
        self._network.settle(self._clock.now)

    def answered(self, uid: str, through: System | None = None) -> float:
        """Return the requests that a pod's container answered since its start, through one system or all."""
        return self._tallies.count(uid, through)

    def profile(self, pod: Json) -> Profile:
        """Return what the requests that a pod answers look like."""
        return self._receiving.profile(pod)

    def _observe_service(self, change: Change) -> None:
        demand = self._demands.of_service((namespace_of(change.object), name_of(change.object)))
        demand.ask(None if change.type == "DELETED" else asked_of(change.object), self._clock.now)
        if change.type != "MODIFIED":
            self._reroute()

    def _observe_pod(self, change: Change) -> None:
        uid = uid_of(change.object)
        if change.type == "DELETED":
            self._clock.call_later(_AFTERLIFE, partial(self._forget, uid))
        elif change.previous is not None and labels_of(change.previous) != labels_of(change.object):
            self._receiving.forget(uid)
            for key in self._tallies.services(uid):
                self._update(key)

    def _forget(self, uid: str) -> None:
        self._tallies.forget(uid)
        self._receiving.forget(uid)

    def _update(self, service: Key) -> None:
        """Let the pods behind a Service be who they are; where a router decides by who is ready, it decides anew."""
        self._network.update(service, self._clock.now)
        if service in self._routed and self._routed[service] != self._receiving.ready_labels(service):
            self._reroute()

    def _reroute(self) -> None:
        """Have the ways looked at once all that happens at this moment has happened."""
        if not self._stale:
            self._stale = True
            self._clock.call_later(0.0, self._refresh)

    def _refresh(self) -> None:
        if not self._stale:
            return
        self._stale = False
        world = world_of(self._store, self._receiving.is_ready)
        found = entrances(world)
        self._routed = {key: self._receiving.ready_labels(key) for each in found for key in each.mentioned}
        self._network.lead((self._way(*each) for each in paid(found)), self._clock.now)
        direct = {key: self._demands.of_service(key) for key in world.services if key not in self._routed}
        self._network.ask_directly(direct, self._clock.now)

    def _way(self, entrance: Entrance, system: str, key: Key, portion: float) -> Way:
        demands = self._demands
        asked = demands.of_route(system, key, entrance.asked) if system else demands.of_service(key)
        return Way(entrance, asked, portion)


def _started(kubelet: Kubelet, uid: str) -> float | None:
    life = kubelet.life_of(uid)
    return life.started if life is not None else None


def wobble(*about: object) -> float:
    """Return a number from 0 to 1 that looks random and is always the same for the same words."""
    return crc32("/".join(str(word) for word in about).encode()) / 2**32
