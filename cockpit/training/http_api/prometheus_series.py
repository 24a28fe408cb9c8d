"""What series there are: /series, /labels, /label/NAME/values and /targets."""

from __future__ import annotations

from cockpit.training.http_api.prometheus_answers import Answered, limited, success
from cockpit.training.http_api.prometheus_parameters import Parameters
from cockpit.training.objects import timestamp
from cockpit.training.promql.budget import Budget
from cockpit.training.promql.failures import BadData, QueryError, bad_parameter
from cockpit.training.promql.matchers import Matcher, Selection
from cockpit.training.promql.sample import Labels
from cockpit.training.promql.scrape import INTERVAL
from cockpit.training.promql.series import Run, SeriesStore, is_stale
from cockpit.training.promql.syntax import parse
from cockpit.training.promql.tree import Selector
from cockpit.training.promql.values import unnamed
from cockpit.training.promql.windows import LOOKBACK

_EVER = 2**62  # milliseconds
_UP = (Matcher("__name__", "=", "up"),)


def series(store: SeriesStore, parameters: Parameters, now: int, budget: Budget) -> Answered:
    """Answer with the labels of the series that a selector matches."""
    if not parameters.texts("match[]"):
        raise BadData("no match[] parameter provided")
    limit = parameters.limit()
    return limited([dict(labels) for labels in _found(store, parameters, budget)], limit)


def names(store: SeriesStore, parameters: Parameters, now: int, budget: Budget) -> Answered:
    """Answer with the names of labels."""
    limit = parameters.limit()
    found = {name for labels in _found(store, parameters, budget) for name, _ in labels}
    return limited(sorted(found), limit)


def values(store: SeriesStore, parameters: Parameters, budget: Budget, name: str) -> Answered:
    """Answer with the values of one label."""
    if not name or "/" in name:
        raise BadData(f'invalid label name: "{name[:100]}"')
    limit = parameters.limit()
    found = {value for labels in _found(store, parameters, budget) for label, value in labels if label == name}
    return limited(sorted(found), limit)


def targets(store: SeriesStore, parameters: Parameters, now: int, budget: Budget) -> Answered:
    """Answer with a target for each series `up`: nothing is fetched over HTTP, all are taken from the simulation."""
    state = parameters.text("state")
    runs = store.select(Selection(_UP, budget.spend), now - LOOKBACK, now) if state != "dropped" else []
    active = [_target(run) for run in runs if not is_stale(run.values[-1])]
    found: dict[str, object] = {"activeTargets": active, "droppedTargets": []}
    return success(found | ({} if state == "active" else {"droppedTargetCounts": {}}))


def _target(run: Run) -> dict[str, object]:
    labels = dict(unnamed(run.labels))
    url = f"http://{labels['instance']}/metrics" if "instance" in labels else ""
    return {
        "discoveredLabels": labels,
        "labels": labels,
        "scrapePool": labels.get("job", ""),
        "scrapeUrl": url,
        "globalUrl": url,
        "lastError": "" if run.values[-1] else "the target is down",
        "lastScrape": timestamp(run.times[-1] / 1000),
        "lastScrapeDuration": 0,
        "health": "up" if run.values[-1] else "down",
        "scrapeInterval": f"{INTERVAL:.0f}s",
        "scrapeTimeout": f"{INTERVAL:.0f}s",
    }


def _found(store: SeriesStore, parameters: Parameters, budget: Budget) -> list[Labels]:
    """Return the labels of the series that any of the selectors matches, of all where there is none."""
    start, end = parameters.moment("start", -_EVER), parameters.moment("end", _EVER)
    if end < start:
        raise bad_parameter("end", "end timestamp must not be before start time")
    selections = [_matchers(text) for text in parameters.texts("match[]")] or [()]
    found: dict[Labels, None] = {}
    for matchers in selections:
        runs = store.select(Selection(matchers, budget.spend), start - 1, end)
        found.update((run.labels, None) for run in runs)
    return sorted(found)


def _matchers(text: str) -> tuple[Matcher, ...]:
    try:
        node = parse(text)
    except QueryError as error:
        raise bad_parameter("match[]", str(error).removeprefix('invalid parameter "query": ')) from error
    if not isinstance(node, Selector) or node.offset or node.at is not None:
        raise bad_parameter("match[]", "parse error: a series selector is expected")
    return node.matchers
