"""Shares as they are being set: which rule and which version the keys move, and what they come to. Pure.

Shares are held in percent while they are moved, to a thousandth of one, so that steps neither drift nor add up to 99.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from cockpit.actions.acts import Act
from cockpit.actions.divisions import Division, RuleKey, divisions, rule_text
from cockpit.actions.request import Request
from cockpit.release.subject import Subject

STOPS = (0, 1, 5, 10, 25, 50, 75, 90, 95, 100)
"""Percent that the keys 0 to 9 go to."""

_DIGITS = 3
_ROUNDED = 0.5
replace = msgspec.structs.replace
Percents = Mapping[str, float]


class Slide(msgspec.Struct, frozen=True):
    """One rule, or several that move together: its shares in percent by version as they are, and as they are set.

    `why_not` says why they cannot be set, "" where they can. `before` is empty where the shares are not known.
    """

    key: RuleKey
    text: str
    route: str
    names: tuple[str, ...]
    before: Percents
    wanted: Percents
    why_not: str = ""
    problem: str = ""
    """What its router does other than what is written, "" where it does that."""
    matched: bool = False
    rule: str = ""
    """What a request names the rule by."""

    @property
    def changed(self) -> bool:
        """Whether it is set to other shares than it has."""
        return bool(self.wanted) and dict(self.wanted) != dict(self.before)

    @property
    def shares(self) -> Mapping[str, float]:
        """The shares that are set, as fractions of 1."""
        return {name: value / 100 for name, value in self.wanted.items()}


class Weighing(msgspec.Struct, frozen=True):
    """All rules of a release, with the one that the keys move and the place of the version among its names."""

    slides: tuple[Slide, ...] = ()
    at: int = 0
    version: int = 0

    @property
    def slide(self) -> Slide | None:
        """The rule that the keys move, None where the release has none."""
        return self.slides[self.at] if self.slides else None

    @property
    def name(self) -> str:
        """The version that the keys move, "" where there is none."""
        names = self.slide.names if self.slide else ()
        return names[self.version % len(names)] if names else ""


def weighing_of(subject: Subject, before: Weighing | None = None) -> Weighing:
    """Return the rules of a release; what was being set in `before` stays so where the rule is still divided so."""
    kept = {slide.key: slide for slide in before.slides} if before else {}
    slides = tuple(_kept(_slide(entry), kept) for entry in divisions(subject))
    if before is None or before.slide is None:
        first = next((place for place, slide in enumerate(slides) if not slide.why_not and not slide.matched), 0)
        return Weighing(slides, first, _last(slides, first))
    keys = [slide.key for slide in slides]
    at = keys.index(before.slide.key) if before.slide.key in keys else 0
    return Weighing(slides, at, before.version)


def _last(slides: Sequence[Slide], at: int) -> int:
    """Return the place of the last version, which on most routes is the new one."""
    return max(len(slides[at].names) - 1, 0) if slides else 0


def _kept(fresh: Slide, kept: Mapping[RuleKey, Slide]) -> Slide:
    old = kept.get(fresh.key)
    same = old is not None and old.changed and old.names == fresh.names and old.before == fresh.before
    return replace(fresh, wanted=old.wanted) if old is not None and same else fresh


def overtaken(before: Weighing, after: Weighing) -> tuple[str, ...]:
    """Return the rules, in words, that were divided anew, and otherwise than was being set: that is lost."""
    fresh = {slide.key: slide for slide in after.slides}
    pairs = [(slide, fresh[slide.key]) for slide in before.slides if slide.changed and slide.key in fresh]
    return tuple(slide.text for slide, now in pairs if not _as_set(slide, now))


def _as_set(slide: Slide, now: Slide) -> bool:
    """Say whether a rule is set, or divided by now, as it was being set; systems round to a percent."""
    return all(abs(now.wanted.get(name, -1.0) - value) <= _ROUNDED for name, value in slide.wanted.items())


def _slide(division: Division) -> Slide:
    shares = division.shares
    known = {name: round(share * 100, _DIGITS) for name, share in shares.items() if share is not None}
    before = known if len(known) == len(shares) else {}
    return Slide(
        key=division.key,
        text=division.text,
        route=f"{division.rule.kind}/{division.rule.name}",
        names=tuple(shares),
        before=before,
        wanted=before,
        why_not=division.why_not,
        problem=division.rule.problem,
        matched=division.rule.match is not None,
        rule=f"{division.rule.kind}/{division.rule.name} {rule_text(division.rule)}",
    )


def at_rule(weighing: Weighing, key: object) -> Weighing:
    """Return the weighing with another rule under the keys; the version stays the one of that name, else the last."""
    place = next((place for place, slide in enumerate(weighing.slides) if slide.key == key), weighing.at)
    if place == weighing.at:
        return weighing
    names = weighing.slides[place].names
    version = names.index(weighing.name) if weighing.name in names else max(len(names) - 1, 0)
    return replace(weighing, at=place, version=version)


def turned(weighing: Weighing, by: int) -> Weighing:
    """Return the weighing with the next version under the keys."""
    names = weighing.slide.names if weighing.slide else ()
    return replace(weighing, version=(weighing.version + by) % len(names)) if names else weighing


def moved(weighing: Weighing, by: float) -> Weighing:
    """Return the weighing with so many percent more for the version under the keys."""
    return _set(weighing, lambda now: now + by)


def stopped(weighing: Weighing, percent: float) -> Weighing:
    """Return the weighing with so many percent for the version under the keys."""
    return _set(weighing, lambda _: percent)


def stepped(weighing: Weighing, up: bool) -> Weighing:
    """Return the weighing at the next stop above or below."""
    return _set(weighing, lambda now: next_stop(now, up))


def next_stop(now: float, up: bool) -> float:
    """Return the stop above or below a share in percent, the last one where there is no further one."""
    if up:
        return next((stop for stop in STOPS if stop > now), STOPS[-1])
    return next((stop for stop in reversed(STOPS) if stop < now), STOPS[0])


def reset(weighing: Weighing) -> Weighing:
    """Return the weighing with the rule under the keys as it is in the cluster."""
    slide = weighing.slide
    return _with(weighing, replace(slide, wanted=slide.before)) if slide else weighing


def to_all(weighing: Weighing) -> Weighing:
    """Return the weighing with the shares of the rule under the keys in every rule of everybody between the same."""
    slide = weighing.slide
    if slide is None or slide.why_not:
        return weighing
    same = tuple(
        replace(other, wanted=slide.wanted)
        if not other.why_not and not other.matched and set(other.names) == set(slide.names)
        else other
        for other in weighing.slides
    )
    return replace(weighing, slides=same)


def _set(weighing: Weighing, to: Callable[[float], float]) -> Weighing:
    slide = weighing.slide
    if slide is None or slide.why_not:
        return weighing
    now = slide.wanted or dict.fromkeys(slide.names, 0.0)
    percent = round(min(max(to(now[weighing.name]), 0.0), 100.0), _DIGITS)
    return _with(weighing, replace(slide, wanted=shared(now, slide.before, weighing.name, percent)))


def _with(weighing: Weighing, slide: Slide) -> Weighing:
    slides = tuple(slide if other.key == slide.key else other for other in weighing.slides)
    return replace(weighing, slides=slides)


def shared(now: Percents, before: Percents, name: str, percent: float) -> Percents:
    """Return shares in which `name` has so many percent, and the others divide the rest as they do.

    Where they have nothing now, they divide as they did before; where they had nothing then, the first gets it.
    """
    others = [other for other in now if other != name]
    rest = round(100.0 - percent, _DIGITS)
    parts = next((found for found in (now, before) if sum(found.get(other, 0.0) for other in others) > 0), {})
    held = sum(parts.get(other, 0.0) for other in others)
    if not held and others:
        parts, held = {others[0]: 1.0}, 1.0
    wanted = {other: round(rest * parts.get(other, 0.0) / held, _DIGITS) for other in others}
    if others:
        # What is lost in rounding goes to the largest of them, so that the sum stays 100.
        largest = max(others, key=lambda other: wanted[other])
        wanted[largest] = round(rest - sum(wanted[other] for other in others if other != largest), _DIGITS)
    return {other: percent if other == name else wanted.get(other, rest) for other in now}


def request_of(weighing: Weighing) -> Request | None:
    """Return what to plan for everything that is set otherwise than it is, None where nothing is."""
    changed = [slide for slide in weighing.slides if slide.changed]
    asked = tuple(
        (slide.rule, tuple(f"{name}={value:.6g}%" for name, value in slide.wanted.items())) for slide in changed
    )
    return Request(Act.WEIGHT, weights=asked) if asked else None
