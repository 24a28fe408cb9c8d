"""The query catalogue: `catalogue.yaml` beside this file, and files of the same form that settings name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

import msgspec
import yaml

from cockpit.kube.errors import quoted
from cockpit.metrics.errors import CatalogueError
from cockpit.metrics.template import Label, Pattern, PromQl, TemplateError, Value, filled, placeholders

WAYS = frozenset({"service", "workload", "hash", "pods"})
"""What a source may tell versions apart by."""

SCRAPE = "scrape"
"""Role of the labels that a scrape adds, which every source has."""

_SHIPPED = "catalogue.yaml"


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is measured, and how it is judged; the head of `catalogue.yaml` says what the fields mean."""

    unit: str
    title: str = ""
    threshold: float | None = None
    relative: bool = False
    traffic: bool = False
    sums: bool = False


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one source tells one metric. `window` is "range" where the query looks back over the whole sparkline.

    `fleet` asks the same for all pods of many namespaces, grouped by namespace and `replica_set`.
    """

    needs: str
    query: str
    window: str = ""
    fleet: str = ""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where metrics come from; the head of `catalogue.yaml` says what the fields mean."""

    name: str
    by: str
    select: str
    queries: Mapping[str, Query]
    title: str = ""
    select_canary: str = ""
    labels: Mapping[str, tuple[str, ...]] = {}
    where: Mapping[str, str] = {}
    having: str = ""
    router: bool = False


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Metrics by name, in the order of the screen, and sources in order of preference."""

    metrics: Mapping[str, Metric] = {}
    sources: tuple[Source, ...] = ()

    def extended_by(self, other: Catalogue) -> Catalogue:
        """Return both; what `other` names anew takes the place of what was there, and its sources come first."""
        named = {source.name for source in other.sources}
        kept = tuple(source for source in self.sources if source.name not in named)
        return Catalogue({**self.metrics, **other.metrics}, (*other.sources, *kept))

    def of(self, metrics: Sequence[str]) -> Catalogue:
        """Return the same sources with those of `metrics` that there are."""
        return Catalogue({name: self.metrics[name] for name in metrics if name in self.metrics}, self.sources)


def load_catalogue(files: Sequence[str] = ()) -> Catalogue:
    """Return the catalogue that comes along, extended by `files`. Reads files: call it in a thread.

    Raises:
        CatalogueError: a file cannot be read, or holds something that cannot be asked; the message says where.
    """
    catalogue = _decoded(resources.files(__package__).joinpath(_SHIPPED).read_text(encoding="utf-8"), _SHIPPED)
    for name in files:
        catalogue = catalogue.extended_by(_decoded(_text(name), name))
        _check(catalogue, name)
    return catalogue


def _text(name: str) -> str:
    try:
        return Path(name).expanduser().read_text(encoding="utf-8")
    except OSError as error:
        raise CatalogueError(f"The queries {quoted(name)} cannot be read: {error.strerror}.") from error
    except (ValueError, RuntimeError) as error:
        raise CatalogueError(f"The queries {quoted(name)} are not UTF-8 text.") from error


def _decoded(text: str, name: str) -> Catalogue:
    try:
        values = yaml.safe_load(text)
        return msgspec.convert(values if values is not None else {}, Catalogue)
    except yaml.YAMLError as error:
        raise CatalogueError(f"The queries {quoted(name)} are not valid YAML ({quoted(str(error))}).") from error
    except msgspec.ValidationError as error:
        raise CatalogueError(f"The queries {quoted(name)} cannot be used: {quoted(str(error))}.") from error


def _check(catalogue: Catalogue, name: str) -> None:
    for place, why in problems(catalogue):
        raise CatalogueError(f"The queries {quoted(name)} cannot be used: {quoted(place)}: {quoted(why)}.")


def problems(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Yield what cannot be asked: the place in the catalogue, and what is wrong there."""
    for source in catalogue.sources:
        place = f"source {source.name}"
        if source.by not in WAYS:
            yield place, f"by has to be one of {', '.join(sorted(WAYS))}"
        for metric, query in source.queries.items():
            if metric not in catalogue.metrics:
                yield f"{place}, query {metric}", "there is no metric of this name"
            if why := _why_not(source, query):
                yield f"{place}, query {metric}", why


def _why_not(source: Source, query: Query) -> str:
    """Say why a query cannot be asked, "" where it can."""
    import promql_parser  # only files of one's own are checked, so only they need the grammar

    values: dict[str, Value] = {
        **dict.fromkeys(("namespace", "release", "version", "workload", "hash", "service"), "x"),
        **dict.fromkeys(("pods", "ports"), Pattern("x")),
        **dict.fromkeys(("window", "range"), PromQl("1m")),
        **{f"label:{role}": Label("x") for role in (*source.labels, SCRAPE)},
    }
    try:
        for select in filter(None, (source.select, source.select_canary)):
            promql = filled(query.query, {**values, "select": PromQl(filled(select, values))})
            promql_parser.parse(promql)
        if query.fleet:
            promql_parser.parse(filled(query.fleet, {**values, "namespaces": Pattern("x")}))
        if source.having:
            promql_parser.parse(f'{{__name__="x",{source.having}}}')
    except (TemplateError, ValueError) as error:
        return str(error)
    if "select" not in placeholders(query.query) and source.select:
        return "${select} is missing, so it would count other versions too"
    return ""
