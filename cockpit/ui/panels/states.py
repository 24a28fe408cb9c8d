"""States of releases, pods and connections as a shape, a word and an ink."""

from __future__ import annotations

from datetime import datetime

from cockpit.live.picture import ConnectionState, Picture, SourceState
from cockpit.release.metrics_view import MetricsState
from cockpit.release.view import PodState, ReleaseView, State
from cockpit.ui.durations import age, freshness
from cockpit.ui.ink import STATE_INKS, Ink, Line, Span

STATE_SHAPES = {
    State.UNKNOWN: "?",
    State.OUTAGE: "✖",
    State.STUCK: "⊘",
    State.DEGRADED: "▼",
    State.PAUSED: "‖",
    State.PROGRESSING: "↻",
    State.STEADY: "✔",
}

POD_SHAPES = {
    PodState.READY: "●",
    PodState.STARTING: "○",
    PodState.FAILING: "✖",
    PodState.TERMINATING: "◌",
    PodState.FINISHED: "·",
}

SOURCE_SHAPES = {
    SourceState.CONNECTING: ("◌", Ink.MUTED),
    SourceState.LIVE: ("●", Ink.STEADY),
    SourceState.STALE: ("▲", Ink.WARNING),
    SourceState.FORBIDDEN: ("⊘", Ink.WARNING),
    SourceState.ABSENT: ("·", Ink.MUTED),
    SourceState.FAILED: ("✖", Ink.ERROR),
}

METRICS_SHAPES = {
    MetricsState.OFF: ("·", Ink.MUTED),
    MetricsState.CONNECTING: ("◌", Ink.MUTED),
    MetricsState.CONNECTED: ("●", Ink.STEADY),
    MetricsState.SLOW: ("▲", Ink.WARNING),
    MetricsState.PARTIAL: ("▲", Ink.WARNING),
    MetricsState.UNAUTHORISED: ("⊘", Ink.WARNING),
    MetricsState.GONE: ("✖", Ink.ERROR),
}


def state_words(state: State) -> Line:
    """Return shape and word of a state."""
    return (Span(f"{STATE_SHAPES[state]} {state.value}", STATE_INKS[state], bold=state is not State.STEADY),)


def state_since(release: ReleaseView, now: datetime) -> Line:
    """Return shape and word of a release's state, and for how long."""
    lasting = Span(f" {age(release.since, now)}", Ink.MUTED) if release.since else Span("")
    return (*state_words(release.state), lasting)


def connection_words(picture: Picture, now: datetime) -> Line:
    """Return how the server answers and how old the picture is: what is not live differs in shape, word and reverse."""
    known = freshness(picture.observed_at, now)
    if picture.connection is ConnectionState.LIVE:
        return (Span(f"● live {known}", Ink.STEADY),)
    if picture.connection is ConnectionState.CONNECTING:
        return (Span("◌ connecting", Ink.PROGRESSING),)
    word = "refused" if picture.connection is ConnectionState.REFUSED else "stale"
    if picture.observed_at is None:
        return (Span(f" ✖ {picture.connection.value} ", Ink.BADGE),)
    return (Span(f" ▲ {word} {known} ", Ink.BADGE),)
