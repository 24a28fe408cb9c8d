"""Finds the releases that a command names."""

from __future__ import annotations

from cockpit.errors import CockpitError
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
