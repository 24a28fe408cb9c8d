"""Queries made from a seed: every sort of function, operator, matching and modifier, in expressions of some depth."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.training.promql.recorded import START

_COUNTERS = (
    "http_requests_total",
    "http_request_duration_seconds_bucket",
    "http_request_duration_seconds_count",
    "container_cpu_usage_seconds_total",
)
_GAUGES = ("container_memory_working_set_bytes", "temperature", "odd", "up", "kube_pod_owner")
_MATCHERS = (
    'namespace="shop"',
    'namespace!="shop"',
    'pod=~"shop-v[12]-.*"',
    'pod!~"api-.+"',
    'status!~"5..|404"',
    'version=~"v1|v2|"',
    'method!="PUT"',
    'missing!="x"',
    'pod=~"shop-v1-6d4cf56db6-[bcdfghjklmnpqrstvwxz2456789]{5}"',
    'pod=~".*-(?:xk2p9|qqrst)"',
    'job=~"(?i)PODS|"',
)
_OF_REQUESTS = ('status=~"5.."', 'version="v1"', 'version=~"v1|v7|"', 'status=""', 'status!="",method=~"G.T"')
_RANGES = ("1m", "90s", "2m", "5m", "10m", "20m")
_OFFSETS = ("", "", "", " offset 1m", " offset 5m", " offset -2m", " offset 20m")
_LABELS = ("namespace", "pod", "version", "status", "method", "le", "missing", "__name__")
_OF_COUNTERS = ("rate", "increase", "irate", "resets", "rate", "increase")
_OF_GAUGES = (
    *("delta", "idelta", "deriv", "changes", "avg_over_time", "min_over_time", "max_over_time", "sum_over_time"),
    *("count_over_time", "last_over_time", "present_over_time", "stddev_over_time", "stdvar_over_time"),
)
_OF_NUMBERS = (
    *("abs", "ceil", "floor", "exp", "ln", "log2", "log10", "sqrt", "sgn", "sin", "cos", "atan", "tanh", "deg", "rad"),
    *("minute", "hour", "day_of_week", "day_of_month", "day_of_year", "days_in_month", "month", "year", "timestamp"),
)
_AGGREGATIONS = ("sum", "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar")
_ARITHMETIC = ("+", "-", "*", "/", "%", "^", "atan2")
_COMPARISONS = ("==", "!=", ">", "<", ">=", "<=")


class Maker:
    """Makes queries; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._subqueries = 0
        self._random = Random(seed)  # noqa: S311  # test data

    def query(self) -> str:
        """Return a query that gives a vector or a scalar."""
        self._subqueries = 0
        return self._scalar(2) if self._random.random() < 0.05 else self._vector(3)

    def _one(self, *choices: str) -> str:
        return self._random.choice(choices)

    def _vector(self, depth: int) -> str:
        makers: tuple[Callable[[int], str], ...] = (self._selector, self._changing, self._aggregated)
        if depth > 0:
            deeper = (self._computed, self._binary, self._matched, self._set, self._labelled, self._special)
            makers = (*makers, self._aggregated, *deeper, self._binary)
        return self._random.choice(makers)(depth - 1)

    def _selector(self, _: int, metric: str = "") -> str:
        metric = metric or self._one(*_COUNTERS, *_GAUGES)
        matchers = self._random.sample(_MATCHERS, self._random.choice((0, 0, 1, 1, 2)))
        if metric == "http_requests_total" and self._random.random() < 0.4:
            matchers.append(self._one(*_OF_REQUESTS))
        at = self._one(*[""] * 12, f" @ {START + 1507}", " @ start()", " @ end()")
        return f"{metric}{{{','.join(matchers)}}}{at}{self._one(*_OFFSETS)}"

    def _ranged(self, metric: str) -> str:
        selector = self._selector(0, metric)
        selector, _, modifiers = selector.rpartition("}")
        return f"{selector}}}[{self._one(*_RANGES)}]{modifiers}"

    def _changing(self, depth: int) -> str:
        if self._subqueries == 0 and self._random.random() < 0.2:
            self._subqueries += 1  # one in another would look at samples on the edges of its range
            function = self._one(*_OF_GAUGES)
            step = self._one(":30s", ":1m", ":", ":15s")
            return f"{function}(({self._vector(max(depth - 1, 0))})[{self._one(*_RANGES)}{step}]{self._one(*_OFFSETS)})"
        if self._random.random() < 0.5:
            return f"{self._one(*_OF_COUNTERS)}({self._ranged(self._one(*_COUNTERS))})"
        gauge = self._ranged(self._one(*_GAUGES))
        share = self._one("0.5", "0.99", "0", "1", "0.25")
        special = (
            f"quantile_over_time({share}, {gauge})",
            f"predict_linear({gauge}, 600)",
            f"absent_over_time({gauge})",
        )
        return self._one(*special) if self._random.random() < 0.25 else f"{self._one(*_OF_GAUGES)}({gauge})"

    def _aggregated(self, depth: int) -> str:
        labels = ", ".join(self._random.sample(_LABELS, self._random.choice((0, 1, 1, 2))))
        clause = self._one("", f"by ({labels})", f"by ({labels})", f"without ({labels})")
        chance = self._random.random()
        if chance < 0.1:
            return f"quantile {clause} ({self._one('0.5', '0.9', '0.05')}, {self._vector(depth)})"
        if chance < 0.2:
            chosen = f"rate({self._ranged('container_cpu_usage_seconds_total')})"
            return f"{self._one('topk', 'bottomk')} {clause} ({self._one('1', '2', '3')}, {chosen})"
        if chance < 0.27:
            return f'count_values {clause} ("value", {self._selector(0, self._one("up", "odd", "kube_pod_owner"))})'
        return f"{self._one(*_AGGREGATIONS)} {clause} ({self._vector(depth)})"

    def _computed(self, depth: int) -> str:
        inner = self._vector(depth)
        limits = (f"clamp({inner}, 1, 50)", f"clamp_min({inner}, 3)", f"clamp_max({inner}, 9)", f"round({inner}, 0.1)")
        others = (f"round({inner})", f"-({inner})", f"sort({inner})", f"absent({inner})", f"vector({self._scalar(1)})")
        return self._one(*limits, *others, *(f"{name}({inner})" for name in _OF_NUMBERS))

    def _scalar(self, depth: int) -> str:
        literals = ("0", "1", "2.5", "-3", "1e3", "0x1F", "time()", "pi()", "NaN", "Inf")
        if depth <= 0 or self._random.random() < 0.5:
            return self._one(*literals)
        if self._random.random() < 0.4:
            return f"scalar({self._vector(0)})"
        sign = self._one(*_ARITHMETIC, *(f"{sign} bool" for sign in _COMPARISONS))
        return f"({self._scalar(depth - 1)} {sign} {self._scalar(depth - 1)})"

    def _binary(self, depth: int) -> str:
        sign = self._one(*_ARITHMETIC, *_COMPARISONS, *(f"{sign} bool" for sign in _COMPARISONS))
        sides = [f"({self._vector(depth)})", self._scalar(1)]
        self._random.shuffle(sides)
        return f"{sides[0]} {sign} {sides[1]}"

    def _matched(self, depth: int) -> str:
        sign = self._one(*_ARITHMETIC, *_COMPARISONS)
        by = self._one("pod", "namespace", "pod, namespace", "namespace, version")
        left, right = (f"sum by ({by}) ({self._vector(max(depth - 1, 0))})" for _ in range(2))
        many = self._vector(max(depth - 1, 0))
        owner = f"max by (namespace, pod, owner_name) ({self._selector(0, 'kube_pod_owner')})"
        return self._one(
            f"{left} {sign} {right}",
            f"{left} {sign} on ({by}) {right}",
            f"{left} {sign} ignoring ({self._one(*_LABELS[:4])}) {right}",
            f"({many}) {sign} on ({by}) group_left {right}",
            f"{left} {sign} on ({by}) group_right () ({many})",
            f"({many}) * on (namespace, pod) group_left (owner_name) {owner}",
            f"({many}) {sign} ({self._vector(0)})",
            f"({many}) {sign} ignoring (status, method, le) group_left (missing) {right}",
        )

    def _set(self, depth: int) -> str:
        clause = self._one("", "", "on (pod)", "ignoring (status, method)", "on ()", "on (namespace)")
        return (
            f"({self._vector(depth)}) {self._one('and', 'or', 'unless')} {clause} ({self._vector(max(depth - 1, 0))})"
        )

    def _labelled(self, depth: int) -> str:
        inner = self._vector(depth)
        return self._one(
            f'label_replace({inner}, "base", "$1", "pod", "(.*)-[a-z0-9]+")',
            f'label_replace({inner}, "short", "${{1}}_$2", "pod", "([a-z]+)-(.*)-.*")',
            f'label_replace({inner}, "status", "", "status", ".*")',
            f'label_join({inner}, "where", "/", "namespace", "pod")',
        )

    def _special(self, _: int) -> str:
        buckets = f"rate({self._ranged('http_request_duration_seconds_bucket')})"
        by = self._one("le", "le, version", "le, pod", "pod")
        share = self._one("0.5", "0.9", "0.99", "0", "1", "1.5")
        ratio = f'sum(rate(http_requests_total{{status=~"5.."}}[{self._one(*_RANGES)}]))'
        return self._one(
            f"histogram_quantile({share}, sum by ({by}) ({buckets}))",
            f"histogram_quantile({share}, {buckets})",
            f"{ratio} / sum(rate(http_requests_total[5m]))",
            f"time() - timestamp({self._selector(0)})",
        )


def queries(count: int, seed: int = 1) -> list[str]:
    """Return `count` different queries."""
    maker = Maker(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found[maker.query()] = None
    return list(found)
