"""Ages as tables write them (k8s.io/apimachinery, util/duration.HumanDuration)."""

from __future__ import annotations

from cockpit.training.objects import moment_of

UNKNOWN = "<unknown>"


def age(since: str | None, now: float) -> str:
    """Return how long ago an RFC 3339 time was, e.g. "3m12s"."""
    return human_duration(now - moment_of(since)) if since else UNKNOWN


def human_duration(seconds: float) -> str:
    """Return seconds in the short form of kubectl."""
    whole = max(int(seconds), 0)
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if whole < 120:
        return f"{whole}s"
    if minutes < 10:
        return _two(minutes, "m", whole % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return _two(days, "d", hours % 24, "h")
    if days < 730:
        return f"{days}d"
    return _two(days // 365, "y", days % 365, "d") if days < 8 * 365 else f"{days // 365}y"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"
