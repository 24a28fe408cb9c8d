"""Which objects make a release, before anything is said about their state."""

from __future__ import annotations

from cockpit.release.view import MemberView, View


class Membership(View, frozen=True):
    """One release of a namespace: what belongs to it, and by which changes its view can change.

    `workloads` are KIND/NAME; `services` are joined by what they select, `umbrellas` only listed; `routes` are the
    ingresses with at least one rule that leads to the release.
    """

    namespace: str
    name: str
    workloads: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    umbrellas: tuple[str, ...] = ()
    front_door: str = ""
    """Name of the Service that is the front door, "" where there is none."""
    routes: tuple[str, ...] = ()
    """KIND/NAME of each route object."""
    owners: frozenset[str] = frozenset()
    """Uids of the workloads and of what they own (ReplicaSets): a pod of one of these belongs to the release."""
    members: tuple[MemberView, ...] = ()
