"""Finds the release that is open in the next picture, whatever its name is by then."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.release.view import ReleaseView
from cockpit.ui.marks import workload_uids


def find_again(opened: ReleaseView, releases: Iterable[ReleaseView]) -> ReleaseView | None:
    """Return `opened` as it is now: the release with most of its workloads, else the one of its name; None if gone."""
    own = workload_uids(opened)
    here = [release for release in releases if release.namespace == opened.namespace]
    sharing = [release for release in here if workload_uids(release) & own]
    if sharing:
        return max(sharing, key=lambda release: (len(workload_uids(release) & own), release.name == opened.name))
    return next((release for release in here if release.name == opened.name), None)
