"""Order and filter of the fleet."""

from __future__ import annotations

from collections.abc import Iterable

from cockpit.release.view import ReleaseView, State, needs_human

# The view lists the states from the gravest to the calmest.
_GRAVITY = {state: place for place, state in enumerate(State)}


def fleet_order(releases: Iterable[ReleaseView]) -> tuple[ReleaseView, ...]:
    """Return the releases that wait for a human first, the gravest state before the others, then by name."""

    def order(release: ReleaseView) -> tuple[bool, int, str, str]:
        return (not needs_human(release), _GRAVITY[release.state], release.name, release.namespace)

    return tuple(sorted(releases, key=order))


def matching(releases: Iterable[ReleaseView], text: str) -> tuple[ReleaseView, ...]:
    """Return the releases that hold every word of `text` in name, namespace, strategy, state or a version's name."""
    words = text.casefold().split()
    return tuple(release for release in releases if all(word in _searched(release) for word in words))


def _searched(release: ReleaseView) -> str:
    versions = (f"{version.name} {version.role.value}" for version in release.versions)
    parts = (release.namespace, release.name, release.strategy.value, release.state.value, *versions)
    return " ".join(parts).casefold()
