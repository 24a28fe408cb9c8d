"""What settings say of writing: where the journal is, who acts, and which contexts are protected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cockpit.kube.errors import quoted


@dataclass(frozen=True, slots=True)
class RunnerSettings:
    """How the runner acts. Contexts are names, or patterns in which `*` stands for any text."""

    journal: Path
    who: str
    """The operator, as annotations and journal name them."""
    read_only: bool = False
    read_only_contexts: frozenset[str] = frozenset()
    production_contexts: frozenset[str] = frozenset()
    check: str = ""
    """Path of the health check that plans make by default; "probe" is that of the readiness probe."""
    weight_factor: float = 2.0
    """So many times what the busiest pod carries, a change of weights gives no pod without being blocked."""

    def why_read_only(self, context: str) -> str:
        """Return why nothing may be written in a context, in a sentence; "" where writes are allowed."""
        if self.read_only:
            return "The cockpit was started read-only. Start it without --read-only to act."
        if _matches(context, self.read_only_contexts):
            return f'Your settings mark the context "{quoted(context, 80)}" as read-only. Change them to act there.'
        return ""

    def is_production(self, context: str) -> bool:
        """Say whether the context is marked as production."""
        return _matches(context, self.production_contexts)


def _matches(context: str, patterns: Iterable[str]) -> bool:
    """Say whether a pattern fits the whole name; nothing but `*` has a meaning, for names of contexts hold brackets."""
    return any(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), context, re.DOTALL) for pattern in patterns)
