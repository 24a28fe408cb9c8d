"""Quantities as Kubernetes writes them (apimachinery, pkg/api/resource)."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"([+-]?\d+(?:\.\d*)?|[+-]?\.\d+)([numkMGTPE]|[KMGTPE]i)?")
_SUFFIXES = {"n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
             "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40, "Pi": 2.0**50, "Ei": 2.0**60}  # fmt: skip


def number(quantity: object) -> float | None:
    """Return a quantity as a number, None where it is none."""
    found = _NUMBER.fullmatch(str(quantity).strip()) if quantity is not None else None
    return float(found[1]) * _SUFFIXES.get(found[2] or "", 1.0) if found else None


def millis(quantity: object) -> float | None:
    """Return a quantity in thousandths, None where it is none."""
    found = number(quantity)
    return None if found is None else found * 1000


def written(thousandths: float) -> str:
    """Write a number of thousandths as a quantity, e.g. "250m" or "2"."""
    whole = round(thousandths)
    return str(whole // 1000) if whole % 1000 == 0 else f"{whole}m"
