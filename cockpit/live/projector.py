"""Keeps the releases' views up to date with the store, looking again only at what changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cockpit.live.sources import Sources
from cockpit.live.store import Changes, Store
from cockpit.release.inventory import Inventory
from cockpit.release.membership import Membership
from cockpit.release.subject import Subject, subject_of
from cockpit.release.view import ReleaseView

_logger = logging.getLogger(__name__)

Infer = Callable[[Inventory, frozenset[str]], tuple[Membership, ...]]
Project = Callable[[Membership, Inventory, frozenset[str]], ReleaseView]


@dataclass(frozen=True, slots=True)
class Rules:
    """How releases are found and projected: pure functions, and the labels that tell versions apart."""

    infer: Infer
    project: Project
    version_keys: frozenset[str]


@dataclass(slots=True)
class _Namespace:
    memberships: dict[str, Membership] = field(default_factory=dict)
    views: dict[str, ReleaseView] = field(default_factory=dict)
    by_owner: dict[str, set[str]] = field(default_factory=dict)
    by_service: dict[str, set[str]] = field(default_factory=dict)
    removals: int = 0
    """What the namespace had counted when the memberships were inferred."""
    by_pods: bool = False
    """Whether only the labels of pods tell what one of the Services is for."""


class Projector:
    """Holds memberships and views by namespace."""

    def __init__(self, rules: Rules, store: Store, sources: Sources) -> None:
        self._rules = rules
        self._store = store
        self._sources = sources
        self._namespaces: dict[str, _Namespace] = {}
        self._failures: dict[tuple[str, str], str] = {}

    def views(self) -> tuple[ReleaseView, ...]:
        """Return all views, ordered by namespace and name."""
        views = (view for namespace in self._namespaces.values() for view in namespace.views.values())
        return tuple(sorted(views, key=lambda view: view.key))

    def subject(self, namespace: str, name: str) -> Subject | None:
        """Return a release with everything around it as it is now, None where there is no such release."""
        known = self._namespaces.get(namespace)
        membership = known.memberships.get(name) if known else None
        if membership is None:
            return None
        return subject_of(membership, self._inventory(namespace), self._rules.version_keys)

    def failures(self) -> tuple[str, ...]:
        """Return a sentence for each release that could not be projected."""
        return tuple(self._failures.values())

    async def update(self, changes: dict[str, Changes]) -> None:
        """Bring the views of changed namespaces up to date, letting others run between any two releases."""
        for namespace, change in changes.items():
            known = self._namespaces.setdefault(namespace, _Namespace())
            joins = change.structure or not known.memberships or (change.pod_labels and known.by_pods)
            dirty = self._infer(namespace, known) if joins else set()
            dirty |= _touched(known, change)
            await asyncio.sleep(0)
            await self._project(namespace, known, dirty)

    def _infer(self, namespace: str, known: _Namespace) -> set[str]:
        """Find the releases anew; return the names of those that are made of other objects than before."""
        place = (namespace, "")
        try:
            found = self._rules.infer(self._inventory(namespace), self._rules.version_keys)
        except Exception as error:  # noqa: BLE001  # the worker's edge: one namespace must not stop the others
            self._failures[place] = _fault(f"The releases of namespace {namespace}", error)
            return set()
        self._failures.pop(place, None)
        memberships = {membership.name: membership for membership in found}
        changed = {name for name, membership in memberships.items() if known.memberships.get(name) != membership}
        for name in known.memberships.keys() - memberships.keys():
            known.views.pop(name, None)
            self._failures.pop((namespace, name), None)
        known.memberships = memberships
        known.removals = self._store.namespaces[namespace].removals
        known.by_pods = _pods_decide(self._inventory(namespace), found)
        known.by_owner = _index(found, lambda membership: membership.owners)
        known.by_service = _index(found, lambda membership: (*membership.services, *membership.umbrellas))
        return changed

    async def _project(self, namespace: str, known: _Namespace, dirty: set[str]) -> None:
        pending = sorted(dirty & known.memberships.keys())
        for position, name in enumerate(pending):
            if known.removals != self._store.namespaces[namespace].removals:
                # An object of a membership may have gone while others ran: what is left waits for the next turn.
                self._store.give_back(namespace, _changes_of(known, pending[position:]))
                return
            self._project_one(namespace, known, known.memberships[name])
            await asyncio.sleep(0)

    def _project_one(self, namespace: str, known: _Namespace, membership: Membership) -> None:
        place = (namespace, membership.name)
        try:
            view = self._rules.project(membership, self._inventory(namespace), self._rules.version_keys)
        except Exception as error:  # noqa: BLE001  # the worker's edge: one release that breaks it must not stop the rest
            self._failures[place] = _fault(f"The release {namespace}/{membership.name}", error)
            return
        self._failures.pop(place, None)
        known.views[membership.name] = view

    def _inventory(self, namespace: str) -> Inventory:
        objects = self._store.namespaces[namespace]
        return objects.inventory(self._sources.unreadable(namespace), self._sources.stale(namespace))


def _pods_decide(inventory: Inventory, memberships: tuple[Membership, ...]) -> bool:
    """Say whether a Service takes single pods, or selects what no release has: its pods may come yet."""
    if any(membership.partial for membership in memberships):
        return True
    claimed = {name for membership in memberships for name in (*membership.services, *membership.umbrellas)}
    return any(service.spec.selector and name not in claimed for name, service in inventory.services.items())


def _fault(what: str, error: Exception) -> str:
    _logger.debug("%s could not be worked out", what, exc_info=error)
    return (
        f"{what} could not be worked out ({type(error).__name__}: a fault of the cockpit, please report it), "
        "and stays as it was."
    )


def _touched(known: _Namespace, change: Changes) -> set[str]:
    """Return the names of the releases that a change concerns."""
    if change.everything:
        return set(known.memberships)
    touched: set[str] = set()
    for uid in change.owners:
        touched |= known.by_owner.get(uid, set())
    for service in change.services:
        touched |= known.by_service.get(service, set())
    return touched


def _changes_of(known: _Namespace, names: Iterable[str]) -> Changes:
    changes = Changes(structure=True)
    for name in names:
        membership = known.memberships[name]
        changes.owners |= membership.owners
        changes.services |= {*membership.services, *membership.umbrellas}
    return changes


def _index(
    memberships: tuple[Membership, ...], keys: Callable[[Membership], frozenset[str] | tuple[str, ...]]
) -> dict[str, set[str]]:
    index: dict[str, set[str]] = {}
    for membership in memberships:
        for key in keys(membership):
            index.setdefault(key, set()).add(membership.name)
    return index
