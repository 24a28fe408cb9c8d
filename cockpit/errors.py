"""The cockpit's own errors: what happened, to which object, what to do now.

    CockpitError              exit code 1
    ├── UsageError            exit code 2: the command cannot mean anything
    ├── UnreachableError      exit code 3: no answer, no trust, or no right at all
    └── ChangedError          exit code 4: the picture changed under a plan

Every message is one sentence or two for a person; none carries a secret or a traceback.
"""

from __future__ import annotations


class CockpitError(Exception):
    """Something failed, and `str()` says what, to which object, and what to do now."""

    exit_code = 1


class UsageError(CockpitError):
    """The request names something that does not exist, or cannot mean anything."""

    exit_code = 2


class UnreachableError(CockpitError):
    """The API server does not answer, is not trusted, or does not let this user in at all."""

    exit_code = 3


class ChangedError(CockpitError):
    """The cluster changed since the decision was made."""

    exit_code = 4
