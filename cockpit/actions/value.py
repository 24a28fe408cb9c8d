"""Base of what plans are made of: frozen, compared by value, and data as it stands (the journal keeps it as JSON)."""

from __future__ import annotations

import msgspec


class Value(msgspec.Struct, frozen=True):
    """Base of plans and their parts."""
