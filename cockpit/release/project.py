"""From one release's objects to its view."""

from __future__ import annotations

from cockpit.release.inference import VERSION_KEYS
from cockpit.release.inventory import Inventory
from cockpit.release.membership import Membership
from cockpit.release.view import ReleaseView


def project(membership: Membership, inventory: Inventory, version_keys: frozenset[str] = VERSION_KEYS) -> ReleaseView:
    """Return the view of one release as its objects are now."""
    raise NotImplementedError
