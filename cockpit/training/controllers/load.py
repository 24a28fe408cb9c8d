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
from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

from cockpit.training.api.kinds import ENDPOINT_SLICE, POD, SERVICE
from cockpit.training.api.store import Change, Key, Store
from cockpit.training.clock import SimulatedClock
from cockpit.training.objects import Json, labels_of, name_of, namespace_of, uid_of
from cockpit.training.traffic.demand import Demand, Schedule, asked_of
from cockpit.training.traffic.entrances import Backend, Entrance, System
from cockpit.training.traffic.flow import Flow
from cockpit.training.traffic.members import Members, receivers
from cockpit.training.traffic.network import Network, PoolKey, Way
from cockpit.training.traffic.pool import Account, Pool
from cockpit.training.traffic.profile import Profile, profile_of
from cockpit.training.traffic.routes import decides, entrances, paid, world_of
from cockpit.training.traffic.tally import Tally

if TYPE_CHECKING:
    from cockpit.training.controllers.kubelet import Kubelet

LabelSet: TypeAlias = tuple[tuple[str, str], ...]
_AFTERLIFE = 60.0  # seconds after its end that a pod is remembered, for whoever follows its log


class Load:
    """Knows at any moment what each Service and each pod gets."""

    def __init__(self, clock: SimulatedClock, store: Store, kubelet: Kubelet) -> None:
        self._clock = clock
        self._store = store
        self._kubelet = kubelet
        self.schedule = Schedule()
        self.members = Members()
        self._demands: dict[tuple[str, Key], Demand] = {}
        self._network = Network(self._receivers, self)
        self._tallies: dict[str, Tally] = {}
        self._profiles: dict[str, Profile] = {}
        self._stale = False
        self._routed: dict[Key, frozenset[LabelSet]] = {}

    @property
    def start(self) -> float:
        """The moment that the scenario calls 0."""
        return self.schedule.start

    @property
    def accounts(self) -> Iterable[Account]:
        """Requests by the way that they took through a route, up to the last settlement."""
        return self._network.accounts

    def follow(self, schedule: Schedule) -> None:
        """Let the scenario's load be this from now on."""
        self.settle()
        self.schedule = schedule
        for demand in self._demands.values():
            demand.follow(schedule, self._clock.now)

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
        return self._demand("", key).rate(moment)

    def asks_directly(self, key: Key) -> bool:
        """Tell whether clients ask a Service itself: no route leads to it."""
        self._refresh()
        return key not in self._routed

    def of_pod(self, uid: str, moment: float) -> float:
        """Return the requests a second that a pod answers, at a moment of the last hour."""
        self._refresh()
        tally = self._tallies.get(uid)
        return tally.rate(moment) if tally is not None else 0.0

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
        tally = self._tallies.get(uid)
        if tally is None:
            return 0.0
        self._begin(tally, uid)
        return tally.count(through)

    def profile(self, pod: Json) -> Profile:
        """Return what the requests that a pod answers look like."""
        uid = uid_of(pod)
        if uid not in self._profiles:
            self._profiles[uid] = profile_of(pod, self._kubelet.behaviour_of(uid), self._store)
        return self._profiles[uid]

    def moved(self, pool: Pool, came: list[str], left: list[str]) -> None:
        """Take note of pods that came into a pool and left it."""
        now = self._clock.now
        for uid in left:
            if (tally := self._tallies.get(uid)) is not None:
                tally.leave(pool, now)
        for uid in came:
            tally = self._tallies.setdefault(uid, Tally())
            self._begin(tally, uid)
            tally.join(pool, now)

    def _begin(self, tally: Tally, uid: str) -> None:
        life = self._kubelet.life_of(uid)
        if life is not None and life.started != tally.started:
            for pool in tally.pools():
                pool.settle(self._clock.now)
            tally.begin(life.started)

    def _observe_service(self, change: Change) -> None:
        key = (namespace_of(change.object), name_of(change.object))
        asked = None if change.type == "DELETED" else asked_of(change.object)
        self._demand("", key).ask(asked, self._clock.now)
        if change.type != "MODIFIED":
            self._reroute()

    def _observe_pod(self, change: Change) -> None:
        uid = uid_of(change.object)
        if change.type == "DELETED":
            self._clock.call_later(_AFTERLIFE, partial(self._forget, uid))
        elif change.previous is not None and labels_of(change.previous) != labels_of(change.object):
            self._profiles.pop(uid, None)
            tally = self._tallies.get(uid)
            for key in {pool.backend.key for pool in tally.pools()} if tally else ():
                self._update(key)

    def _forget(self, uid: str) -> None:
        self._tallies.pop(uid, None)
        self._profiles.pop(uid, None)

    def _update(self, service: Key) -> None:
        """Let the pods behind a Service be who they are; where a router decides by who is ready, it decides anew."""
        self._network.update(service, self._clock.now)
        if service in self._routed and self._routed[service] != self._ready_labels(service):
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
        now = self._clock.now
        world = world_of(self._store, self._is_ready)
        found = entrances(world)
        self._routed = {key: self._ready_labels(key) for entrance in found for key in entrance.mentioned}
        ways = [Way(entrance, self._payer(entrance, by, key), share) for entrance, by, key, share in paid(found)]
        self._network.lead(ways, now)
        direct = {key: self._demand("", key) for key in world.services if key not in self._routed}
        self._network.ask_directly(direct, now)

    def _payer(self, entrance: Entrance, system: str, key: Key) -> Demand:
        demand = self._demand(system, key)
        if system:
            demand.ask(entrance.asked, self._clock.now)
        return demand

    def _demand(self, system: str, key: Key) -> Demand:
        found = self._demands.get((system, key))
        if found is None:
            found = self._demands[system, key] = Demand((f"{key[0]}/{key[1]}",), self.schedule)
            found.ask(None, self._clock.now)
        return found

    def _receivers(self, key: PoolKey) -> dict[str, Profile]:
        """Return who gets what a system sends to a backend; only kube-proxy has a last resort."""
        system, backend = key
        found: dict[str, Profile] = {}
        for uid, member in receivers(self.members.of(backend.key), system == "direct").items():
            pod = self._store.get(POD, backend.namespace, member.pod)
            if pod is not None and uid_of(pod) == uid and backend.takes(labels_of(pod)):
                found[uid] = self.profile(pod)
        return found

    def _is_ready(self, backend: Backend) -> bool:
        return any(backend.takes(dict(labels)) for labels in self._ready_labels(backend.key))

    def _ready_labels(self, service: Key) -> frozenset[LabelSet]:
        """Return the labels of the ready pods behind a Service: routers decide by these."""
        ready = receivers(self.members.of(service), last_resort=False).values()
        pods = (self._store.get(POD, service[0], member.pod) for member in ready)
        return frozenset(tuple(sorted(labels_of(pod).items())) for pod in pods if pod is not None)


def wobble(*about: object) -> float:
    """Return a number from 0 to 1 that looks random and is always the same for the same words."""
    return crc32("/".join(str(word) for word in about).encode()) / 2**32
