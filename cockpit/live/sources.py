"""How well each watched kind is known, in each watched namespace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cockpit.kube.sink import Contact
from cockpit.live.picture import SourceState, SourceView

_TRIES = 3

# What a reader must know first, when namespaces differ.
_GRAVITY = (
    SourceState.CONNECTING,
    SourceState.FAILED,
    SourceState.STALE,
    SourceState.FORBIDDEN,
    SourceState.ABSENT,
    SourceState.LIVE,
)
_UNREADABLE = {SourceState.CONNECTING, SourceState.FORBIDDEN, SourceState.ABSENT, SourceState.FAILED}


@dataclass(slots=True)
class _Standing:
    contact: Contact = Contact.LISTING
    listed: bool = False
    failures: int = 0
    message: str = ""
    heard_at: datetime | None = None

    def state(self, reachable: bool) -> SourceState:
        """Return the state; with a server that does not answer, nothing that was read is live."""
        if self.contact is Contact.FORBIDDEN:
            return SourceState.FORBIDDEN
        if self.contact is Contact.ABSENT:
            return SourceState.ABSENT
        if self.listed:
            lost = self.contact in {Contact.LOST, Contact.FAILED} or not reachable
            return SourceState.STALE if lost else SourceState.LIVE
        given_up = self.contact is Contact.FAILED or (self.contact is Contact.LOST and self.failures >= _TRIES)
        return SourceState.FAILED if given_up and reachable else SourceState.CONNECTING


class Sources:
    """The standing of every kind in every scope; a scope is a namespace, or None for all of them."""

    def __init__(self, kinds: Iterable[str], scopes: Iterable[str | None], now: Callable[[], datetime]) -> None:
        self.scopes = tuple(scopes)
        self._kinds = tuple(kinds)
        self._now = now
        self._reachable = True
        self._scopes_of: dict[str, tuple[str | None, ...]] = dict.fromkeys(self._kinds, self.scopes)
        self._standings = {(kind, scope): _Standing() for kind in self._kinds for scope in self.scopes}

    def add(self, kind: str, scopes: Iterable[str | None]) -> None:
        """Take in a kind that not every cluster has: absent, nothing is missing."""
        self._scopes_of[kind] = tuple(scopes)
        self._standings |= {(kind, scope): _Standing() for scope in self._scopes_of[kind]}

    def report(self, kind: str, scope: str | None, contact: Contact, message: str) -> bool:
        """Take a report; return whether the kind's state changed by it."""
        standing = self._standings[kind, scope]
        before = standing.state(self._reachable)
        standing.message = message
        if contact is Contact.LIVE:
            standing.listed, standing.failures, standing.heard_at = True, 0, self._now()
        elif contact in {Contact.LOST, Contact.FAILED}:
            standing.failures += 1
        elif contact is not Contact.LISTING:
            standing.listed = False
        if not (contact is Contact.LISTING and standing.listed):
            standing.contact = contact
        return standing.state(self._reachable) is not before

    def heard(self, kind: str, scope: str | None) -> None:
        """Note that the server spoke about the kind just now."""
        self._standings[kind, scope].heard_at = self._now()

    def set_reachable(self, reachable: bool) -> bool:
        """Note whether the server answers at all; return whether that is news."""
        changed, self._reachable = reachable is not self._reachable, reachable
        return changed

    def state(self, kind: str, scope: str | None) -> SourceState:
        """Return the state of one kind in one scope."""
        return self._standings[kind, scope].state(self._reachable)

    def is_readable(self, kind: str, scope: str | None) -> bool:
        """Say whether objects of a kind are known in one scope, be it from a while ago."""
        return self.state(kind, scope) not in _UNREADABLE

    def are_all(self, state: SourceState, kinds: Iterable[str] | None = None) -> bool:
        """Say whether all of `kinds`, in all scopes, are in one state."""
        return all(self.state(kind, scope) is state for kind in kinds or self._kinds for scope in self.scopes)

    def complete(self) -> bool:
        """Say whether every kind was listed, or said that it cannot be."""
        return not any(s.state(self._reachable) is SourceState.CONNECTING for s in self._standings.values())

    def unreadable(self, namespace: str) -> frozenset[str]:
        """Return the kinds that cannot be read in `namespace`."""
        return frozenset(kind for kind in self._scopes_of if self._is_unreadable(kind, namespace))

    def _is_unreadable(self, kind: str, namespace: str) -> bool:
        state = self._state_in(kind, namespace)
        return state in _UNREADABLE and not (state is SourceState.ABSENT and kind not in self._kinds)

    def stale(self, namespace: str) -> frozenset[str]:
        """Return the kinds of `namespace` that were read once and are not heard from any more."""
        return frozenset(kind for kind in self._scopes_of if self._state_in(kind, namespace) is SourceState.STALE)

    def views(self) -> tuple[SourceView, ...]:
        """Return one view a kind, that of its gravest scope; kinds that were added are left out where absent."""
        views = (self._view(kind) for kind in self._scopes_of)
        return tuple(view for view in views if view.kind in self._kinds or view.state is not SourceState.ABSENT)

    def _state_in(self, kind: str, namespace: str) -> SourceState:
        return self.state(kind, namespace if (kind, namespace) in self._standings else self._scopes_of[kind][0])

    def _view(self, kind: str) -> SourceView:
        scopes = self._scopes_of[kind]
        scope = min(scopes, key=lambda scope: self._gravity(kind, scope))
        state = self.state(kind, scope)
        words = (self._standings[kind, s].message for s in (scope, *scopes) if self.state(kind, s) is state)
        return SourceView(
            kind=kind,
            state=state,
            observed_at=self._standings[kind, scope].heard_at,
            message=next((sentence for sentence in words if sentence), ""),
        )

    def _gravity(self, kind: str, scope: str | None) -> tuple[int, datetime]:
        """Order scopes by what a reader must know first: the gravest state, and of these what is oldest."""
        heard_at = self._standings[kind, scope].heard_at
        return (_GRAVITY.index(self.state(kind, scope)), heard_at or datetime.max.replace(tzinfo=UTC))
