"""Which objects make a release, before anything is said about their state."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.release.view import MemberView, View
from cockpit.routing.rules import Rule


class Membership(View, frozen=True):
    """One release of a namespace: what belongs to it, and by which changes its view can change.

    `workloads` are KIND/NAME; `services` are joined by what they select, `umbrellas` only listed; `rules` are those
    that lead to one of the services.
    """

    namespace: str
    name: str
    workloads: tuple[str, ...] = ()
    revisions: Mapping[str, tuple[str, ...]] = {}
    """Names of the ReplicaSets or ControllerRevisions of each workload."""
    services: tuple[str, ...] = ()
    umbrellas: tuple[str, ...] = ()
    dangling: tuple[str, ...] = ()
    """Services that select a hash which no revision has."""
    partial: tuple[str, ...] = ()
    """Services that take single pods of a workload: which ones, only the pods' labels tell."""
    front_door: str = ""
    """Name of the Service that covers every workload, "" where there is none."""
    rules: tuple[Rule, ...] = ()
    owners: frozenset[str] = frozenset()
    """Uids of the workloads and of their ReplicaSets: a pod that one of these controls belongs to the release."""
    members: tuple[MemberView, ...] = ()
    driven_by: tuple[str, ...] = ()
    """Rollouts and Canaries that release it step by step, KIND/NAME."""
