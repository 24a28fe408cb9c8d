"""Who can get requests: the pods behind Services and subsets, as each routing system looks at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from cockpit.training.api.kinds import POD
from cockpit.training.api.store import Key, Store
from cockpit.training.controllers.behaviour import Behaviour
from cockpit.training.objects import Json, labels_of, uid_of
from cockpit.training.traffic.entrances import Backend
from cockpit.training.traffic.members import Members, receivers
from cockpit.training.traffic.network import PoolKey
from cockpit.training.traffic.profile import Profile, profile_of

ReadyLabels: TypeAlias = frozenset[tuple[tuple[str, str], ...]]
"""The labels of ready pods, each as its sorted pairs: what a router decides by."""


class Receiving:
    """Finds receivers. `behaviour_of` tells how a pod, by its uid, behaves."""

    def __init__(self, store: Store, members: Members, behaviour_of: Callable[[str], Behaviour | None]) -> None:
        self._store = store
        self._members = members
        self._behaviour_of = behaviour_of
        self._profiles: dict[str, Profile] = {}

    def profile(self, pod: Json) -> Profile:
        """Return what the requests that a pod answers look like."""
        uid = uid_of(pod)
        if uid not in self._profiles:
            self._profiles[uid] = profile_of(pod, self._behaviour_of(uid), self._store)
        return self._profiles[uid]

    def forget(self, uid: str) -> None:
        """Look at a pod anew, or never again."""
        self._profiles.pop(uid, None)

    def who(self, key: PoolKey) -> dict[str, Profile]:
        """Return who gets what a system sends to a backend; only kube-proxy has a last resort."""
        system, backend = key
        found: dict[str, Profile] = {}
        for uid, member in receivers(self._members.of(backend.key), system == "direct").items():
            pod = self._store.get(POD, backend.namespace, member.pod)
            if pod is not None and uid_of(pod) == uid and backend.takes(labels_of(pod)):
                found[uid] = self.profile(pod)
        return found

    def is_ready(self, backend: Backend) -> bool:
        """Tell whether a backend has a ready endpoint."""
        return any(backend.takes(dict(labels)) for labels in self.ready_labels(backend.key))

    def ready_labels(self, service: Key) -> ReadyLabels:
        """Return the labels of the ready pods behind a Service."""
        ready = receivers(self._members.of(service), last_resort=False).values()
        pods = (self._store.get(POD, service[0], member.pod) for member in ready)
        return frozenset(tuple(sorted(labels_of(pod).items())) for pod in pods if pod is not None)
