"""What to ask for a release: for each metric the first source that has series and tells the versions apart. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import msgspec

from cockpit.metrics.catalogue import Catalogue, Query, Source
from cockpit.metrics.existing import Row, variants
from cockpit.metrics.joining import Joint
from cockpit.metrics.template import Label, Pattern, PromQl, Value, filled, pattern
from cockpit.release.view import ReleaseView, VersionView

REPLICA_SET = "replica_set"
"""Label by which questions for the fleet group: what a pod's name begins with."""


class Shared(msgspec.Struct, frozen=True):
    """One question for many releases: a template, filled in but for the namespaces."""

    template: str
    labels: tuple[tuple[str, str], ...]
    window: str

    def promql(self, namespaces: Sequence[str]) -> str:
        """Return the question for some namespaces."""
        among = Pattern("|".join(map(pattern, namespaces)))
        labels = {f"label:{role}": Label(name) for role, name in self.labels}
        return filled(self.template, {**labels, "window": PromQl(self.window), "namespaces": among})


class Ask(msgspec.Struct, frozen=True):
    """One expression: a metric of one version, or of a part of its pods, where `parts` is above 1."""

    metric: str
    version: str
    source: Source
    window: str
    promql: str
    way: str
    """The source with the labels that it was asked by: what may turn out to tell nothing."""
    parts: int = 1
    shared: Shared | None = None
    """The question for the whole fleet that answers this one too, among the series with the labels `pick`."""
    pick: Mapping[str, str] = {}


class Scope(msgspec.Struct, frozen=True):
    """What all asks of a round share: `window` of rates, `range` of sparklines, the `metrics` that are wanted."""

    catalogue: Catalogue
    rows: Sequence[Row]
    window: str
    range: str
    metrics: Sequence[str]
    fleet: bool = False


def asks_for(
    release: ReleaseView, joints: Sequence[Joint], scope: Scope, empty: Collection[tuple[str, str]] = ()
) -> tuple[Ask, ...]:
    """Return the expressions for a release. `empty` are (metric, way) that answered nothing a while ago."""
    needed = _needed(release, joints)
    asks: list[Ask] = []
    for metric in scope.metrics:
        usable = _usable(metric, release, needed, scope)
        # Where every source is silent, the first one is asked on: its series may be about to begin.
        chosen = next(
            (entry for entry in usable if (metric, _way(*entry, joints)) not in empty), usable[0] if usable else None
        )
        if chosen is not None:
            asks += _asks(metric, chosen[0], chosen[1], joints, scope)
    return tuple(asks)


def _usable(
    metric: str, release: ReleaseView, needed: Sequence[Joint], scope: Scope
) -> list[tuple[Source, Mapping[str, str]]]:
    usable: list[tuple[Source, Mapping[str, str]]] = []
    for source in scope.catalogue.sources:
        query = source.queries.get(metric)
        if query is None or not needed or any(source.by not in joint.ways for joint in needed):
            continue
        usable += [(source, labels) for labels in variants(source, query, scope.rows, release.namespace)]
    return usable


def _way(source: Source, labels: Mapping[str, str], joints: Sequence[Joint]) -> str:
    """Return a source with what it is asked by: another route makes another way, which is worth a try."""
    services = [str(joint.values["service"]) for joint in joints] if source.by == "service" else []
    return " ".join([source.name, *(labels[role] for role in sorted(labels)), *services])


def _needed(release: ReleaseView, joints: Sequence[Joint]) -> list[Joint]:
    """Return the versions that a source has to tell apart: those that may serve, else all that it could."""
    serving = {version.name for version in release.versions if _may_serve(version)}
    return [joint for joint in joints if joint.version in serving] or [joint for joint in joints if joint.ways]


def _may_serve(version: VersionView) -> bool:
    return version.pods is None or bool(version.pods)


def _asks(metric: str, source: Source, labels: Mapping[str, str], joints: Sequence[Joint], scope: Scope) -> list[Ask]:
    query = source.queries[metric]
    asks = []
    for joint in joints:
        if source.by not in joint.ways:
            continue
        if scope.fleet and query.fleet and joint.replica_set:
            asks.append(_shared_ask(metric, source, labels, joint, scope, _way(source, labels, joints)))
            continue
        batches = joint.pods if source.by == "pods" else joint.pods[:1] or (None,)
        for pods in batches:
            values: dict[str, Value] = {**joint.values, **({"pods": pods} if pods is not None else {})}
            promql = _promql(source, query, {**values, **_own(labels, scope)}, canary=joint.canary)
            window, way = _window(query, scope), _way(source, labels, joints)
            asks.append(Ask(metric, joint.version, source, window, promql, way, len(batches)))
    return asks


def _shared_ask(metric: str, source: Source, labels: Mapping[str, str], joint: Joint, scope: Scope, way: str) -> Ask:
    query = source.queries[metric]
    return Ask(
        metric=metric,
        version=joint.version,
        source=source,
        window=_window(query, scope),
        promql="",
        way=way,
        shared=Shared(query.fleet, tuple(sorted(labels.items())), scope.window),
        pick={labels["namespace"]: str(joint.values["namespace"]), REPLICA_SET: joint.replica_set},
    )


def _promql(source: Source, query: Query, values: Mapping[str, Value], *, canary: bool) -> str:
    select = source.select_canary if canary and source.select_canary else source.select
    return filled(query.query, {**values, "select": PromQl(filled(select, values))})


def _own(labels: Mapping[str, str], scope: Scope) -> Mapping[str, Value]:
    return {
        **{f"label:{role}": Label(label) for role, label in labels.items()},
        "window": PromQl(scope.window),
        "range": PromQl(scope.range),
    }


def _window(query: Query, scope: Scope) -> str:
    return scope.range if query.window == "range" else scope.window
