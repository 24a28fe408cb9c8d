"""The ways that requests take now, and the pods at their ends, kept up with every change of the cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from cockpit.training.api.store import Key
from cockpit.training.traffic.demand import Demand
from cockpit.training.traffic.entrances import Backend, Entrance, Part, System
from cockpit.training.traffic.flow import Flow
from cockpit.training.traffic.pool import Account, Inflow, Pool, Where
from cockpit.training.traffic.profile import Profile

PoolKey: TypeAlias = tuple[System, Backend]


class Way(NamedTuple):
    """An entrance, whose clients come in through it, and which share of them does, 0 to 1."""

    entrance: Entrance
    demand: Demand
    portion: float


class Registrar(Protocol):
    """Who is told of pods that come into pools and leave them."""

    def moved(self, pool: Pool, came: list[str], left: list[str]) -> None:
        """Take note of uids that came and left."""


@dataclass(slots=True)
class Network:
    """All pools and their inflows. `who` returns the pods that belong into a pool now."""

    who: Callable[[PoolKey], dict[str, Profile]]
    registrar: Registrar
    accounts: dict[Where, Account] = field(default_factory=dict)
    _pools: dict[PoolKey, Pool] = field(default_factory=dict)
    _of_service: dict[Key, dict[PoolKey, Pool]] = field(default_factory=dict)
    _loose: list[Inflow] = field(default_factory=list)

    def settle(self, now: float) -> None:
        """Count all requests up to now."""
        for pool in self._pools.values():
            pool.settle(now)
        self._settle_loose(now)

    def update(self, service: Key, now: float) -> None:
        """Let the pods behind a Service be who they are now."""
        for pool in self._of_service.get(service, {}).values():
            self._enter(pool, now)

    def lead(self, ways: Iterable[Way], now: float) -> None:
        """Send what comes in through entrances where these lead, from now on; everything else is direct."""
        self._settle_loose(now)
        self._loose = []
        wanted: dict[PoolKey, list[Inflow]] = {}
        for entrance, demand, portion in ways:
            for part in entrance.parts:
                inflow = Inflow(demand, portion * part.share, self._account(entrance, part), demand.total(now))
                if part.status or part.backend is None:
                    self._loose.append(inflow)
                else:
                    wanted.setdefault((entrance.system, part.backend), []).append(inflow)
        for key in [key for key in self._pools if key[0] != "direct" and key not in wanted]:
            self._drop(key, now)
        for key, inflows in wanted.items():
            self._flow(key, inflows, now)

    def ask_directly(self, demands: dict[Key, Demand], now: float) -> None:
        """Let these Services, and no others, be asked by clients that no route leads."""
        wanted: dict[PoolKey, Demand] = {("direct", Backend(*key)): demand for key, demand in demands.items()}
        for key in [key for key in self._pools if key[0] == "direct" and key not in wanted]:
            self._drop(key, now)
        for key, demand in wanted.items():
            if key not in self._pools:
                self._flow(key, [Inflow(demand, 1.0, None, demand.total(now))], now)

    def flows(self, moment: float) -> Iterator[Flow]:
        """Yield what goes where."""
        for pool in self._pools.values():
            for inflow in pool.inflows:
                yield from _flows(pool, inflow, moment)
        for inflow in self._loose:
            if (account := inflow.account) is not None:
                yield _flow(account.where, account.where.part.backend, None, inflow.demand.rate(moment) * inflow.share)

    def _account(self, entrance: Entrance, part: Part) -> Account:
        bare = Part(0.0, part.backend, part.status, part.flags, part.canary)
        rule = (entrance.system, entrance.namespace, entrance.route, entrance.host, entrance.path)
        where = Where(*rule, entrance.main, entrance.port, bare, entrance.gateway)
        if where not in self.accounts:
            self.accounts[where] = Account(where)
        return self.accounts[where]

    def _flow(self, key: PoolKey, inflows: list[Inflow], now: float) -> None:
        pool = self._pools.get(key)
        if pool is None:
            pool = self._pools[key] = Pool(*key)
            self._of_service.setdefault(key[1].key, {})[key] = pool
            self._enter(pool, now)
        pool.flow(now, inflows)

    def _enter(self, pool: Pool, now: float) -> None:
        members = self.who((pool.system, pool.backend))
        if members != pool.members:
            self.registrar.moved(pool, *pool.enter(now, members))

    def _drop(self, key: PoolKey, now: float) -> None:
        pool = self._pools.pop(key)
        self._of_service[key[1].key].pop(key)
        pool.flow(now, [])
        self.registrar.moved(pool, *pool.enter(now, {}))

    def _settle_loose(self, now: float) -> None:
        for inflow in self._loose:
            if inflow.account is not None:
                inflow.account.add(inflow.account.where.part.status, inflow.take(now))


def _flows(pool: Pool, inflow: Inflow, moment: float) -> Iterator[Flow]:
    requests = inflow.demand.rate(moment) * inflow.share
    account, backend = inflow.account, pool.backend
    for uid in pool.members or (None,):
        number = requests / max(len(pool.members), 1)
        if account is None:
            yield Flow("direct", backend.namespace, "", "", backend.service, "", "", uid, number)
        else:
            yield _flow(account.where, backend, uid, number)


def _flow(where: Where, backend: Backend | None, pod: str | None, requests: float) -> Flow:
    return Flow(
        where.system,
        where.namespace,
        where.route,
        f"{where.host}{where.path}",
        backend.service if backend else "",
        backend.subset if backend else "",
        where.part.canary,
        pod,
        requests,
        where.part.status,
    )
