"""Pods that share what one routing system sends to a Service or a subset, equally, and exact counts of it.

Everything is counted up to the moment of the last settlement. Between two of them nothing changes but time, so a
settlement has to come before every change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from cockpit.training.traffic.demand import Demand
from cockpit.training.traffic.entrances import Backend, Part, System
from cockpit.training.traffic.profile import Profile

Outcome: TypeAlias = Profile | int  # who answered, or the status with which the router did
_State: TypeAlias = tuple[float, int, tuple[tuple[Demand, float], ...]]  # since when, how many, and what flows in
_REMEMBERED = 3600.0  # seconds of a pool's past for which rates can be asked


class Where(NamedTuple):
    """One part of one entrance. The share of `part` is 0: how large it is changes, what it is stays."""

    system: System
    namespace: str
    route: str
    host: str
    path: str
    main: Backend | None
    port: str
    part: Part
    gateway: bool


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """Requests since the start of one part of one entrance, by outcome. The counts only grow; there is one of each."""

    where: Where
    counts: dict[Outcome, float] = field(default_factory=dict)

    def add(self, outcome: Outcome, number: float) -> None:
        """Count some more requests."""
        self.counts[outcome] = self.counts.get(outcome, 0.0) + number


@dataclass(slots=True)
class Inflow:
    """A share of a demand that goes one way now; `seen` is the demand's total up to the last settlement."""

    demand: Demand
    share: float
    account: Account | None
    seen: float

    def take(self, now: float) -> float:
        """Return the requests since the last settlement, and settle."""
        total = self.demand.total(now)
        number, self.seen = self.share * max(total - self.seen, 0.0), total
        return number


@dataclass(slots=True)
class Pool:
    """The pods that some inflows are shared among. `each` is how many requests a pod got that was always in it."""

    system: System
    backend: Backend
    inflows: list[Inflow] = field(default_factory=list)
    members: dict[str, Profile] = field(default_factory=dict)
    each: float = 0.0
    _profiles: Counter[Profile] = field(default_factory=Counter)
    _past: list[_State] = field(default_factory=list)

    def settle(self, now: float) -> None:
        """Count all requests up to now."""
        size = len(self.members)
        for inflow in self.inflows:
            number = inflow.take(now)
            if size and number:
                self.each += number / size
                self._count(inflow.account, number / size)

    def _count(self, account: Account | None, number: float) -> None:
        if account is not None:
            for profile, pods in self._profiles.items():
                account.add(profile, number * pods)

    def enter(self, now: float, members: dict[str, Profile]) -> tuple[list[str], list[str]]:
        """Have these members from now on; return the uids of those that came and of those that left."""
        self.settle(now)
        came = [uid for uid in members if uid not in self.members]
        left = [uid for uid in self.members if uid not in members]
        self.members = members
        self._profiles = Counter(members.values())
        self._note(now)
        return came, left

    def flow(self, now: float, inflows: list[Inflow]) -> None:
        """Have these inflows from now on."""
        self.settle(now)
        self.inflows = inflows
        self._note(now)

    def rate_each(self, moment: float) -> float:
        """Return the requests a second that each member gets at a moment of the last hour."""
        _, size, ways = self._at(moment)
        return sum(demand.rate(moment) * share for demand, share in ways) / size if size else 0.0

    def _at(self, moment: float) -> _State:
        if self._past and self._past[-1][0] <= moment:  # this is asked most of all
            return self._past[-1]
        index = bisect_right(self._past, moment, key=lambda entry: entry[0])
        return self._past[index - 1] if index else (0.0, 0, ())

    def _note(self, now: float) -> None:
        ways = tuple((inflow.demand, inflow.share) for inflow in self.inflows)
        self._past.append((now, len(self.members), ways))
        old = bisect_right(self._past, now - _REMEMBERED, key=lambda entry: entry[0]) - 1
        if old > 100:
            del self._past[:old]
