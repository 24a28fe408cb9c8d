"""What node_exporter's ipvs collector tells."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import promql_parser

from cockpit.metrics.answer import Series
from cockpit.metrics.catalogue import load_catalogue
from cockpit.metrics.ipvs import ABSENT, NO_SERVICE, ipvs_entries, ipvs_questions
from cockpit.metrics.reader import MetricsReader
from cockpit.metrics.settings import MetricsSettings
from cockpit.release.metrics_view import IpvsEntry
from tests.kube.stepped import SteppedClock
from tests.metrics.releases import release, service
from tests.metrics.scripted import Scripted

NOW = datetime(2026, 11, 28, 12, 0, 0, tzinfo=UTC)


def row(value: float, remote: str = "10.244.0.2", **labels: str) -> Series:
    """Return one real server's number."""
    known = {
        "proto": "TCP",
        "local_address": "10.96.0.12",
        "local_port": "80",
        "remote_address": remote,
        "remote_port": "8080",
    }
    return Series({**known, **labels}, ((0.0, value),))


def test_weight_and_connections_of_a_real_server_stand_together() -> None:
    entries = ipvs_entries(
        {"ipvs": [row(2)], "ipvs:weight": [row(1)], "ipvs:active": [row(3)], "ipvs:inactive": [row(12)]}
    )
    assert entries == (
        IpvsEntry(
            protocol="TCP",
            local_address="10.96.0.12",
            local_port=80,
            remote_address="10.244.0.2",
            remote_port=8080,
            weight=1,
            active_connections=3,
            inactive_connections=12,
        ),
    )


def test_a_drained_server_that_holds_connections_stays_as_weight_zero() -> None:
    entries = ipvs_entries({"ipvs": [row(2)], "ipvs:weight": [row(0)], "ipvs:active": [row(2)]})
    assert entries is not None
    assert (entries[0].weight, entries[0].active_connections, entries[0].inactive_connections) == (0, 2, None)


def test_without_a_collector_there_is_nothing_and_with_one_there_may_be_no_entries() -> None:
    assert ipvs_entries({}) is None
    assert ipvs_entries({"ipvs": [row(7)]}) == ()


def test_numbers_and_labels_that_cannot_be_are_left_out() -> None:
    odd = [row(float("nan")), row(float("inf")), row(-1), row(1, local_port="http"), row(1, remote_port="")]
    assert ipvs_entries({"ipvs": [row(1)], "ipvs:weight": odd}) == ()


def test_servers_of_a_node_port_are_summed_over_the_nodes_addresses() -> None:
    questions = ipvs_questions(release(services=(service("shop", node_port=30080),)))
    assert all(promql_parser.parse(promql) for promql in questions.values())
    assert "local_address" not in questions["ipvs:node:active"].partition("(node")[0]
    entries = ipvs_entries({"ipvs": [row(1)], "ipvs:node:active": [row(5, local_address="", local_port="30080")]})
    assert entries is not None
    assert (entries[0].local_address, entries[0].local_port) == ("", 30080)


def test_a_release_learns_why_its_columns_are_empty_and_asks_rarely_again() -> None:
    async def scenario() -> None:
        prometheus, time = Scripted(), SteppedClock()
        reader = MetricsReader(prometheus, MetricsSettings(), load_catalogue(), time.clock())
        shop = release(services=(service("shop"),))
        for _ in range(3):
            found = await reader.read_release(shop, NOW)
            assert (found.ipvs, found.ipvs_absent) == (None, ABSENT)
            await time.advance(10)
        assert sum("node_ipvs" in query for query in prometheus.queries) == 1
        assert (await reader.read_release(release(), NOW)).ipvs_absent == NO_SERVICE

    asyncio.run(scenario())
