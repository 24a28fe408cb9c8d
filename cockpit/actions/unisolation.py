"""Put an isolated canary back: the pin out of the stable Service, and the Service that the cockpit made for it away."""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.actions.conditions import ServiceExists
from cockpit.actions.doors import door, leads_to
from cockpit.actions.drafts import Draft, Task
from cockpit.actions.expectations import expected_after
from cockpit.actions.fields import PINNED
from cockpit.actions.pins import Pin, canary_services, delete_canary, pins_of, unpin
from cockpit.actions.targets import Version, behind, versions_of
from cockpit.actions.wording import listed
from cockpit.errors import CockpitError
from cockpit.release.labels import HASH_KEYS, matches, template_selector, without
from cockpit.release.subject import Subject
from cockpit.resources.services import Service


def unisolate(task: Task) -> Draft:
    """Return what puts both versions behind the stable Service again, and takes the canary's own away.

    Raises:
        CockpitError: nothing is isolated, or a pin cannot be taken out.
    """
    pins = _pins(task)
    doors = [entry for entry in canary_services(task.subject) if _concerns(task, entry)]
    if not pins and not doors:
        raise CockpitError(_nothing_isolated(task))
    deleted = tuple(ServiceExists(entry.metadata.name, exists=False) for entry in doors)
    changes = [unpin(task.subject, pin) for pin in pins]
    return Draft(
        title=_title(task, pins, doors),
        why=_why(pins, doors),
        changes=(*changes, *(delete_canary(task, entry) for entry in doors)),
        expects=(*expected_after(task.subject, changes), *deleted),
        effects=(
            *(leads_to(pin.service, _unpinned(task.subject, pin)) for pin in pins),
            *(f"{door(entry)} is gone" for entry in doors),
            *_left(task, pins),
        ),
    )


def _title(task: Task, pins: list[Pin], doors: list[Service]) -> str:
    if not pins:
        return f"Delete {listed(f'Service/{entry.metadata.name}' for entry in doors)}"
    names = listed(f"Service/{pin.service.metadata.name}" for pin in pins)
    if all(_is_door(task.subject, pin) for pin in pins):
        return f"Take the pin out of {names}"
    return f"Put every version behind {names} again"


def _why(pins: list[Pin], doors: list[Service]) -> str:
    shared = "Every version gets its share of the traffic there again."
    alone = "The canary's own Service is not needed any more."
    return " ".join((*((shared,) if pins else ()), *((alone,) if doors else ())))


def _nothing_isolated(task: Task) -> str:
    name, asked = task.subject.view.name, task.request.service
    others = [pin for pin in pins_of(task.subject) if not asked or pin.service.metadata.name == asked]
    if others:
        names = listed(f"Service/{pin.service.metadata.name}" for pin in others)
        return f"{names} is pinned to the newest version, and the cockpit did not make it: name it to take its pin out."
    return f"{asked and f'Service/{asked} of '}{name} is not pinned, and the cockpit isolated no canary of it."


def _concerns(task: Task, service: Service) -> bool:
    asked = task.request.service
    return not asked or asked in {service.metadata.name, *service.metadata.labels.values()}


def _pins(task: Task) -> list[Pin]:
    """Return the pins to take out: the cockpit's, the front door's, and those of a revision that is rolled away.

    A Service that somebody else made for the newest revision is that revision's door, and stays.
    """
    found = pins_of(task.subject)
    if task.request.service:
        return [pin for pin in found if pin.service.metadata.name == task.request.service]
    return [pin for pin in found if not _is_door(task.subject, pin)]


def _is_door(subject: Subject, pin: Pin) -> bool:
    marked = PINNED in pin.service.metadata.annotations
    front = pin.service.metadata.name == subject.membership.front_door
    several = sum(other.service.metadata.name != pin.service.metadata.name for other in pins_of(subject)) > 0
    newest = pin.revision is not None and pin.revision.current
    return not marked and newest and (several or not front)


def _unpinned(subject: Subject, pin: Pin) -> tuple[Version, ...]:
    selector = without(pin.service.spec.selector, HASH_KEYS)
    return tuple(
        entry
        for entry in versions_of(subject)
        if entry.revision.in_service and matches(template_selector(selector), entry.revision.labels)
    )


def _left(task: Task, pins: list[Pin]) -> Iterator[str]:
    taken = {pin.service.metadata.name for pin in pins}
    for pin in pins_of(task.subject):
        if pin.service.metadata.name not in taken:
            names = listed(entry.name for entry in behind(task.subject, pin.service)) or "nothing"
            yield f"{door(pin.service)} stays pinned to {pin.value} ({names}): the cockpit did not make it"
