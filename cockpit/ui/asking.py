"""Asks for what an act needs before it is planned; where there is nothing to choose, nothing is asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from cockpit.actions.acts import Act
from cockpit.actions.request import Request
from cockpit.actions.rollback import traffic_way_back
from cockpit.actions.route_shape import matched_beside
from cockpit.release.subject import Subject
from cockpit.ui.checks import Check, image_check, replicas_problem
from cockpit.ui.choices import (
    Choice,
    container_choices,
    failing_pod_choices,
    pin_choices,
    replicas_of,
    revision_choices,
    switch_choices,
    workload_choices,
)

_replace = msgspec.structs.replace


class Ask(Protocol):
    """Whoever can be asked; None is no answer."""

    async def pick(self, title: str, choices: Sequence[Choice]) -> str | None:
        """Let one of several be picked, the first of them by Enter alone."""

    async def field(self, title: str, value: str, check: Check, note: str = "") -> str | None:
        """Let something be typed, until `check` has nothing against it."""


class _Unanswered(Exception):  # noqa: N818 - no error: somebody changed their mind
    """The asked one left."""


async def request_for(acts: Sequence[Act], subject: Subject, now: datetime, ask: Ask) -> Request | None:
    """Return what to plan, None where somebody left without an answer; `acts` are those that one key stands for."""
    try:
        if len(acts) > 1:
            return await _one_of_two(acts, subject, ask)
        request = Request(acts[0])
        steps = _STEPS.get(acts[0])
        return await steps(request, subject, now, ask) if steps else request
    except _Unanswered:
        return None


async def _picked(ask: Ask, title: str, choices: Sequence[Choice]) -> str:
    """Return the answer, which is clear where there is but one; "" where there is none, for the plan to say why."""
    if len(choices) <= 1:
        return choices[0].key if choices else ""
    answer = await ask.pick(title, choices)
    if answer is None:
        raise _Unanswered
    return answer


async def _one_of_two(acts: Sequence[Act], subject: Subject, ask: Ask) -> Request:
    choices = [
        Choice(f"{act.value} {choice.key}", f"{act.value}  {choice.label}", choice.note)
        for act in acts
        for choice in workload_choices(subject, act)
    ] or [Choice(f"{act.value} ", act.value) for act in acts]
    act, _, workload = (await _picked(ask, " or ".join(act.value for act in acts), choices)).partition(" ")
    return Request(Act(act), workload=workload)


async def _workload(request: Request, subject: Subject, _now: datetime, ask: Ask) -> Request:
    choices = workload_choices(subject, request.act)
    return _replace(request, workload=await _picked(ask, f"Which workload to {request.act.value}", choices))


async def _switch(request: Request, subject: Subject, _now: datetime, ask: Ask) -> Request:
    return _replace(request, version=await _picked(ask, "Switch to which version", switch_choices(subject)))


async def _unisolate(request: Request, subject: Subject, _now: datetime, ask: Ask) -> Request:
    return _replace(request, service=await _picked(ask, "Take the pin out of which Service", pin_choices(subject)))


async def _rollback(request: Request, subject: Subject, now: datetime, ask: Ask) -> Request:
    way_back = traffic_way_back(subject)
    if way_back:
        ways = [Choice("traffic", way_back)]
        if workload_choices(subject, request.act):
            ways.append(Choice("template", "put an earlier revision in place"))
        if await _picked(ask, f"Roll {subject.view.name} back", ways) == "traffic":
            return request
    request = await _workload(request, subject, now, ask)
    choices = revision_choices(subject, request.workload, now)
    picked = await _picked(ask, f"Roll {request.workload} back to", choices)
    return _replace(request, revision=int(picked) if picked else None)


async def _scale(request: Request, subject: Subject, now: datetime, ask: Ask) -> Request:
    request = await _workload(request, subject, now, ask)
    current = replicas_of(subject, request.workload)
    shown = "" if current is None else str(current)
    typed = await ask.field(f"Pods of {request.workload}", shown, replicas_problem, f"now {shown or 'not known'}")
    if typed is None:
        raise _Unanswered
    return _replace(request, replicas=int(typed))


async def _image(request: Request, subject: Subject, now: datetime, ask: Ask) -> Request:
    request = await _workload(request, subject, now, ask)
    choices = container_choices(subject, request.workload)
    container = await _picked(ask, f"Container of {request.workload}", choices)
    current = next((choice.note for choice in choices if choice.key == container), "")
    note = "a whole image, or only a tag: registry and name stay"
    typed = await ask.field(f"New image of {container or request.workload}", current, image_check(current), note)
    if typed is None:
        raise _Unanswered
    return _replace(request, images=(f"{container}={typed}" if container else typed,))


async def _cleanup(request: Request, subject: Subject, _now: datetime, ask: Ask) -> Request:
    rules = matched_beside(subject)
    if not rules:
        return request
    ways = (
        Choice("keep", "keep them", "a canary Ingress stays for them, with weight 0"),
        Choice("remove", "remove them", "a canary Ingress goes with them"),
    )
    return _replace(request, keep_rules=await _picked(ask, f"Rules by a match: {', '.join(rules)}", ways) == "keep")


async def _pod(request: Request, subject: Subject, _now: datetime, ask: Ask) -> Request:
    return _replace(request, pod=await _picked(ask, "Delete which failing pod", failing_pod_choices(subject)))


_Step = Callable[[Request, Subject, datetime, Ask], Awaitable[Request]]

_STEPS: dict[Act, _Step] = {
    Act.PAUSE: _workload,
    Act.RESUME: _workload,
    Act.RESTART: _workload,
    Act.SWITCH: _switch,
    Act.UNISOLATE: _unisolate,
    Act.ROLLBACK: _rollback,
    Act.SCALE: _scale,
    Act.SET_IMAGE: _image,
    Act.CLEANUP: _cleanup,
    Act.DELETE_POD: _pod,
}
