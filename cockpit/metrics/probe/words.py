"""What a probe has seen, in words: the same on the command line and on the screen. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from cockpit.metrics.probe.tally import AFTER_WRITE_SECONDS, Seen, Summary


def asked_words(summary: Summary) -> str:
    """Return how many were asked and failed: "412 asked, 2 failed (1 in the 3 s after the switch)"."""
    words = f"{summary.asked} asked, {summary.failed} failed"
    if summary.write:
        words += f" ({summary.after_write} in the {AFTER_WRITE_SECONDS:g} s after the {summary.write})"
    if summary.not_sent:
        words += f", {summary.not_sent} not sent"
    return words


def summary_words(summary: Summary) -> str:
    """Return all that was seen in one line, versions by the names that answers gave them."""
    open_ = f", {summary.waiting} without an answer yet" if summary.waiting else ""
    latency = f", p50 {latency_words(summary.p50)}, p99 {latency_words(summary.p99)}" if summary.answered else ""
    shares = f", {shares_words(summary.versions)}" if summary.versions else ""
    return f"{asked_words(summary)}{open_}{latency}{shares}"


def shares_words(counts: Mapping[str, int]) -> str:
    """Return counts as shares of all: "v1 61% v2 39%"."""
    total = sum(counts.values())
    return " ".join(f"{name} {share_words(count, total)}" for name, count in counts.items())


def share_words(count: int, total: int) -> str:
    """Return a share in per cent; what is neither nothing nor everything is never rounded to it."""
    share = count / total
    if 0 < share < 0.01:
        return "<1%"
    return ">99%" if 0.99 < share < 1 else f"{share:.0%}"


def latency_words(seconds: float | None) -> str:
    """Return a latency: 0.8 ms, 48 ms, 1.2 s."""
    if seconds is None:
        return "?"
    if seconds < 0.01:
        return f"{seconds * 1000:.1f} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def status_words(seen: Seen) -> str:
    """Return the status of an answer, or why there is none."""
    return seen.reply.problem if seen.reply.status is None else str(seen.reply.status)
