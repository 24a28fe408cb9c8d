"""Judges any plan, by playing its changes through on the picture it was drawn on."""

from __future__ import annotations

from collections.abc import Sequence

from cockpit.actions.acts import Act
from cockpit.actions.change import Change
from cockpit.actions.forecast import forecast, selector_changes
from cockpit.actions.guard_emptied import judge_emptied
from cockpit.actions.guard_foreign import judge_foreign
from cockpit.actions.guard_load import judge_load
from cockpit.actions.guard_picture import can_be_played, judge_picture, judge_place
from cockpit.actions.guard_rollout import judge_rollout
from cockpit.actions.guard_scaling import judge_scaling
from cockpit.actions.guard_scene import GuardScene
from cockpit.actions.guard_selectors import judge_selectors
from cockpit.actions.guard_services import judge_services
from cockpit.actions.guard_weights import judge_weights
from cockpit.actions.guards import Guard, Outcome
from cockpit.actions.request import Circumstances
from cockpit.release.subject import Subject

_ORDER = (Outcome.BLOCK, Outcome.WARN, Outcome.PASS)


def guards_of(subject: Subject, changes: Sequence[Change], circumstances: Circumstances, act: Act) -> tuple[Guard, ...]:
    """Return every guard that has something to say, those that block first; none for a plan without changes."""
    if not changes:
        return ()
    found = [*judge_picture(subject), *judge_place(circumstances, act, subject.view.name)]
    if can_be_played(subject):
        found += _played(GuardScene(subject, changes, circumstances, act, forecast(subject, changes)))
    return tuple(sorted(dict.fromkeys(found), key=lambda guard: _ORDER.index(guard.outcome)))


def _played(scene: GuardScene) -> list[Guard]:
    selectors = list(judge_selectors(scene))
    blocked = any(guard.outcome is Outcome.BLOCK and not guard.can_override for guard in selectors)
    judged = {name for _, name in selector_changes(scene.forecast.moments)} if blocked else set()
    return [
        *selectors,
        *judge_weights(scene),
        *judge_load(scene),
        *judge_emptied(scene, judged),
        *judge_foreign(scene),
        *judge_rollout(scene),
        *judge_scaling(scene),
        *judge_services(scene),
    ]
