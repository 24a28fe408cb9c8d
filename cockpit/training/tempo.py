"""The speed of the clock while it runs, as an annotation of a namespace that only an administrator may write:

    kubectl annotate namespace kube-system --overwrite training.cockpit.dev/speed=0

pauses, a number of simulated seconds a second lets time go on, and without the annotation it goes on as it began.
"""

from __future__ import annotations

import re

from cockpit.training.api.kinds import NAMESPACE
from cockpit.training.api.store import Change
from cockpit.training.controllers.behaviour import PREFIX
from cockpit.training.objects import annotations_of, name_of

HOME = "kube-system"
SPEED = PREFIX + "speed"
FASTEST = 1000.0


def told_speed(change: Change, usual: float) -> float | None:
    """Return the speed that a change asks for, `usual` where it takes the annotation away; None: it asks for none."""
    if change.kind is not NAMESPACE or name_of(change.object) != HOME or change.previous is None:
        return None
    text, before = (annotations_of(obj).get(SPEED) for obj in (change.object, change.previous))
    if text == before:
        return None
    if text is None:
        return usual
    return min(float(text), FASTEST) if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) else None
