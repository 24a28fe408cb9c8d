"""What a plan is called before there is one, and where none could be made."""

from __future__ import annotations

from cockpit.actions.acts import Act
from cockpit.ui.plan_stage import Stage

_WANTED = {
    Act.PAUSE: "Pause {}",
    Act.RESUME: "Resume {}",
    Act.RESTART: "Restart {}",
    Act.SCALE: "Scale {}",
    Act.SET_IMAGE: "New image for {}",
    Act.PROMOTE: "Promote the new version of {}",
    Act.ROLLBACK: "Roll {} back",
    Act.SWITCH: "Switch {}",
    Act.ISOLATE: "Isolate the versions of {}",
    Act.UNISOLATE: "Bring the versions of {} back behind one Service",
    Act.WEIGHT: "Weigh {}",
    Act.CLEANUP: "Clean up {}",
    Act.DELETE_POD: "Delete a failing pod of {}",
    Act.UNDO: "Take back the last act on {}",
    Act.LAST_GOOD: "Bring back the last good traffic of {}",
    Act.FINISH: "Finish what was begun on {}",
}


def title_of(stage: Stage, release: str) -> str:
    """Return the title of a stage's plan; without one, what was asked for and that it cannot be planned."""
    if stage.plan is not None:
        return stage.plan.title
    wanted = _WANTED[stage.request.act].format(release)
    return f"{wanted}: cannot be planned" if stage.trouble else wanted
