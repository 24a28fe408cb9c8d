"""Small pieces of sentences that plans share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime


def counted(number: int | None, noun: str) -> str:
    """Return "1 pod", "3 pods", or "pods that cannot be counted"."""
    if number is None:
        return f"{noun}s that cannot be counted"
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return "a", "a and b", or "a, b and c"."""
    found: Sequence[str] = tuple(words)
    return f" {last} ".join((", ".join(found[:-1]), found[-1])) if len(found) > 1 else "".join(found)


def rfc3339(moment: datetime) -> str:
    """Return a moment in UTC to the second, as Kubernetes writes its times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def with_reason(text: str, reason: str) -> str:
    """Return the text with the reason behind a colon, where there is one."""
    return f"{text}: {reason}" if reason else text
