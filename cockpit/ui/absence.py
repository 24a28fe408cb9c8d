"""Tells what is not there from what cannot be seen: a kind that is not live may hide any release."""

from __future__ import annotations

from typing import NamedTuple

from cockpit.live.picture import Picture, SourceState, SourceView
from cockpit.release.view import ReleaseView

_PLURALS = {
    "Deployment": "deployments",
    "ReplicaSet": "replicasets",
    "StatefulSet": "statefulsets",
    "DaemonSet": "daemonsets",
    "Service": "services",
}
"""The kinds of which releases are made, by the names that members have and the names that watches have."""


class Absence(NamedTuple):
    """Why an open release is not in the picture; `known` says that it is gone, else nobody can tell."""

    sentence: str
    known: bool


def hidden_kinds(picture: Picture) -> tuple[SourceView, ...]:
    """Return the watches that could show a release and do not: none where a missing release is really missing."""
    wanted = frozenset(_PLURALS.values())
    return tuple(source for source in picture.sources if source.kind in wanted and source.state is not SourceState.LIVE)


def hidden_words(hidden: tuple[SourceView, ...]) -> str:
    """Say which kinds cannot be seen, in what state they are, and what to do about the first of them."""
    first = hidden[0]
    alike = [source.kind for source in hidden if source.state is first.state]
    rest = len(hidden) - len(alike)
    others = f", {rest} more not live" if rest else ""
    said = f" {first.message.rstrip('.')}." if first.message else ""
    return f"{', '.join(alike)} are {first.state.value}{others}.{said} v shows every watch."


def absence_of(release: ReleaseView, picture: Picture) -> Absence | None:
    """Return why `release` is not in `picture`, None while kinds are still being listed."""
    if not picture.complete:
        return None
    own = {_PLURALS.get(member.kind, "") for member in release.members}
    hidden = tuple(source for source in hidden_kinds(picture) if source.kind in own)
    if hidden:
        words = hidden_words(hidden)
        return Absence(f"Cannot tell how {release.name} is now, this is how it was last: {words}", known=False)
    return Absence(f"{release.name} is gone; this is how it was last. esc goes back to the fleet.", known=True)
