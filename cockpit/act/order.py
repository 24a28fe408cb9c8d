"""How a plan is to be run, as the flags of a command say it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Literal

from cockpit.actions.examination import Consent

Format = Literal["table", "json", "yaml"]


@dataclass(frozen=True, slots=True)
class Order:
    """What was said beside the act itself.

    `timeout` is in seconds, None leaves the plan's own. `said_again` are the flags, quoted for a shell, with which
    another command reaches the same cluster.
    """

    dry_run: bool = False
    yes: bool = False
    typed_name: str = ""
    overridden: frozenset[str] = frozenset()
    timeout: float | None = None
    form: Format = "table"
    kubeconfig: str = ""
    said_again: tuple[str, ...] = ()

    def consent(self, reason: str, typed_name: str = "") -> Consent:
        """Return what the operator gives with the order; a name typed on the terminal goes before the flag's."""
        return Consent(reason, typed_name or self.typed_name, self.overridden)

    def command(self, *words: str, namespace: str) -> str:
        """Return a command on the same cluster, for a shell: "cockpit undo shop -n default"."""
        return " ".join(["cockpit", *map(shlex.quote, words), "-n", shlex.quote(namespace), *self.said_again])
