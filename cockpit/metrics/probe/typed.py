"""A probe as it is typed into one field: the words of the command line, without what only a command can do. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from cockpit.errors import UsageError
from cockpit.metrics.probe.identify import How, identify_of
from cockpit.metrics.probe.order import DEFAULT_RATE, DEFAULT_TIMEOUT, Header, Limits, ProbeOrder, header_of
from cockpit.metrics.probe.target import MASK, target_of

FLAGS = ("--rate", "--timeout", "--header", "--identify", "--ca")


def order_from(text: str, before: ProbeOrder | None = None) -> ProbeOrder:
    """Return the probe that was typed: TARGET [--rate N] [--timeout S] [--header NAME:VALUE] [--identify ...] [--ca F].

    Where the target, or the value of a header, is still masked as `typed_of(before)` shows it, it is that of `before`.

    Raises:
        UsageError: it cannot be meant.
    """
    target, flags = _split(text)
    known = before if before is not None and target == before.target.label else None
    identify = identify_of(_last(flags["--identify"], ""))
    if identify.how is How.PATTERN:
        # A pattern may take for ever on a strange body, and nothing can stop it: the keys would hang.
        raise UsageError("On the screen a version is told by header:NAME or json:PATH; for patterns use cockpit probe.")
    return ProbeOrder(
        known.target if known else target_of(target),
        Limits(
            rate=_number("--rate", flags["--rate"], DEFAULT_RATE),
            timeout=_number("--timeout", flags["--timeout"], DEFAULT_TIMEOUT),
        ),
        identify,
        tuple(_unmasked(header_of(header), known) for header in flags["--header"]),
        _last(flags["--ca"], ""),
    )


def typed_of(order: ProbeOrder) -> str:
    """Return what to type for a probe, with what may be a secret masked."""
    limits = order.limits
    words = [order.target.label]
    words += ["--rate", f"{limits.rate:g}"] if limits.rate != DEFAULT_RATE else []
    words += ["--timeout", f"{limits.timeout:g}"] if limits.timeout != DEFAULT_TIMEOUT else []
    words += [word for name, _ in order.headers for word in ("--header", f"{name}:{MASK}")]
    words += ["--identify", order.identify.text] if order.identify.text else []
    words += ["--ca", order.ca] if order.ca else []
    return " ".join(word if word.isprintable() and not _needs_quotes(word) else shlex.quote(word) for word in words)


def _needs_quotes(word: str) -> bool:
    return any(character.isspace() or character in "'\"\\" for character in word)


def _split(text: str) -> tuple[str, dict[str, list[str]]]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError("A quote or a backslash has no end.") from error
    flags: dict[str, list[str]] = {flag: [] for flag in FLAGS}
    targets: list[str] = []
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            targets.append(word)
            continue
        flag, equals, value = word.partition("=")
        if flag not in flags or not (equals or words):
            raise UsageError(f"What can be said behind the target: {', '.join(FLAGS)}, each with a value.")
        flags[flag].append(value if equals else words.pop(0))
    if len(targets) > 1:
        raise UsageError("One target at a time; quote what holds spaces.")
    return (targets[0] if targets else ""), flags


def _last(values: Sequence[str], usual: str) -> str:
    return values[-1] if values else usual


def _number(flag: str, values: Sequence[str], usual: float) -> float:
    try:
        return float(values[-1]) if values else usual
    except ValueError as error:
        raise UsageError(f"{flag} needs a number.") from error


def _unmasked(header: Header, before: ProbeOrder | None) -> Header:
    name, value = header
    if value != MASK:
        return header
    kept = dict(before.headers).get(name) if before else None
    if kept is None:
        raise UsageError(f"Type the value of the header {name}.")
    return (name, kept)
