"""What will be so after changes that no act explains: which version a Service reaches, which images, how many pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cockpit.actions.change import Change, ChangeKind, FieldChange
from cockpit.actions.diff import path_words, value_text
from cockpit.actions.doors import door, leads_to
from cockpit.actions.expectations import images_after, selector_after, taken_by
from cockpit.actions.fields import ANNOTATIONS, CHANGE_CAUSE, PAUSED, PINNED, REPLICAS, SELECTOR
from cockpit.actions.patch import under_template
from cockpit.actions.pausing import images_of
from cockpit.actions.wording import counted, listed
from cockpit.release.subject import Subject
from cockpit.release.workloads import Workload
from cockpit.resources.json_values import ABSENT, Json, at

_NOTES = ((*ANNOTATIONS, CHANGE_CAUSE), (*ANNOTATIONS, PINNED), ANNOTATIONS)


def aftermath(subject: Subject, changes: Sequence[Change]) -> tuple[str, ...]:
    """Return a line for everything that the changes lead to, in their order."""
    return tuple(dict.fromkeys(line for change in changes for line in _lines(subject, change)))


def _lines(subject: Subject, change: Change) -> Iterator[str]:
    if change.kind is not ChangeKind.PATCH:
        yield _made_or_gone(subject, change)
        return
    selector = selector_after(subject, change) if change.object.kind == "Service" else None
    if selector is not None:
        yield leads_to(subject.inventory.services[change.object.name], taken_by(subject, selector))
    found = next((entry for entry in subject.workloads if entry.ref == change.object.short), None)
    if found is not None and (change.template_from is not None or _in_template(change)):
        yield _template(found, change)
    for field in change.fields:
        if field.path[: len(SELECTOR)] != SELECTOR and not under_template(field.path) and field.path not in _NOTES:
            yield _field(change.object.short, field)


def _made_or_gone(subject: Subject, change: Change) -> str:
    name = change.object.name
    service = subject.inventory.services.get(name)
    if change.kind is ChangeKind.DELETE:
        return f"{door(service) if service is not None else change.object.short} is gone"
    selector = at(change.manifest, ("spec", "selector"))
    taken = taken_by(subject, _texts(selector))
    reached = listed(f"{entry.name} ({counted(entry.view.counts.ready, 'pod')})" for entry in taken)
    return f"{change.object.short} is there again → {reached or 'nothing'}"


def _texts(selector: Json) -> dict[str, str]:
    held = selector if isinstance(selector, Mapping) else {}
    return {key: value for key, value in held.items() if isinstance(value, str)}


def _in_template(change: Change) -> bool:
    return any(under_template(field.path) and field.before != field.after for field in change.fields)


def _template(found: Workload, change: Change) -> str:
    now, then = images_of(found), images_after(found, change)
    if now == then:
        return f"{found.ref}: new pods of the same images, step by step"
    return f"{found.ref}: {listed(now)} → {listed(then)}"


def _field(name: str, field: FieldChange) -> str:
    if field.path == PAUSED:
        return f"{name} {'is paused' if field.after is True else 'goes on with its rollout'}"
    before, after = (
        "nothing" if value is ABSENT else value_text(field.path, value) for value in (field.before, field.after)
    )
    if field.path == REPLICAS and isinstance(field.after, int):
        return f"{name}: {before} → {counted(field.after, 'pod')}"
    noted = field.path[: len(ANNOTATIONS)] == ANNOTATIONS
    what = field.path[-1].rpartition("/")[2] if noted else path_words(field.path)
    return f"{name}: {what} {before} → {after}"
