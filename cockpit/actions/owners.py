"""Who else writes an object: tools that would put a field back, and who changed it since a plan was drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

import msgspec

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.diff import leaves, path_words, value_text
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.patch import tests_of
from cockpit.actions.tools import TOOLS, Tool
from cockpit.resources.inert import inert
from cockpit.resources.json_values import ABSENT, Json, Path, at
from cockpit.resources.managers import Manager, managers_of
from cockpit.resources.raw import RawObject

_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_OURS = "release-cockpit"
_LONGEST = 63


def owner_guards(change: Change, fresh: RawObject) -> tuple[Guard, ...]:
    """Return what is to be said of others who write the fields that a change writes, or own the object it deletes.

    Tools that drive releases block, and can be overridden; tools that bring objects back to a repository warn.
    """
    if change.kind is ChangeKind.CREATE:
        return ()
    written = [field.path for field in change.fields if field.before != field.after]
    if change.template_from is not None:
        written.append(("spec", "template"))
    tool = next((tool for tool in TOOLS if _manages(tool, fresh, written)), None)
    if tool is not None:
        return (_managed(tool, change, fresh, written),)
    return (*_autoscaled(change, fresh), *_applied(change, fresh, written))


def _manages(tool: Tool, fresh: RawObject, written: list[Path]) -> bool:
    return tool.found(fresh) is not None or any(_owns(tool, fresh, path) for path in written)


def _owns(tool: Tool, fresh: RawObject, path: Path) -> bool:
    return any(manager.name in tool.managers for manager in managers_of(fresh, path))


def _managed(tool: Tool, change: Change, fresh: RawObject, written: list[Path]) -> Guard:
    """Judge a change of an object that a tool manages.

    What managedFields do not give to a tool, it leaves alone: it applies only what its repository says.
    """
    named = tool.found(fresh) or ""
    by = f"{tool.name} ({named})" if named else tool.name
    owned = [path for path in written if _owns(tool, fresh, path)]
    path = owned[0] if owned else written[0] if written else ()
    remedy = tool.remedy(named, fresh, path)
    if tool.drives:
        sentence = f"{by} drives {change.object.short} and would undo this."
        return Guard(GuardId.FIELD_OWNER, Outcome.BLOCK, sentence, remedy, can_override=True)
    if change.kind is ChangeKind.DELETE:
        sentence = f"{by} manages {change.object.short} and will make it again."
        return Guard(GuardId.FIELD_OWNER, Outcome.WARN, sentence, remedy)
    if not owned and isinstance(fresh.at("metadata", "managedFields"), list):
        sentence = f"{by} manages {change.object.short}, but not {_paths(written)}."
        return Guard(GuardId.FIELD_OWNER, Outcome.PASS, sentence)
    sentence = f"{by} manages {_paths(owned or written)} of {change.object.short} and will write it again."
    return Guard(GuardId.FIELD_OWNER, Outcome.WARN, sentence, remedy)


def _paths(paths: list[Path]) -> str:
    return ", ".join(dict.fromkeys(path_words(path) for path in paths)) or "it"


def _autoscaled(change: Change, fresh: RawObject) -> Iterator[Guard]:
    for field in change.fields:
        if field.path == ("spec", "replicas"):
            writers = [entry for entry in managers_of(fresh, field.path) if entry.subresource == "scale"]
            if writers and writers[0].name != _OURS:
                yield Guard(
                    GuardId.FIELD_OWNER,
                    Outcome.WARN,
                    f"{_name(writers[0])} scales {change.object.short}, last {_when(writers[0])}: it may set the "
                    "replicas again.",
                    "Look for an autoscaler of it.",
                )


def _applied(change: Change, fresh: RawObject, written: list[Path]) -> Iterator[Guard]:
    """Yield a note that a manifest applied by kubectl has the field."""
    manifest = _last_applied(fresh)
    found = [path for path in written if at(manifest, path) is not ABSENT]
    found = found or [path for path in written if _by_kubectl(fresh, path)]
    if found:
        sentence = (
            f"kubectl apply wrote {_paths(found)} of {change.object.short}: applying that manifest writes it again."
        )
        yield Guard(GuardId.FIELD_OWNER, Outcome.PASS, sentence)


def _by_kubectl(fresh: RawObject, path: Path) -> bool:
    return any(
        entry.name == "kubectl-client-side-apply" or (entry.name == "kubectl" and entry.operation.value == "Apply")
        for entry in managers_of(fresh, path)
    )


def _last_applied(fresh: RawObject) -> Json:
    try:
        return msgspec.json.decode(fresh.text("metadata", "annotations", _APPLIED) or "{}")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return {}


def changed_guards(change: Change, fresh: RawObject) -> tuple[Guard, ...]:
    """Return a guard that blocks where the object is not any more as the plan found it."""
    who = who_changed(change, fresh)
    return (Guard(GuardId.CHANGED, Outcome.BLOCK, who, "Draw the plan again, on the picture of now."),) if who else ()


def who_changed(change: Change, fresh: RawObject) -> str:
    """Return which of the values that a change relies on is another one, who wrote it last and when; "" for none."""
    if change.kind is ChangeKind.CREATE:
        return f"{change.object.short} is there already."
    uid = fresh.text("metadata", "uid")
    if change.object.uid and uid != change.object.uid:
        return f"{change.object.short} was deleted and made anew since the plan was drawn."
    if change.kind is ChangeKind.DELETE:
        return ""
    for operation in tests_of(change):
        found = fresh.at_path(operation.path)
        # A test for null is one for absence.
        wanted = ABSENT if operation.value is None else operation.value
        found = ABSENT if found is None else found
        for leaf in leaves(FieldChange(operation.path, wanted, found)):
            return _told(change, fresh, leaf)
    return ""


def _told(change: Change, fresh: RawObject, leaf: FieldChange) -> str:
    what = f"{path_words(leaf.path)} of {change.object.short} {_now(leaf)}, not as the plan found it {_then(leaf)}"
    manager = _last_writer(fresh, leaf)
    return f"{what}; {_name(manager)} wrote it {_when(manager)}." if manager else f"{what}."


def _now(leaf: FieldChange) -> str:
    return "is gone" if leaf.after is ABSENT else f"is {value_text(leaf.path, leaf.after)}"


def _then(leaf: FieldChange) -> str:
    return "(not there)" if leaf.before is ABSENT else f"({value_text(leaf.path, leaf.before)})"


def _last_writer(fresh: RawObject, leaf: FieldChange) -> Manager | None:
    """Return who wrote the field last; of one that is gone, who wrote what held it."""
    path = leaf.path
    while path and leaf.after is ABSENT and fresh.at_path(path) is ABSENT:
        path = path[:-1]
    return next(iter(managers_of(fresh, path)), None) if path else None


def _name(manager: Manager) -> str:
    return inert(manager.name)[:_LONGEST] or "somebody"


def _when(manager: Manager) -> str:
    return f"at {manager.time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if manager.time else "at a time that is not told"
