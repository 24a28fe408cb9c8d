"""Which rules of a release an operator means to weigh, and with which shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from cockpit.actions.all_zero import all_zero_words
from cockpit.actions.divisions import Division, divisions, rule_text
from cockpit.actions.request import Request
from cockpit.actions.shares import Shares, completed, parsed
from cockpit.actions.without_route import without_route
from cockpit.actions.wording import listed
from cockpit.errors import CockpitError, UsageError
from cockpit.release.subject import Subject

_NOTHING: Shares = {}


@dataclass(frozen=True, slots=True)
class Aim:
    """A division with the share that each of its names shall get, as a fraction of 1."""

    division: Division
    shares: dict[str, float]


def aims_of(subject: Subject, request: Request) -> tuple[Aim, ...]:
    """Return what a request means to weigh, each division once.

    Raises:
        UsageError: the shares are none, or it is not clear which rules get them; names them.
        CockpitError: nothing here divides by weights that could be set; says why, and what to do instead.
    """
    asked = request.weights or ((request.rule, request.shares),)
    found = [aim for rule, shares in asked for aim in _aims(subject, rule, shares)]
    keys = [aim.division.key for aim in found]
    if len(keys) != len(set(keys)):
        raise UsageError("A rule is named twice: it gets its shares once.")
    return tuple(found)


def _aims(subject: Subject, rule: str, shares: Sequence[str]) -> list[Aim]:
    asked = parsed(shares)
    return [_aim(subject, entry, asked) for entry in _chosen(subject, rule, asked)]


def _aim(subject: Subject, division: Division, asked: dict[str, float]) -> Aim:
    all_zero = partial(all_zero_words, subject, division)
    return Aim(division, completed(_resolved(division, asked), division.shares, all_zero))


def _resolved(division: Division, asked: dict[str, float]) -> dict[str, float]:
    found = {division.resolved(name): share for name, share in asked.items()}
    if len(found) != len(asked):
        raise UsageError(f"{listed(asked)} mean one version in {division.text}: it gets one share.")
    return found


def why_not(subject: Subject, asked: Shares = _NOTHING) -> str:
    """Return why no share of a release can be set, and what to do for those asked for instead; "" where one can."""
    found = divisions(subject)
    if any(entry.writable for entry in found):
        return ""
    told = dict.fromkeys(f"{entry.rule.kind}/{entry.rule.name}: {entry.why_not}." for entry in found)
    return " ".join(told) or without_route(subject, asked)


def _chosen(subject: Subject, rule: str, names: Shares) -> list[Division]:
    against = why_not(subject, names)
    if against and not rule:
        raise CockpitError(against)
    found = _of_rule(subject, rule) if rule else _for_everybody(subject)
    fitting = [entry for entry in found if entry.fits(names)]
    if not fitting:
        told = listed(dict.fromkeys(f"{entry.text} between {listed(dict.fromkeys(entry.names))}" for entry in found))
        raise UsageError(f"{subject.view.name} divides {told}: {listed(names)} is not what it divides between.")
    if len({frozenset(entry.names) for entry in fitting}) > 1:
        rules = listed((repr(entry.text) for entry in fitting), "or")
        raise UsageError(f"Several rules divide between these, and others: say --rule {rules}.")
    return fitting


def _for_everybody(subject: Subject) -> list[Division]:
    """Return the divisions of every request; those of matched ones only where there are no others."""
    found = [entry for entry in divisions(subject) if entry.writable]
    return [entry for entry in found if entry.rule.match is None] or found


def _of_rule(subject: Subject, wanted: str) -> list[Division]:
    every = divisions(subject)
    found = [entry for entry in every if any(wanted in _names(entry, number) for number in range(len(entry.rules)))]
    if not found:
        there = listed((repr(entry.text) for entry in every), "and") or "none"
        raise UsageError(f"{subject.view.name} has no rule {wanted!r}; its rules are {there}.")
    writable = [entry for entry in found if entry.writable]
    if not writable:
        raise CockpitError(f"{found[0].text} of {found[0].rule.kind}/{found[0].rule.name}: {found[0].why_not}.")
    return writable


def _names(division: Division, number: int) -> set[str]:
    rule = division.rules[number]
    route = f"{rule.kind}/{rule.name}"
    return {rule.text, rule_text(rule), rule.name, route, division.text, f"{route} {rule_text(rule)}"}
