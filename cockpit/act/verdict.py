"""How a run ended, in words and as an exit code."""

from __future__ import annotations

from collections.abc import Iterator

from cockpit.act.order import Order
from cockpit.errors import ChangedError, CockpitError
from cockpit.resources.inert import inert
from cockpit.runner.progress import Progress, Result, StepState

_DONE = {StepState.DONE, StepState.HOLDING}
_UNTOUCHED = {StepState.WAITING, StepState.NOT_SENT, StepState.REFUSED, StepState.CHANGED}


class StoppedError(CockpitError):
    """The operator stopped the run before its end."""

    exit_code = 130


_ERRORS: dict[Result, type[CockpitError]] = {
    Result.CHANGED: ChangedError,
    Result.STOPPED: StoppedError,
}
_WORDS = {
    Result.RUNNING: "The run was left before its end.",
    Result.NOT_SEEN: "Everything was sent, but the cluster does not show the result yet.",
    Result.CHANGED: "The cluster changed under the plan, and nothing more was sent.",
    Result.FAILED: "The plan failed, and nothing more was sent.",
    Result.STOPPED: "Stopped, as you asked; nothing more was sent.",
}


def verdict(progress: Progress, order: Order, *, interrupted: bool = False) -> str:
    """Return the last sentence of a run whose result is seen; `interrupted` is whether the operator did not wait.

    Raises:
        ChangedError: the cluster changed under the plan.
        StoppedError: the operator stopped it.
        CockpitError: it failed, or its result is not seen.
    """
    if progress.result is not Result.HELD:
        left = interrupted and progress.result is Result.NOT_SEEN
        error = StoppedError if left else _ERRORS.get(progress.result, CockpitError)
        raise error(_failure(progress, order))
    agreed = progress.agreed_milliseconds
    seen = "and seen" if agreed is None else f"and seen {agreed} ms after the last answer"
    return inert(f"Done {seen}: {progress.plan.title}. Take it back with: {_undo(progress, order)}")


def half_way(progress: Progress) -> Iterator[str]:
    """Yield what was done and what was not, a line each, where a run ended between the two."""
    if not _is_half_way(progress):
        return
    for step in progress.steps:
        if step.state in _DONE:
            yield inert(f"done:         {step.summary}")
        elif step.state in _UNTOUCHED:
            yield inert(f"not done:     {step.summary}")
        else:
            yield inert(f"may be done:  {step.summary}")


def _failure(progress: Progress, order: Order) -> str:
    said = progress.message or _WORDS[progress.result]
    if _is_half_way(progress):
        ways = f"Take back what was done: {_undo(progress, order)} or do the rest: {_finish(progress, order)}"
    elif progress.result is Result.NOT_SEEN:
        ways = f"Take it back with: {_undo(progress, order)}"
    else:
        ways = ""
    return inert(" ".join(filter(None, (said, ways))))


def _is_half_way(progress: Progress) -> bool:
    states = {step.state for step in progress.steps}
    return not states <= _DONE and not states <= _UNTOUCHED


def _undo(progress: Progress, order: Order) -> str:
    return order.command("undo", progress.plan.release, namespace=progress.plan.namespace)


def _finish(progress: Progress, order: Order) -> str:
    return order.command("finish", progress.plan.release, namespace=progress.plan.namespace)
