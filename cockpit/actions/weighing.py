"""The weights of a route between two versions: where they can be written, and what gives them other values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from cockpit.actions.change import Change
from cockpit.actions.targets import Version, ref_of, versions_of
from cockpit.actions.weight_writes import weights_change
from cockpit.release.subject import Subject
from cockpit.resources.kinds import kind_named
from cockpit.resources.meta import PodMeta
from cockpit.resources.references import ObjectRef
from cockpit.routing.rules import Backend, Rule

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Weighing:
    """Rules of one object that divide between the same two destinations: `share` is the new one's.

    `turned` says that the rules list the new destination first.
    """

    object: ObjectRef
    share: float
    old: Version | None
    new: Version | None
    rules: tuple[Rule, ...]
    turned: bool = False

    @property
    def old_share(self) -> float:
        """The share of the one that was there before; both are 0 where every weight is."""
        return self.rules[0].backends[-1 if self.turned else 0].share or 0.0

    @property
    def new_backend(self) -> Backend:
        """The destination that was there later."""
        return self.rules[0].backends[0 if self.turned else -1]


def weighings(subject: Subject) -> tuple[Weighing, ...]:
    """Return what divides a release's traffic by weights, in the order of its rules."""
    groups: dict[tuple[object, ...], list[Rule]] = {}
    for rule in subject.membership.rules:
        if _divides(rule):
            ends = tuple((backend.full_name, backend.subset, backend.port) for backend in rule.backends)
            groups.setdefault((rule.kind, rule.name, ends), []).append(rule)
    found = (_weighing(subject, tuple(rules)) for rules in groups.values())
    return tuple(entry for entry in found if entry is not None)


def _divides(rule: Rule) -> bool:
    known = all(backend.share is not None for backend in rule.backends)
    return rule.writable and rule.match is None and len(rule.backends) == 2 and known


def _weighing(subject: Subject, rules: tuple[Rule, ...]) -> Weighing | None:
    rule = rules[0]
    metadata = metadata_of(subject, rule)
    if metadata is None:
        return None
    first, last = (version_behind(subject, backend) for backend in rule.backends)
    # An Ingress lists the Service that was there before first; of the others' lists nobody knows.
    turned = rule.kind != "Ingress" and first is not None and last is not None and _age(first) > _age(last)
    share = rule.backends[0 if turned else -1].share or 0.0
    old, new = (last, first) if turned else (first, last)
    return Weighing(ref_of(rule.kind, metadata), share, old, new, rules, turned)


def metadata_of(subject: Subject, rule: Rule) -> PodMeta | None:
    """Return the metadata of the object that holds a rule's weights, None where it is gone."""
    found = subject.inventory.routes().of(kind_named(rule.kind).slice_type).get(rule.name)
    return found.metadata if found else None


def version_behind(subject: Subject, backend: Backend) -> Version | None:
    """Return the one version in service that a backend leads to, None where it leads to none or several."""
    service = subject.inventory.services.get(backend.service) if backend.local else None
    if service is None or (backend.subset and backend.problem):
        return None
    selector = {**service.spec.selector, **backend.labels}
    found = [
        entry
        for entry in versions_of(subject)
        if entry.revision.in_service and selector and selector.items() <= entry.revision.labels.items()
    ]
    return found[0] if len(found) == 1 else None


def _age(version: Version) -> datetime:
    return version.revision.created_at or _LAST


def weight_changes(subject: Subject, weighing: Iterable[Weighing], share: float) -> tuple[Change, ...]:
    """Return the writes that give the new version a share (a fraction of 1): one for each object that has another."""
    by_object: dict[ObjectRef, list[Weighing]] = {}
    for entry in weighing:
        by_object.setdefault(entry.object, []).append(entry)
    found = (_change(subject, ref, entries, share) for ref, entries in by_object.items())
    return tuple(change for change in found if change is not None)


def _change(subject: Subject, ref: ObjectRef, weighing: list[Weighing], share: float) -> Change | None:
    wanted = [
        (rule, (share, 1.0 - share) if entry.turned else (1.0 - share, share))
        for entry in weighing
        for rule in entry.rules
    ]
    return weights_change(subject, ref, wanted, f"give {_new_name(weighing[0])} {share:.0%} in {ref.short}")


def _new_name(weighing: Weighing) -> str:
    backend = weighing.new_backend
    return weighing.new.name if weighing.new else backend.subset or backend.full_name


def weight_effects(weighing: Iterable[Weighing], share: float) -> tuple[str, ...]:
    """Return a line for each rule: how it divides now, and how it will."""
    return tuple(
        f"{rule.text}: {_name(entry.new)} {entry.share:.0%} → {share:.0%}, {_name(entry.old)} "
        f"{entry.old_share:.0%} → {1 - share:.0%}"
        for entry in weighing
        for rule in entry.rules
    )


def matched_ways(subject: Subject, weighing: Iterable[Weighing]) -> tuple[str, ...]:
    """Return a line for each rule of these objects that leads by a match, whatever the weight."""
    named = {(entry.object.kind, entry.object.name) for entry in weighing}
    return tuple(
        f"{rule.text} with {rule.match} still leads to Service {_ends(rule)}"
        for rule in subject.membership.rules
        if rule.match is not None and (rule.kind, rule.name) in named and rule.backends
    )


def _ends(rule: Rule) -> str:
    return " and ".join(
        f"{backend.full_name} {backend.subset}" if backend.subset else backend.full_name for backend in rule.backends
    )


def _name(version: Version | None) -> str:
    return version.name if version is not None else "?"
