"""Finds the releases that a command names."""

from __future__ import annotations

from cockpit.errors import CockpitError, UsageError
from cockpit.live.picture import Picture
from cockpit.release.view import ReleaseView
from cockpit.resources.inert import inert

_SHOWN = 8


def chosen(picture: Picture, wanted: str | None) -> tuple[ReleaseView, ...]:
    """Return the releases called `wanted`, or with a member KIND/NAME of that name; None chooses all of them.

    Raises:
        CockpitError: no release is called that.
    """
    if wanted is None:
        return picture.releases
    found = tuple(release for release in picture.releases if release.name == wanted)
    found = found or tuple(release for release in picture.releases if _has_member(release, wanted))
    if not found:
        raise CockpitError(_nothing_found(picture, wanted))
    return found


def chosen_one(picture: Picture, wanted: str) -> ReleaseView:
    """Return the one release that `wanted` means.

    Raises:
        UsageError: several are called that.
        CockpitError: no release is called that.
    """
    found = chosen(picture, wanted)
    if len(found) > 1:
        raise UsageError(_several(found, wanted))
    return found[0]


def _has_member(release: ReleaseView, wanted: str) -> bool:
    kind, slash, name = wanted.partition("/")
    return bool(slash) and any(
        member.kind.lower() == kind.lower() and member.name == name for member in release.members
    )


def _nothing_found(picture: Picture, wanted: str) -> str:
    where = f"namespace {', '.join(picture.namespaces)}" if picture.namespaces else "any namespace"
    names = sorted({release.name for release in picture.releases})
    listed = ", ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    others = f"There are {listed}." if names else "There are no releases there."
    return inert(f"No release is called {wanted} in {where}. {others}")


def _several(found: tuple[ReleaseView, ...], wanted: str) -> str:
    namespaces = sorted({release.namespace for release in found})
    if len(namespaces) > 1:
        return inert(f"{wanted} is in several namespaces: {', '.join(namespaces)}. Say which with -n.")
    names = ", ".join(sorted(release.name for release in found))
    return inert(f"{wanted} belongs to several releases: {names}. Say the name of one.")
