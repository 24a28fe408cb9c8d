"""What a user is told when the screen itself fails."""

from __future__ import annotations

import traceback
from pathlib import Path

TRACEBACK_VARIABLE = "COCKPIT_TRACEBACK"
"""Environment variable that asks for Textual's own account of a fault, local variables included."""

_PACKAGE = Path(__file__).parent.parent


def fault_sentence(error: BaseException) -> str:
    """Return two sentences that name the kind of error and the line of ours that met it, and nothing that it holds."""
    return (
        f"The cockpit has a fault ({type(error).__name__}{_place(error)}) and had to stop; nothing was changed in the "
        f"cluster. Please report it; {TRACEBACK_VARIABLE}=1 shows more, which may include secrets."
    )


def _place(error: BaseException) -> str:
    """Return the innermost line of this package on the way of the error."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [(Path(frame.filename), frame.lineno) for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    return f" at {ours[-1][0].relative_to(_PACKAGE)}:{ours[-1][1]}" if ours else ""
