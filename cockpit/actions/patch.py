"""What a change is to the API server: its JSON patch, the change that takes it back, and the right it needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cockpit.actions.change import Change, ChangeKind, FieldChange, Given
from cockpit.actions.examination import Right
from cockpit.actions.manifests import without_server_fields
from cockpit.resources.json_values import ABSENT, Json, Path, at, with_value
from cockpit.resources.kinds import ROUTING, WATCHED
from cockpit.resources.patches import Op, Operation
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef

TEMPLATE: Path = ("spec", "template")
HASH_LABEL: Path = (*TEMPLATE, "metadata", "labels", "pod-template-hash")
_VERSION: Path = ("metadata", "resourceVersion")
_BACK = "take back: "
_VERBS = {ChangeKind.PATCH: "patch", ChangeKind.CREATE: "create", ChangeKind.DELETE: "delete"}
_KINDS = {kind.name: kind for kind in (*WATCHED, *ROUTING)}


def operations_of(change: Change, template: Json = ABSENT) -> tuple[Operation, ...]:
    """Return the JSON patch of a PATCH, all its tests first: the API server applies all of it or nothing.

    `template` is the pod template that `template_from` means; the label with its hash is taken out again, for the
    controller writes its own.

    Raises:
        ValueError: the change is no PATCH, or takes a template that was not given.
    """
    if change.kind is not ChangeKind.PATCH:
        raise ValueError(f"{change.kind} is no patch")
    if change.template_from is not None and template is ABSENT:
        raise ValueError(f"the template of {change.template_from.short} was not given")
    return (*tests_of(change), *_template_operations(change, template), *writes_of(change))


def tests_of(change: Change) -> tuple[Operation, ...]:
    """Return what the API server checks before it writes: the object's uid, and every value that was decided on."""
    wanted: dict[Path, Json] = {("metadata", "uid"): change.object.uid} if change.object.uid else {}
    wanted |= {given.path: given.value for given in change.given}
    wanted |= {field.path: field.before for field in change.fields}
    return tuple(Operation(Op.TEST, path, None if value is ABSENT else value) for path, value in wanted.items())


def writes_of(change: Change) -> tuple[Operation, ...]:
    """Return the operations that write single fields; those of a template that is replaced whole are not among them."""
    return tuple(
        _write(field)
        for field in change.fields
        if field.before != field.after and not (change.template_from and under_template(field.path))
    )


def under_template(path: Path) -> bool:
    """Say whether a field belongs to the pod template."""
    return path[: len(TEMPLATE)] == TEMPLATE


def _write(field: FieldChange) -> Operation:
    if field.after is ABSENT:
        return Operation(Op.REMOVE, field.path)
    return Operation(Op.ADD if field.before is ABSENT else Op.REPLACE, field.path, field.after)


def _template_operations(change: Change, template: Json) -> Iterator[Operation]:
    if change.template_from is None:
        return
    # A ControllerRevision keeps its template as a strategic merge patch, with a directive in it.
    plain = {key: value for key, value in template.items() if key != "$patch"} if isinstance(template, Mapping) else {}
    yield Operation(Op.REPLACE, TEMPLATE, plain)
    if at(plain, HASH_LABEL[len(TEMPLATE) :]) is not ABSENT:
        yield Operation(Op.REMOVE, HASH_LABEL)


def inverse_of(change: Change, answered: RawObject | None) -> Change | None:
    """Return the change that takes `change` back, None where nothing can.

    `answered` is the object as the server wrote it: an admission plug-in may have written something else than asked.
    """
    if change.final:
        return None
    if change.kind is ChangeKind.CREATE:
        return _deletion(change, answered)
    if change.kind is ChangeKind.DELETE:
        return _creation(change)
    return Change(
        kind=ChangeKind.PATCH,
        object=change.object,
        summary=_turned(change.summary),
        fields=tuple(
            FieldChange(field.path, _left(field, answered), field.before) for field in reversed(change.fields)
        ),
        given=tuple(_carried_over(change, answered)),
        template_from=change.template_was,
        template_was=change.template_from,
    )


def _deletion(change: Change, answered: RawObject | None) -> Change:
    uid = answered.text("metadata", "uid") if answered else ""
    name = (answered.text("metadata", "name") if answered else "") or change.object.name
    made = answered.value if answered else {}
    whole = {**change.manifest, **made} if isinstance(made, Mapping) else change.manifest
    return Change(
        kind=ChangeKind.DELETE,
        object=ObjectRef(change.object.kind, change.object.namespace, name, uid or change.object.uid),
        summary=f"delete {change.object.kind}/{name}",
        manifest=without_server_fields(whole),
    )


def _creation(change: Change) -> Change | None:
    if not change.manifest:
        return None
    target = ObjectRef(change.object.kind, change.object.namespace, change.object.name)
    manifest = without_server_fields(change.manifest)
    return Change(ChangeKind.CREATE, target, f"create {target.short} again", manifest=manifest)


def _turned(summary: str) -> str:
    return summary.removeprefix(_BACK) if summary.startswith(_BACK) else _BACK + summary


def _left(field: FieldChange, answered: RawObject | None) -> Json:
    return answered.at_path(field.path) if answered is not None else field.after


def _carried_over(change: Change, answered: RawObject | None) -> Iterator[Given]:
    """Yield what the change relied on, as it is when the change is done; what nobody can tell is left out."""
    for given in change.given:
        if given.path == _VERSION:
            continue
        if answered is not None:
            yield Given(given.path, answered.at_path(given.path))
        elif not (change.template_from and under_template(given.path)):
            yield from _reckoned(given, change.fields)


def _reckoned(given: Given, fields: tuple[FieldChange, ...]) -> Iterator[Given]:
    value = given.value
    for field in fields:
        depth, inner = len(given.path), len(field.path)
        if field.path[:depth] == given.path:
            if value is ABSENT and inner > depth:
                return
            value = with_value(value, field.path[depth:], field.after)
        elif given.path[:inner] == field.path:
            value = at(field.after, given.path[inner:])
    yield Given(given.path, value)


def right_of(change: Change) -> Right:
    """Return the right that the change needs.

    Raises:
        ValueError: the cockpit does not know the kind.
    """
    kind = _KINDS.get(change.object.kind)
    if kind is None:
        raise ValueError(f"{change.object.kind} is no kind that the cockpit writes")
    name = "" if change.kind is ChangeKind.CREATE else change.object.name
    return Right(_VERBS[change.kind], kind.group, kind.plural, change.object.namespace, name=name)
