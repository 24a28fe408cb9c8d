"""Which series exist, asked rarely: one series of each name and namespace, whose labels tell how the rest looks.

Labels differ by how a target is scraped: with honor_labels false what the target itself calls namespace becomes
exported_namespace (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cockpit.metrics.answer import Series
from cockpit.metrics.catalogue import SCRAPE, Catalogue, Query, Source
from cockpit.metrics.packing import chunked
from cockpit.metrics.template import literal, pattern, placeholders
from cockpit.metrics.units import duration_of

Row = Mapping[str, str]
"""The labels of one series."""

_ROLE = "label:"
_NAMESPACE = "namespace"
_EXPORTED = "exported_"
_SCRAPE_LABELS = ("job", "endpoint", "instance", "prometheus", "prometheus_replica")
_FIND = "find"
_INTERVAL = "interval"
_USUAL_INTERVALS = (1, 2, 5, 10, 15, 20, 30, 60, 120)
_LOOKED_BACK = 300
_LEAST_WINDOW = 60.0
_LONGEST_WINDOW = 600.0


def questions(catalogue: Catalogue, namespaces: Sequence[str]) -> Mapping[str, str]:
    """Return what to ask, by marks: which series there are in `namespaces`, and how often they are scraped."""
    found: dict[str, str] = {}
    for (label, having), sources in _alike(catalogue).items():
        for chunk in chunked(namespaces) if label else ((),):
            found[f"{_FIND}{len(found)}"] = _sample_of_each(label, having, sources, chunk)
    own = f'up{{namespace=~"{_one_of(next(chunked(namespaces), ()))}"}}'
    found[_INTERVAL] = " or ".join([_steady_scrapes(own), _steady_scrapes("up"), f"quantile(0.5, {_scrapes('up')})"])
    return found


def _steady_scrapes(targets: str) -> str:
    """Return how often targets were scraped that are there all the time: pods of a rollout come and go meanwhile."""
    return f"quantile(0.5, {_scrapes(targets)} and {targets} and {targets} offset 5m)"


def _scrapes(targets: str) -> str:
    return f"count_over_time({targets}[5m])"


def rows_of(answered: Mapping[str, Sequence[Series]]) -> tuple[Row, ...]:
    """Return the labels of the series that were found."""
    return tuple(
        series.labels for mark, found in answered.items() if mark.startswith(_FIND) for series in found if series.labels
    )


def window_of(answered: Mapping[str, Sequence[Series]]) -> str:
    """Return a window of four scrape intervals, at least a minute: a rate needs two samples, and scrapes are missed."""
    counted = [point for series in answered.get(_INTERVAL, ()) for _, point in series.points]
    if not counted or not counted[0] >= 1:
        return duration_of(_LEAST_WINDOW)
    interval = min(_USUAL_INTERVALS, key=lambda usual: abs(usual - _LOOKED_BACK / counted[0]))
    return duration_of(min(max(4.0 * interval, _LEAST_WINDOW), _LONGEST_WINDOW))


def variants(source: Source, query: Query, rows: Iterable[Row], namespace: str) -> tuple[Mapping[str, str], ...]:
    """Return the label of each role that the query uses, once for each way in which series that fit are labelled."""
    wanted = _roles(source, query)
    found: dict[tuple[tuple[str, str], ...], Mapping[str, str]] = {}
    for row in rows:
        if row.get("__name__") != query.needs or any(row.get(name) != value for name, value in source.where.items()):
            continue
        own = _namespace_label(source, row, namespace)
        if own is None:
            continue
        labels = {
            role: _scrape_labels(row)
            if role == SCRAPE
            else _label(source.labels.get(role, ()), row, own.startswith(_EXPORTED))
            for role in wanted
        }
        if _NAMESPACE in wanted:
            labels[_NAMESPACE] = own
        if all(labels.values()):
            found[tuple(sorted(labels.items()))] = labels
    return tuple(found.values())


def _roles(source: Source, query: Query) -> frozenset[str]:
    used = placeholders(query.query) | placeholders(source.select) | placeholders(source.select_canary)
    return frozenset(name.removeprefix(_ROLE) for name in used if name.startswith(_ROLE))


def _namespace_label(source: Source, row: Row, namespace: str) -> str | None:
    """Return the label that names the namespace, "" for a source that has none, None where another one is named."""
    candidates = source.labels.get(_NAMESPACE, ())
    if not candidates:
        return ""
    return next((label for label in candidates if row.get(label) == namespace), None)


def _label(candidates: Sequence[str], row: Row, exported: bool) -> str:
    """Return the first label that is there; what was renamed along with the namespace goes first."""
    there = [label for label in candidates if row.get(label)]
    return next((label for label in there if label.startswith(_EXPORTED) is exported), there[0] if there else "")


def _scrape_labels(row: Row) -> str:
    """Return the labels that tell scrapes of one pod apart, as a list in PromQL.

    A Service with its endpoint is named by the Prometheus Operator; alone, `service` is the application's own label.
    """
    of_operator = "endpoint" in row and "service" in row
    return ", ".join([*_SCRAPE_LABELS, *(["service"] if of_operator else [])])


def _alike(catalogue: Catalogue) -> Mapping[tuple[str, str], Sequence[Source]]:
    """Return the sources that one question can look for, by the label of the namespace and by further matchers."""
    found: dict[tuple[str, str], list[Source]] = {}
    for source in catalogue.sources:
        for label in source.labels.get(_NAMESPACE, ("",)):
            found.setdefault((label, source.having), []).append(source)
    return found


def _sample_of_each(label: str, having: str, sources: Sequence[Source], namespaces: Sequence[str]) -> str:
    names = sorted({query.needs for source in sources for query in source.queries.values()})
    apart = sorted({name for source in sources for name in source.where})
    # Each job is scraped in its own way, and each application names its labels as it likes.
    by = ", ".join(["__name__", *([label] if label else []), *apart, "job"])
    # One bucket of a histogram stands for all of them; what has no le matches as well.
    matchers = f'__name__=~"{_one_of(names)}",le=~"|{literal(pattern("+Inf"))}"'
    where = f',{label}=~"{_one_of(namespaces)}"' if label else ""
    more = f",{having}" if having else ""
    return f"topk by ({by}) (1, {{{matchers}{where}{more}}})"


def _one_of(names: Iterable[str]) -> str:
    return literal("|".join(map(pattern, names)))
