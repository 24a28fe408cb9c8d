"""Checks a user's own keys against the action table, for the screen library drops a clashing action silently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cockpit.actions.table import ACTIONS, RESERVED_KEYS, Action, Scope


def keymap_problems(keymap: Mapping[str, str]) -> tuple[str, ...]:
    """Say in one sentence each what is wrong with `keymap`; nothing is wrong with an empty answer.

    `keymap` gives comma-separated keys by action id, and replaces all keys that the table gives to that action.
    """
    known = {action.id for action in ACTIONS}
    unknown = [f"There is no action {name!r}; `?` shows those that there are." for name in keymap if name not in known]
    return (*unknown, *_clashes(keymap), *_reserved(keymap, known))


def _clashes(keymap: Mapping[str, str]) -> Iterator[str]:
    for scope in Scope:
        # A key of the whole cockpit works in every screen, so it must not have another meaning in any of them.
        scopes = {scope, Scope.GLOBAL}
        owners: dict[str, Action] = {}
        for action in (entry for entry in ACTIONS if entry.scope in scopes):
            for key in keys_of(action, keymap):
                other = owners.setdefault(key, action)
                if other is not action and (scope is Scope.GLOBAL or scope in {other.scope, action.scope}):
                    yield f"The key {key!r} is given to both {other.id!r} and {action.id!r}; give one of them another."


def _reserved(keymap: Mapping[str, str], known: set[str]) -> Iterator[str]:
    for name, keys in keymap.items():
        taken = sorted(RESERVED_KEYS.intersection(_split(keys)))
        if name in known and taken:
            yield f"The key {taken[0]!r} is kept for an action that changes a release; give {name!r} another."


def keys_of(action: Action, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of `action` once the user's own keys are applied."""
    return _split(keymap[action.id]) if action.id in keymap else action.keys


def _split(keys: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.split(",") if key.strip())
