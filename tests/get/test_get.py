"""`cockpit get` on pictures that a test makes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest
import yaml

from cockpit.errors import CockpitError, UnreachableError, UsageError
from cockpit.get.command import get_once, get_watch
from cockpit.get.document import document
from cockpit.get.table import table
from cockpit.live.choose import chosen, chosen_one
from cockpit.live.picture import ConnectionState, Picture, SourceState, SourceView
from cockpit.release.metrics_view import MetricsSourceView, MetricsState
from cockpit.release.view import ReleaseView
from tests.release.world import SCENARIOS, World
from tests.ui.fakes import FakeFeed

NOW = datetime(2026, 11, 21, 11, 0, 0, tzinfo=UTC)


def releases(*scenarios: str) -> tuple[ReleaseView, ...]:
    found = (World(SCENARIOS / f"{name}.yaml").settle().releases() for name in scenarios)
    return tuple(release for world in found for release in world.values())


def picture(*scenarios: str) -> Picture:
    sources = (
        SourceView(kind="pods", state=SourceState.LIVE, observed_at=NOW),
        SourceView(kind="ingresses", state=SourceState.FORBIDDEN, message="You may not list ingresses."),
    )
    return Picture(
        context="kind",
        namespaces=("default",),
        connection=ConnectionState.LIVE,
        observed_at=NOW,
        sources=sources,
        releases=releases(*scenarios),
        complete=True,
    )


class ReadyFeed(FakeFeed):
    """Publishes its picture as soon as it starts."""

    async def start(self) -> None:
        await super().start()
        self.publish(self.picture)


def written(feed: FakeFeed, wanted: str | None = None, form: str = "json") -> tuple[str, list[str]]:
    lines: list[str] = []
    told: list[str] = []
    run: Callable[..., object] = get_once
    asyncio.run(run(feed, wanted, form, lines.append, told.append))  # type: ignore[arg-type]  # form is one of the three
    return "\n".join(lines), told


@pytest.mark.parametrize("state", [MetricsState.OFF, MetricsState.UNAUTHORISED, MetricsState.GONE])
def test_the_document_says_why_there_are_no_metrics(state: MetricsState) -> None:
    why = MetricsSourceView(state, message="The queries own.yaml cannot be read.")
    told = document(msgspec.structs.replace(picture(), metrics_source=why), ())
    assert [source for source in told["sources"] if source["kind"] == "prometheus"] == [  # type: ignore[attr-defined]
        {"kind": "prometheus", "state": state.value, "observedAt": None, "message": why.message}
    ]
    assert len(document(picture(), ())["sources"]) == 2, "where none is wanted there is nothing to say"  # type: ignore[arg-type]


def test_the_document_has_every_key_of_the_contract() -> None:
    text, _ = written(ReadyFeed(picture("both-versions-one-service", "ingress-weight")))
    found = json.loads(text)
    assert set(found) == {"apiVersion", "context", "observedAt", "warnings", "sources", "releases"}
    assert found["apiVersion"] == "cockpit/v1"
    assert found["observedAt"] == "2026-11-21T11:00:00Z"
    assert found["sources"][1] == {
        "kind": "ingresses",
        "state": "forbidden",
        "observedAt": None,
        "message": "You may not list ingresses.",
    }
    myapp, echo = found["releases"]
    assert set(myapp) == {
        *("namespace", "name", "strategy", "state", "since", "reason"),
        *("versions", "services", "routes", "splits", "metrics"),
    }
    assert myapp["versions"][0] | {"hash": None} == {
        "name": "v1",
        "role": "stable",
        "workload": "Deployment/myapp-v1",
        "revision": 1,
        "hash": None,
        "images": ["myapp:v1"],
        "paused": False,
        "pods": {"desired": 10, "current": 10, "ready": 10, "available": 10, "failing": 0, "terminating": 0},
    }
    (service,) = myapp["services"]
    assert set(service) == {
        *("name", "type", "clusterIPs", "selector", "frontDoor", "umbrella", "ports", "split", "endpoints"),
    }
    assert service["ports"] == [{"name": "", "protocol": "TCP", "port": 80, "targetPort": 80, "nodePort": 30080}]
    assert set(service["endpoints"][0]) == {
        *("address", "port", "portName", "protocol", "pod", "version", "ready", "serving", "terminating"),
        *("weight", "activeConn", "inactConn"),
    }
    assert myapp["splits"] == {"configured": None, "endpoints": {"v1": 0.5, "v2": 0.5}, "observed": None}
    assert echo["routes"][0] == {
        "kind": "Ingress",
        "name": "echo-canary",
        "rule": "echo.example/",
        "match": None,
        "writable": True,
        "backends": [
            {"service": "old-nginx", "subset": None, "weight": 50, "share": 0.5},
            {"service": "new-nginx", "subset": None, "weight": 50, "share": 0.5},
        ],
        "shares": {"old-nginx": 0.5, "new-nginx": 0.5},
    }


def test_yaml_says_the_same_as_json() -> None:
    as_json, _ = written(ReadyFeed(picture("selector-switch")))
    as_yaml, _ = written(ReadyFeed(picture("selector-switch")), form="yaml")
    assert yaml.safe_load(as_yaml) == json.loads(as_json)


def test_what_cannot_be_read_is_null_and_never_empty() -> None:
    world = World(SCENARIOS / "selector-switch.yaml").settle()
    hidden = world.release(unreadable=frozenset({"endpointslices", "ingresses"}))
    found = json.loads(msgspec.json.encode(document(picture(), [hidden])))["releases"][0]
    assert found["routes"] is None
    assert found["services"][0]["endpoints"] is None
    assert found["services"][0]["split"] is None
    assert found["splits"] == {"configured": None, "endpoints": None, "observed": None}


def test_the_table_lists_versions_below_each_other_and_notices_go_elsewhere() -> None:
    text, told = written(ReadyFeed(picture("selector-switch")), form="table")
    head, blue, green = text.splitlines()
    assert head.split()[:5] == ["NAMESPACE", "RELEASE", "STRATEGY", "STATE", "VERSION"]
    assert "default     shop      blue-green   steady   blue" in blue
    assert green.split() == ["green", "preview", "3/3", "0%", "0%", "60m"]
    assert told == ["You may not list ingresses."]


def test_a_share_that_is_not_nothing_is_never_shown_as_nothing() -> None:
    (release,) = releases("selector-switch")
    split = msgspec.structs.replace(release.splits, configured={"blue": 0.996, "green": 0.004})
    rows = table([msgspec.structs.replace(release, splits=split)], NOW).splitlines()
    assert ">99%" in rows[1]
    assert "<1%" in rows[2]


def test_wide_characters_and_escapes_leave_the_tables_columns_straight() -> None:
    (release,) = releases("selector-switch")
    renamed = msgspec.structs.replace(release, name="店\x1b[2J", reason="[bold]\u202eabc")
    plain = table([release], NOW).splitlines()
    strange = table([renamed], NOW).splitlines()
    assert "\x1b" not in "".join(strange)
    assert "\u202e" not in "".join(strange)
    # One character of the new name takes two cells, so the next column begins one character earlier.
    assert strange[1].index("blue-green") == plain[1].index("blue-green") - 1


def test_a_release_is_found_by_its_name_or_by_a_members_kind_and_name() -> None:
    shown = picture("selector-switch", "both-versions-one-service")
    assert [release.name for release in chosen(shown, "shop")] == ["shop"]
    assert [release.name for release in chosen(shown, "deployment/myapp-v2")] == ["myapp"]
    assert [release.name for release in chosen(shown, None)] == ["shop", "myapp"]


def test_a_name_that_nothing_has_is_refused_with_the_names_that_there_are() -> None:
    with pytest.raises(CockpitError, match=r"No release is called nope in namespace default\. There are shop\."):
        written(ReadyFeed(picture("selector-switch")), wanted="nope")


@pytest.mark.parametrize("state", [ConnectionState.UNREACHABLE, ConnectionState.REFUSED])
def test_a_server_that_does_not_answer_is_an_error_of_its_own_kind_and_the_feed_is_closed(
    state: ConnectionState,
) -> None:
    feed = ReadyFeed(Picture(context="kind", connection=state, connection_message="No answer. Is it running?"))
    with pytest.raises(UnreachableError, match="No answer"):
        written(feed)
    assert feed.stopped


def test_watching_writes_a_line_for_each_change_and_none_for_a_mere_sign_of_life() -> None:
    feed = ReadyFeed(picture("selector-switch"))
    lines: asyncio.Queue[str] = asyncio.Queue()

    async def run() -> list[str]:
        stream = asyncio.create_task(get_watch(feed, "shop", lines.put_nowait))
        first = await lines.get()
        feed.publish(msgspec.structs.replace(feed.picture, observed_at=NOW.replace(second=5)))
        feed.publish(msgspec.structs.replace(feed.picture, releases=()))
        second = await lines.get()
        stream.cancel()
        await asyncio.gather(stream, return_exceptions=True)
        return [first, second]

    assert [len(json.loads(line)["releases"]) for line in asyncio.run(run())] == [1, 0]
    assert feed.stopped


def test_a_name_in_several_namespaces_is_ambiguous_and_each_is_named() -> None:
    (release,) = releases("selector-switch")
    elsewhere = msgspec.structs.replace(release, namespace="payments")
    found = msgspec.structs.replace(picture(), releases=(release, elsewhere))
    assert len(chosen(found, "shop")) == 2
    with pytest.raises(UsageError, match=r"default, payments.*-n"):
        chosen_one(found, "Service/shop")


def test_a_member_of_several_releases_is_ambiguous_in_one_namespace() -> None:
    (release,) = releases("selector-switch")
    other = msgspec.structs.replace(release, name="other")
    with pytest.raises(UsageError, match="other, shop"):
        chosen_one(msgspec.structs.replace(picture(), releases=(release, other)), "Service/shop")
