"""What is told of an error that nobody foresaw: its kind and a line of ours, and nothing that it holds."""

from __future__ import annotations

import traceback
from pathlib import Path

TRACEBACK_VARIABLE = "COCKPIT_TRACEBACK"
"""Environment variable that asks for the whole account of a fault, local variables of the screen included."""

_PACKAGE = Path(__file__).parent


def fault_sentence(error: BaseException) -> str:
    """Return two sentences that name the kind of error and the line of ours that met it, and nothing that it holds."""
    return (
        f"The cockpit has a fault ({fault_name(error)}) and had to stop; `cockpit log` says what it did to the "
        f"cluster, if anything. Please report it; {TRACEBACK_VARIABLE}=1 shows more, which may include secrets."
    )


def fault_name(error: BaseException) -> str:
    """Return the kind of error and the innermost line of this package on its way, e.g. "KeyError at get/table.py:12".

    The error's own text is left out: it may quote what it stumbled over.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [(Path(frame.filename), frame.lineno) for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    place = f" at {ours[-1][0].relative_to(_PACKAGE)}:{ours[-1][1]}" if ours else ""
    return f"{type(error).__name__}{place}"
