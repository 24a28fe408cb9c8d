"""What a change does to its object, a line a field, for reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.patch import TEMPLATE, under_template
from cockpit.actions.value import Value
from cockpit.resources.inert import inert
from cockpit.resources.json_values import ABSENT, Json, Path, at
from cockpit.resources.redact import MASK

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_$")
_NOISE = frozenset({"apiVersion", "kind"})
_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_LONGEST = 200


class DiffLine(Value, frozen=True):
    """One field: its path in words, and its texts before and after; None where it is not there."""

    path: str
    before: str | None
    after: str | None


def diff_lines(change: Change, template_diff: Sequence[FieldChange] = ()) -> tuple[DiffLine, ...]:
    """Return the fields that a change writes; values of environment variables are masked.

    `template_diff` stands in for the fields of a template that is put in place whole.
    """
    return tuple(
        DiffLine(path_words(leaf.path), _text(leaf.path, leaf.before), _text(leaf.path, leaf.after))
        for field in _fields(change, template_diff)
        for leaf in leaves(field)
    )


def leaves(field: FieldChange) -> Iterator[FieldChange]:
    """Yield a change of a map as the changes of the values in it; what stays the same is left out."""
    before, after = field.before, field.after
    if before == after and (before is ABSENT) is (after is ABSENT):
        return
    if _is_map(before) or _is_map(after):
        keys = [*(before if isinstance(before, Mapping) else ()), *(after if isinstance(after, Mapping) else ())]
        if keys and all(value is ABSENT or _is_map(value) for value in (before, after)):
            for key in dict.fromkeys(keys):
                yield from leaves(FieldChange((*field.path, key), at(before, (key,)), at(after, (key,))))
            return
    yield field


def path_words(path: Path) -> str:
    """Return a path as people write it: spec.containers[0].image, metadata.annotations[kubernetes.io/change-cause]."""
    words = ""
    for key in path:
        if key.isdecimal() or not _PLAIN.issuperset(key) or not key:
            words += f"[{inert(key)}]"
        else:
            words += f".{key}" if words else key
    return words


def value_text(path: Path, value: Json) -> str:
    """Return a field's value as one line of text; values of environments are masked, long ones are cut."""
    if _is_secret(path):
        return MASK
    text = value if isinstance(value, str) else _json(value, path)
    shown = inert(text if text else '""')
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"


def _fields(change: Change, template_diff: Sequence[FieldChange]) -> Iterator[FieldChange]:
    if change.kind is not ChangeKind.PATCH:
        created = change.kind is ChangeKind.CREATE
        for key, value in change.manifest.items():
            if key not in _NOISE:
                yield FieldChange((key,), ABSENT if created else value, value if created else ABSENT)
        return
    whole = change.template_from is not None and bool(template_diff)
    for field in change.fields:
        if not (whole and under_template(field.path)):
            yield field
    for field in template_diff if whole else ():
        path = field.path if under_template(field.path) else (*TEMPLATE, *field.path)
        yield FieldChange(path, field.before, field.after)


def _text(path: Path, value: Json) -> str | None:
    return None if value is ABSENT else value_text(path, value)


def _json(value: Json, path: Path) -> str:
    return msgspec.json.encode(_masked(value, path)).decode()


def _masked(value: Json, path: Path) -> Json:
    if _is_secret(path):
        return MASK
    if isinstance(value, Mapping):
        return {key: _masked(entry, (*path, key)) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(entry, (*path, str(index))) for index, entry in enumerate(value)]
    return value


def _is_secret(path: Path) -> bool:
    """Say whether a path leads into the value of an environment variable, or to a manifest kept as an annotation."""
    if _APPLIED in path:
        return True
    depth = len(path) - path[::-1].index("env") if "env" in path else 0
    return bool(depth) and len(path) > depth + 1 and path[depth + 1] in {"value", "valueFrom"}


def _is_map(value: Json) -> bool:
    return isinstance(value, Mapping)
