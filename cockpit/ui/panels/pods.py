"""Pods as glyphs by state, so that a rollout is seen moving."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cockpit.release.view import PodCounts, PodState, PodView, VersionView
from cockpit.ui.durations import UNKNOWN
from cockpit.ui.ink import Ink, Line, Span, span
from cockpit.ui.marks import Mark
from cockpit.ui.panels.states import POD_SHAPES

_ORDER = (PodState.READY, PodState.STARTING, PodState.FAILING, PodState.TERMINATING, PodState.FINISHED)


def pod_glyphs(pods: Sequence[PodView] | None, mark: Mark, width: int) -> Line:
    """Return one glyph a pod, or the number of each glyph where they do not fit into `width` cells."""
    if pods is None:
        return (Span("? pods cannot be read", Ink.MUTED),)
    counts = Counter(pod.state for pod in pods)
    present = [state for state in _ORDER if counts[state]]
    if len(pods) <= width:
        return tuple(Span(POD_SHAPES[state] * counts[state], _ink(state, mark)) for state in present)
    return tuple(Span(f"{POD_SHAPES[state]}×{counts[state]} ", _ink(state, mark)) for state in present)


def _ink(state: PodState, mark: Mark) -> Ink:
    if state is PodState.READY:
        return mark.ink
    return {PodState.FAILING: Ink.ERROR, PodState.STARTING: Ink.PROGRESSING}.get(state, Ink.MUTED)


def ready_of(counts: PodCounts) -> str:
    """Return how many pods are ready of how many are wanted; what is not known is `?`."""
    ready = UNKNOWN if counts.ready is None else str(counts.ready)
    wanted = UNKNOWN if counts.desired is None else str(counts.desired)
    return f"{ready}/{wanted}"


def ready_of_all(versions: Sequence[VersionView]) -> str:
    """Return ready and wanted pods of all versions together."""
    return ready_of(
        PodCounts(
            ready=_sum([version.counts.ready for version in versions]),
            desired=_sum([version.counts.desired for version in versions]),
        )
    )


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known and len(known) == len(numbers) else None


def failure(pods: Sequence[PodView] | None) -> Line:
    """Return why most of the failing pods fail, as the kubelet words it."""
    reasons = Counter(pod.reason for pod in pods or () if pod.state is PodState.FAILING and pod.reason)
    if not reasons:
        return ()
    reason, count = reasons.most_common(1)[0]
    return (span(f"{reason} ×{count}" if count > 1 else reason, Ink.ERROR),)
