"""Nulls in objects: for the Kubernetes API, null and absent mean the same."""

from __future__ import annotations


def without_nulls(value: object) -> object:
    """Drop every null of a decoded JSON document."""
    if isinstance(value, dict):
        return {key: without_nulls(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [without_nulls(entry) for entry in value if entry is not None]
    return value
