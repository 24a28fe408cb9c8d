"""A plan as kubectl lines for a POSIX shell that do the same, with the same tests.

The template of a revision is fetched into a shell variable and piped on, so that it is neither printed nor seen in the
list of processes. `kubectl delete` has no precondition on the uid; the lines delete by name.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

import msgspec

from cockpit.actions.awaited import awaited
from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.patch import HASH_LABEL, TEMPLATE, right_of, tests_of, writes_of
from cockpit.actions.plan import Plan
from cockpit.resources.json_values import pointer
from cockpit.resources.patches import Op, Operation, encoded
from cockpit.resources.references import ObjectRef

_END = "END_OF_MANIFEST"
_PLURALS = {"ReplicaSet": "replicasets.apps", "ControllerRevision": "controllerrevisions.apps"}
_TEMPLATE_PATHS = {"ReplicaSet": "{.spec.template}", "ControllerRevision": "{.data.spec.template}"}


def kubectl_lines(plan: Plan, context: str = "", kubeconfig: str = "") -> tuple[str, ...]:
    """Return one command a change; what has to be seen before the next one stands between them as a comment."""
    start = ["kubectl"]
    start += [f"--kubeconfig={kubeconfig}"] if kubeconfig else []
    start += [f"--context={context}"] if context else []
    return tuple(line for change in plan.changes for line in _lines(change, start))


def _lines(change: Change, start: Sequence[str]) -> Iterator[str]:
    arguments = [*start, f"--namespace={change.object.namespace}"]
    if change.kind is ChangeKind.CREATE:
        yield _created(change, arguments)
    elif change.kind is ChangeKind.DELETE:
        yield shlex.join([*arguments, "delete", _resource(change), change.object.name, "--wait=false"])
    elif change.template_from is None:
        patch = encoded((*tests_of(change), *writes_of(change))).decode()
        yield shlex.join([*arguments, "patch", _resource(change), change.object.name, "--type=json", "-p", patch])
    else:
        yield _template_swapped(change, change.template_from, arguments)
    if change.hold is not None:
        yield f"# wait, at most {change.hold_seconds:.0f} s: {awaited(change.hold, None)}"


def _resource(change: Change) -> str:
    right = right_of(change)
    return f"{right.resource}.{right.group}" if right.group else right.resource


def _created(change: Change, arguments: Sequence[str]) -> str:
    manifest = msgspec.json.encode(change.manifest).decode()
    return f"{shlex.join([*arguments, 'create', '-f', '-'])} <<'{_END}'\n{manifest}\n{_END}"


def _template_swapped(change: Change, source: ObjectRef, arguments: Sequence[str]) -> str:
    """Return one line that fetches the template and puts it into the middle of the patch."""
    path = _TEMPLATE_PATHS[source.kind]
    fetch = [*arguments, "get", _PLURALS[source.kind], source.name, "-o", f"jsonpath={path}"]
    tests = encoded(tests_of(change)).decode()[:-1]
    before = tests + ("," if len(tests) > 1 else "") + f'{{"op":"replace","path":"{pointer(TEMPLATE)}","value":'
    # A ReplicaSet's template carries its hash; a ControllerRevision's is a patch, with a directive in it.
    extra = HASH_LABEL if source.kind == "ReplicaSet" else (*TEMPLATE, "$patch")
    rest = encoded((Operation(Op.REMOVE, extra), *writes_of(change))).decode()[1:]
    patch = f'{shlex.quote(before)}"$TEMPLATE"{shlex.quote("}," + rest)}'
    send = [*arguments, "patch", _resource(change), change.object.name, "--type=json", "--patch-file=/dev/stdin"]
    return f"TEMPLATE=$({shlex.join(fetch)}) && printf %s {patch} | {shlex.join(send)}"
