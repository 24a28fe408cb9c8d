"""Leaves when the terminal is gone, whatever still holds on to it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

GRACE_SECONDS = 10.0
"""How long leaving by a signal may take: what runs is told to stop, and the journal is on disk already."""
_SIGNALLED = 128


def leave_at_last(number: int, end: Callable[[int], object] = os._exit) -> threading.Timer:
    """End the process in a while, with the exit code of a signal, unless it has ended by then.

    A terminal that is gone takes no output: Textual's thread that writes ends, and whoever writes then waits for ever.
    """
    timer = threading.Timer(GRACE_SECONDS, end, (_SIGNALLED + number,))
    timer.daemon = True
    timer.start()
    return timer
