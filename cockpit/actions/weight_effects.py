"""What a change of shares comes to, a line each: per version, per pod, and what is written other than asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cockpit.actions.change import Change
from cockpit.actions.divisions import Division, RuleKey, by_name, name_of, rule_key, rule_text, rules_after, versions_at
from cockpit.actions.rates import Rates, known_rates
from cockpit.actions.shares import share_words
from cockpit.actions.weight_choice import Aim
from cockpit.actions.wording import counted, listed
from cockpit.release.subject import Subject
from cockpit.routing.rules import Rule

_ROUNDING = 1e-9

Known = Mapping[str, float | None]


def weight_lines(subject: Subject, aims: Sequence[Aim], changes: Sequence[Change], rates: Rates) -> Iterator[str]:
    """Yield what will be so when the changes are done; `rates` are requests a second by version, as they are now."""
    after = rules_after(subject, changes)
    # Of several rules nobody knows which of them a request came by.
    whole = sum(known_rates(rates, aims[0].division.shares).values()) if len(aims) == 1 else 0.0
    told: dict[tuple[str, ...], list[str]] = {}
    for aim in aims:
        told.setdefault(tuple(_aim_lines(subject, aim, after, whole)), []).append(aim.division.text)
    for lines, texts in told.items():
        if len(aims) > 1 or aims[0].division.rule.match:
            yield f"{listed(texts)}:"
        yield from lines
    yield from _others(subject, aims, after)
    yield from _matched(subject, aims)


def _aim_lines(subject: Subject, aim: Aim, after: Mapping[RuleKey, Rule], requests: float) -> Iterator[str]:
    division = aim.division
    rule = after.get(division.key, division.rule)
    yield from share_lines(subject, division, by_name(division.names, rule.backends), requests)
    yield from _rounded(aim, rule)
    yield from (f"{rule_text(entry)} too: the same field says its shares" for entry in division.rules[1:])


def share_lines(subject: Subject, division: Division, after: Known, requests: float = 0.0) -> Iterator[str]:
    """Yield a line for each name: its share, its ready pods, and what each of them gets.

    `requests` are those a second that the division divides, 0 where that is not known.
    """
    before, versions = division.shares, versions_at(subject, division)
    for name, share in after.items():
        moved = f"{share_words(before[name])} → {share_words(share)}" if share != before[name] else share_words(share)
        pods = versions[name].view.counts.ready if name in versions else None
        yield ", ".join((f"{name}: {moved}", *_per_pod(share, pods, requests)))


def _per_pod(share: float | None, pods: int | None, requests: float) -> Iterator[str]:
    if pods is None:
        yield "pods not seen"
        return
    yield counted(pods, "pod")
    if pods and share is not None:
        yield f"{share_words(share / pods)} a pod"
        if requests:
            yield f"{requests * share / pods:.3g} requests/s a pod"


def _rounded(aim: Aim, rule: Rule) -> Iterator[str]:
    """Say where a share is written other than it was asked for: systems divide into so many parts."""
    written = by_name(aim.division.names, rule.backends)
    for name, share in aim.shares.items():
        got = written.get(name)
        # A millionth is as fine as weights are anywhere; what is lost beyond it nobody can see.
        if got is not None and rule.parts and abs(got - share) > max(_ROUNDING, 1e-6):
            yield (
                f"{name} gets {share_words(got)}, not {share_words(share)}: {rule.system} divides {rule.text} "
                f"into {rule.parts} parts"
            )
            return


def _others(subject: Subject, aims: Sequence[Aim], after: Mapping[tuple[str, ...], Rule]) -> Iterator[str]:
    """Say which other rules move with these, of other releases too."""
    known = {rule_key(rule) for aim in aims for rule in aim.division.rules}
    for rule in rules_after(subject, ()).values():
        key = rule_key(rule)
        if key in known or key not in after:
            continue
        for old, new in zip(rule.backends, after[key].backends, strict=False):
            if old.share != new.share:
                moved = f"{share_words(old.share)} → {share_words(new.share)}"
                yield f"{rule_text(rule)} moves too: {name_of(subject, old)} {moved}"


def _matched(subject: Subject, aims: Sequence[Aim]) -> Iterator[str]:
    """Say which requests of these objects are led by a match, whatever the weights."""
    named = {(aim.division.rule.kind, aim.division.rule.name) for aim in aims}
    weighed = {rule_key(rule) for aim in aims for rule in aim.division.rules}
    for rule in subject.membership.rules:
        if rule.match is None or rule_key(rule) in weighed or (rule.kind, rule.name) not in named:
            continue
        ends = " and ".join(dict.fromkeys(name_of(subject, backend) for backend in rule.backends if backend.share != 0))
        if ends:
            yield f"{rule_text(rule)} still leads to {ends}"
