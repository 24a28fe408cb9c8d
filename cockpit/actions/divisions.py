"""What divides the traffic of a release: its rules, those together that one write moves together, by version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cockpit.actions.change import Change
from cockpit.actions.stage import Stage, applied
from cockpit.actions.targets import Version, ref_of
from cockpit.actions.weighing import metadata_of, version_behind
from cockpit.release.subject import Subject
from cockpit.resources.json_values import Path
from cockpit.resources.references import ObjectRef
from cockpit.routing.rules import Backend, Rule
from cockpit.routing.systems import written_weights

RuleKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Division:
    """Rules that say their shares in the same fields; a rule that cannot be written stands alone.

    `names` are what a person calls the backends of each of them, in their order: a version where one stands behind it.
    """

    rules: tuple[Rule, ...]
    names: tuple[str, ...]
    object: ObjectRef | None
    """What holds the weights, None where nothing that could be written does."""

    @property
    def rule(self) -> Rule:
        """The first rule, which stands for all of them."""
        return self.rules[0]

    @property
    def key(self) -> RuleKey:
        """What tells it from others for as long as its rules are there."""
        return rule_key(self.rule)

    @property
    def writable(self) -> bool:
        """Whether its shares can be set."""
        return self.object is not None

    @property
    def text(self) -> str:
        """The rules in words, their match with them."""
        more = f" and {len(self.rules) - 1} more" if len(self.rules) > 1 else ""
        return f"{rule_text(self.rule)}{more}"

    @property
    def shares(self) -> dict[str, float | None]:
        """The shares by name as they are; None where the router's own reckoning is not known."""
        return by_name(self.names, self.rule.backends)

    @property
    def why_not(self) -> str:
        """Why the shares cannot be set, with what does it instead; "" where they can."""
        if self.writable:
            return ""
        controller = self.rule.controller
        said = controller.reason if controller else self.rule.why_not or "its shares are written nowhere"
        return f"{said}; instead: {controller.command}" if controller and controller.command else said

    def fits(self, wanted: Iterable[str]) -> bool:
        """Say whether every one of some names is a destination here."""
        return all(self.resolved(name) for name in wanted)

    def resolved(self, wanted: str) -> str:
        """Return the destination that somebody means by its version, Service or subset; "" for none."""
        if wanted in self.names:
            return wanted
        pairs = zip(self.names, self.rule.backends, strict=True)
        return next((name for name, backend in pairs if wanted in {backend.full_name, backend.subset}), "")

    def parts(self, rule: Rule, shares: Mapping[str, float]) -> tuple[float, ...]:
        """Return shares for the backends of one of its rules; backends of one name divide as they do now."""
        held = [backend.share or 0.0 for backend in rule.backends]
        sums = {name: sum(held[n] for n, other in enumerate(self.names) if other == name) for name in self.names}
        return tuple(
            shares[name] * (part / sums[name] if sums[name] else 1.0 / self.names.count(name))
            for name, part in zip(self.names, held, strict=True)
        )


def by_name(names: Iterable[str], backends: Iterable[Backend]) -> dict[str, float | None]:
    """Return the shares of backends by name, summed where several have one."""
    found: dict[str, float | None] = {}
    for name, backend in zip(names, backends, strict=True):
        before = found.get(name, 0.0)
        found[name] = None if before is None or backend.share is None else before + backend.share
    return found


def rule_key(rule: Rule) -> RuleKey:
    """Return what tells a rule from every other one, whatever its shares are."""
    return (rule.kind, rule.name if rule.place else "", *rule.place, rule.text, rule.match or "")


def rule_text(rule: Rule) -> str:
    """Return a rule in words: where it stands, and what else a request must carry."""
    return f"{rule.text} if {rule.match}" if rule.match else rule.text


def divisions(subject: Subject) -> tuple[Division, ...]:
    """Return what divides a release's traffic, in the order of its rules; what cannot be written is among it."""
    objects = subject.inventory.routes()
    groups: dict[tuple[object, ...], Division] = {}
    for number, rule in enumerate(subject.membership.rules):
        paths = tuple(path for path, _ in written_weights(objects, rule))
        found = _alone(subject, rule, paths)
        key = (found.object, paths, found.names) if found.object is not None else (number,)
        known = groups.get(key)
        groups[key] = Division((*known.rules, rule), known.names, known.object) if known else found
    return tuple(groups.values())


def _alone(subject: Subject, rule: Rule, paths: tuple[Path, ...]) -> Division:
    metadata = metadata_of(subject, rule) if paths and rule.divides else None
    names = tuple(name_of(subject, backend) for backend in rule.backends)
    return Division((rule,), names, ref_of(rule.kind, metadata) if metadata is not None else None)


def name_of(subject: Subject, backend: Backend) -> str:
    """Return what a person calls a destination: its version, else its subset, else its Service."""
    version = version_behind(subject, backend)
    return version.name if version is not None else backend.subset or backend.full_name


def versions_at(subject: Subject, division: Division) -> dict[str, Version]:
    """Return the versions that a division leads to, by name."""
    found = (version_behind(subject, backend) for backend in division.rule.backends)
    return {entry.name: entry for entry in found if entry is not None}


def rules_after(subject: Subject, changes: Iterable[Change]) -> dict[RuleKey, Rule]:
    """Return every rule of the namespace as it is read when changes are written, by what tells it from others."""
    stage = Stage(subject.inventory, (), {}, {})
    for change in changes:
        stage = applied(stage, change, ())
    return {rule_key(rule): rule for rule in stage.rules()}
