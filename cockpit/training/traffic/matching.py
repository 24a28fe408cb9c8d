"""Matches of Istio and of the Gateway API, as the simulated clients meet them: path, method and headers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cockpit.training.traffic.clients import Client

METHOD = "GET"
"""What simulated clients ask with; they send no query."""


@dataclass(frozen=True, slots=True)
class Text:
    """A condition on a text: `form` is exact, prefix, path-prefix (by whole segments), regex or present."""

    form: str
    value: str = ""

    def holds(self, text: str | None) -> bool:
        """Tell whether a text meets the condition; None is no text at all, and a wrong expression meets nothing."""
        if text is None:
            return False
        if self.form == "exact":
            return text == self.value
        if self.form == "prefix":
            return text.startswith(self.value)
        if self.form == "path-prefix":
            bare = self.value.rstrip("/")
            return text == bare or text.startswith(f"{bare}/")
        return self.form == "present" or _fits(self.value, text)


@dataclass(frozen=True, slots=True)
class Match:
    """All conditions that a request has to meet at once; `other` tells that there is one that no client meets."""

    path: Text
    headers: tuple[tuple[str, Text], ...] = ()
    without: tuple[tuple[str, Text], ...] = ()
    method: Text | None = None
    other: bool = False

    def holds(self, path: str, client: Client) -> bool:
        """Tell whether a client's request for a path is meant."""
        if self.other or not self.path.holds(path) or (self.method is not None and not self.method.holds(METHOD)):
            return False
        meets = all(text.holds(client.header_named(name)) for name, text in self.headers)
        return meets and not any(text.holds(client.header_named(name)) for name, text in self.without)


def asked_paths(conditions: Iterable[Text]) -> list[str]:
    """Return the paths that clients ask for because of some conditions, each once.

    Nobody makes a path from a regular expression: one that "/" does not meet brings no clients of its own.
    """
    found = ((condition, _asked(condition)) for condition in conditions)
    return list(dict.fromkeys(path for condition, path in found if condition.holds(path)))


def _asked(path: Text) -> str:
    if path.form in ("prefix", "path-prefix"):
        return f"{path.value.rstrip('/')}/"
    return path.value if path.form == "exact" else "/"


def _fits(expression: str, text: str) -> bool:
    try:
        return re.fullmatch(expression, text) is not None
    except re.error:
        return False
