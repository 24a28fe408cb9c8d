"""Which actions of the table can be carried out now, and as what those stand that share a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cockpit.actions.acts import Act
from cockpit.actions.table import ACTIONS, Action

Dimmed = Mapping[str, str]
"""Acts (by value) that cannot be done now, each with the reason in a sentence."""


def acts_of_key(act: Act) -> tuple[Act, ...]:
    """Return the acts that the key of `act` stands for: pause and resume share one."""
    action = next(action for action in ACTIONS if action.act is act)
    return (act, *(other.act for other in ACTIONS if other.shares == action.id and other.act is not None))


def available(act: Act, dimmed: Dimmed) -> tuple[Act, ...]:
    """Return which of the acts on one key can be done now."""
    return tuple(each for each in acts_of_key(act) if each.value not in dimmed)


def acts_to_ask(act: Act, dimmed: Dimmed, palette: bool = False) -> tuple[Act, ...]:
    """Return the acts to ask for: those on the key of `act`, or in the palette exactly that one, if it can be done."""
    if palette:
        return () if act.value in dimmed else (act,)
    return available(act, dimmed)


def reason_against(act: Act, dimmed: Dimmed) -> str:
    """Return why no act on a key can be done now, "" where one can."""
    if available(act, dimmed):
        return ""
    return " ".join(dict.fromkeys(dimmed[each.value] for each in acts_of_key(act)))


def as_offered(actions: Sequence[Action], dimmed: Dimmed) -> tuple[Action, ...]:
    """Return `actions` with keys that stand for several acts labelled by what they would do now."""
    return tuple(
        replace(action, label="/".join(_label(act) for act in _standing(action.act, dimmed)))
        if action.act is not None and action.keys
        else action
        for action in actions
    )


def _standing(act: Act, dimmed: Dimmed) -> tuple[Act, ...]:
    return available(act, dimmed) or (act,)


def _label(act: Act) -> str:
    return next(action.label for action in ACTIONS if action.act is act)


def dimmed_ids(actions: Sequence[Action], dimmed: Dimmed) -> frozenset[str]:
    """Return the ids of the actions whose keys do nothing now."""
    return frozenset(
        action.id
        for action in actions
        if action.act is not None and (reason_against(action.act, dimmed) if action.keys else action.act in dimmed)
    )
