"""Flagger: how its Canaries stand, which weights it writes, and what tells it to wait.

Source: https://docs.flagger.app/usage/how-it-works. The Deployment that is named is the canary, at zero while nothing
is tried; NAME-primary serves. Flagger has no tool of its own: what it is told stands in the Canary.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from cockpit.resources.progressive import Canary
from cockpit.routing.objects import Objects
from cockpit.routing.progress import Claim, Command, Progress

SYSTEM = "Flagger"
SUSPENDED = "suspended"
"""What a Canary waits for whose controller rests, and fights nothing, until it is told to go on."""

_TRYING = frozenset({"Progressing", "Waiting", "WaitingPromotion", "Promoting", "Finalising"})
_WAITS = {"Waiting": "a gate of the rollout to open", "WaitingPromotion": "a gate of the promotion to open"}


def progresses(objects: Objects) -> Iterator[Progress]:
    """Yield how each Canary stands."""
    return (progress_of(canary) for canary in objects.ordered(Canary))


def progress_of(canary: Canary) -> Progress:
    """Return how a Canary stands."""
    status, analysis = canary.status, canary.spec.analysis
    trying = status.phase in _TRYING
    iterations = int(analysis.iterations or 0)
    promoted = next((entry for entry in status.conditions if entry.type == "Promoted"), None)
    return Progress(
        kind="Canary",
        name=canary.metadata.name,
        system=SYSTEM,
        target=target_of(canary),
        phase=status.phase or "unknown",
        message=promoted.message if promoted else "",
        step=status.iterations if trying and iterations else None,
        steps=iterations or _steps(canary),
        weight=status.canary_weight,
        waits=SUSPENDED if canary.spec.suspend else _WAITS.get(status.phase, ""),
        paused_since=status.last_transition_time if status.phase in _WAITS else None,
        analysis=_analysis(canary) if trying else "",
        services=_services(canary),
        commands=tuple(_commands(canary, trying=trying)),
    )


def target_of(canary: Canary) -> str:
    """Return the workload that a Canary releases, KIND/NAME."""
    return f"{canary.spec.target_ref.kind}/{canary.spec.target_ref.name}"


def _steps(canary: Canary) -> int:
    analysis = canary.spec.analysis
    if analysis.step_weights:
        return len(analysis.step_weights)
    return int((analysis.max_weight or 100) // analysis.step_weight) if analysis.step_weight else 0


def _analysis(canary: Canary) -> str:
    threshold = canary.spec.analysis.threshold
    of = f" of {threshold:g} allowed" if threshold is not None else ""
    return f"failed checks: {canary.status.failed_checks}{of}, every {canary.spec.analysis.interval or '1m'}"


def apex_of(canary: Canary) -> str:
    """Return what the Services and routes that Flagger makes are called by."""
    return canary.spec.service.name or canary.spec.target_ref.name


def _services(canary: Canary) -> tuple[str, ...]:
    apex = apex_of(canary)
    return (apex, f"{apex}-primary", f"{apex}-canary")


def _commands(canary: Canary, *, trying: bool) -> Iterator[Command]:
    if canary.spec.suspend:
        yield Command("go on", _patch(canary, '{"spec":{"suspend":false}}'))
        return
    if trying:
        yield Command("promote without further analysis", _patch(canary, '{"spec":{"skipAnalysis":true}}'))
    yield Command("let it rest", _patch(canary, '{"spec":{"suspend":true}}'))


def _patch(canary: Canary, patch: str) -> str:
    namespace, name = shlex.quote(canary.metadata.namespace), shlex.quote(canary.metadata.name)
    return f"kubectl -n {namespace} patch canaries.flagger.app {name} --type=merge -p {shlex.quote(patch)}"


def claims(objects: Objects) -> Iterator[Claim]:
    """Yield the rules whose weights Canaries write; those that are suspended write none."""
    for canary in objects.ordered(Canary):
        if canary.spec.suspend:
            continue
        owner = f"Canary/{canary.metadata.name}"
        reason = f"{owner} of Flagger sets these weights at every interval, and would set them again"
        command = _patch(canary, '{"spec":{"suspend":true}}')
        for kind in ("HTTPRoute", "GRPCRoute", "VirtualService"):
            yield Claim(kind, apex_of(canary), owner, reason, command)
        ingress = canary.spec.ingress_ref
        if ingress is not None and ingress.name:
            yield Claim("Ingress", f"{ingress.name}-canary", owner, reason, command)
