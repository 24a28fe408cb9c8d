"""Gives every version of a release one colour and one shape, and keeps them while the release lives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from cockpit.release.view import UNKNOWN_VERSION, ReleaseView
from cockpit.ui.ink import VERSION_INKS, Ink, Line, Span, span

SHAPES = ("●", "◆", "▲", "■", "★", "✚")
WORKLOAD_KINDS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})

Places = Mapping[str, int]
"""Place of each version by its name; the place decides colour and shape."""


class Mark(NamedTuple):
    """How one version looks in every panel."""

    shape: str
    ink: Ink


UNKNOWN_MARK = Mark("?", Ink.MUTED)


def mark_at(place: int) -> Mark:
    """Return the mark of a place: with more than six versions colours repeat, but not together with the shape."""
    count = len(SHAPES)
    return Mark(SHAPES[(place + place // count) % count], VERSION_INKS[place % count])


def mark_of(version: str, places: Places) -> Mark:
    """Return the mark of a version; a version that the release does not know has one of its own."""
    if version == UNKNOWN_VERSION or version not in places:
        return UNKNOWN_MARK
    return mark_at(places[version])


def named(version: str, places: Places, bold: bool = False) -> Line:
    """Return the mark and the name of a version."""
    mark = mark_of(version, places)
    if mark is UNKNOWN_MARK:
        return (Span("? unknown", Ink.MUTED),)
    return (Span(f"{mark.shape} ", mark.ink), span(version, mark.ink, bold))


def next_places(names: Iterable[str], before: Places) -> Places:
    """Return the places of `names`: known ones stay, new ones take the first free place.

    A version that went away keeps its place for its return as long as there are free ones among the first six.
    """
    present = list(dict.fromkeys(names))
    places = {name: before[name] for name in present if name in before}
    kept = {place for name, place in before.items() if name not in places}
    for name in present:
        if name in places:
            continue
        taken = set(places.values())
        free = (place for place in range(len(SHAPES)) if place not in taken | kept)
        spare = next(place for place in range(len(present) + len(SHAPES)) if place not in taken)
        places[name] = next(free, spare)
    gone = {name: place for name, place in before.items() if name not in places and place not in places.values()}
    return {**gone, **places}


def places_by_release(releases: Iterable[ReleaseView], before: Mapping[str, Places]) -> Mapping[str, Places]:
    """Return the places of every release, by the identity of the release and by each of its workloads' uids.

    A release that changes its name keeps its marks, for it is found by its workloads.
    """
    after: dict[str, Places] = {}
    for release in releases:
        keys = (identity(release), *sorted(workload_uids(release)))
        known = next((before[key] for key in (*keys[1:], keys[0]) if key in before), {})
        places = next_places((version.name for version in release.versions), known)
        after.update(dict.fromkeys(keys, places))
    return after


def identity(release: ReleaseView) -> str:
    """Return a text that is unique for a release at one moment."""
    return f"{release.namespace}/{release.name}"


def workload_uids(release: ReleaseView) -> frozenset[str]:
    """Return the uids of the workloads of a release."""
    return frozenset(member.uid for member in release.members if member.kind in WORKLOAD_KINDS)
