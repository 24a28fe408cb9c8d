"""What can be done to a release, by the names that command line, journal and screen share."""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """One thing that changes a cluster. The values are the names of the commands."""

    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"
    SCALE = "scale"
    SET_IMAGE = "set-image"
    PROMOTE = "promote"
    ROLLBACK = "rollback"
    SWITCH = "switch"
    ISOLATE = "isolate"
    UNISOLATE = "unisolate"
    WEIGHT = "weight"
    CLEANUP = "cleanup"
    DELETE_POD = "delete-pod"
    UNDO = "undo"
    LAST_GOOD = "last-good"
    FINISH = "finish"
    """Do what an act that ended half-way left undone."""


BACKWARD = frozenset({Act.ROLLBACK, Act.UNDO, Act.LAST_GOOD})
"""Acts that lead back to what served before: they need no more than Enter, also in production."""
