"""VERSIONS, TRAFFIC and EVENTS as text: what they say, and what they do not pretend to know."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from cockpit.live.picture import SourceState
from cockpit.release.metrics_view import MetricsSourceView, MetricsState, MetricView, ReleaseMetrics
from cockpit.release.view import Drift, PodCounts, ReleaseView, Role, Splits
from cockpit.routing.progress import Command, Progress
from cockpit.ui.ink import plain, width_of
from cockpit.ui.panels.bars import bar_room, labelled_bars, mini_bar
from cockpit.ui.panels.events import events_panel
from cockpit.ui.panels.traffic import traffic_panel
from cockpit.ui.panels.versions import versions_panel
from cockpit.ui.recent import NOTHING, advance, key_of
from cockpit.ui.row_objects import is_gone
from cockpit.ui.screens.release_panels import fitted
from tests.ui.drawn import CANARY, PLACES, scene, text_of
from tests.ui.factory import release, version
from tests.ui.fakes import NOW
from tests.ui.pictures import picture, sources

replace = msgspec.structs.replace


def test_versions_say_role_image_revision_pods_and_what_they_wait_for() -> None:
    _, stable, canary = text_of(versions_panel(CANARY, PLACES, NOW, 116))
    assert stable.split()[:6] == ["●", "v1", "stable", "nginx:1.14", "rev", "1"]
    assert "3/3  ●●●" in stable
    assert "waits for you" in canary
    assert canary.endswith("4m12s")


def test_counts_that_are_not_known_are_question_marks() -> None:
    unread = replace(CANARY.versions[0], counts=PodCounts(desired=3), pods=None)
    line = text_of(versions_panel(replace(CANARY, versions=(unread,)), PLACES, NOW, 116))[1]
    assert "?/3" in line
    assert "pods cannot be read" in line
    assert "0" not in line.partition("?/3")[2].removesuffix("12d")


def test_many_pods_are_counted_by_state_instead_of_drawn() -> None:
    many = version("v1", Role.STABLE, "web", "r" * 90 + "s" * 7 + "f")
    line = text_of(versions_panel(release("web", (many,)), {"v1": 0}, NOW, 116))[1]
    assert "●×90 ○×7 ✖×1" in line


def test_a_failing_version_says_what_its_pods_fail_with() -> None:
    failing = version("v2", Role.NEW, "web", "rff", reason="CrashLoopBackOff", waiting="waits for you")
    assert "CrashLoopBackOff ×2" in text_of(versions_panel(release("web", (failing,)), {"v2": 0}, NOW, 116))[1]


def test_traffic_says_who_configures_it_and_what_membership_makes_of_it() -> None:
    _, configured, behind, observed = text_of(traffic_panel(CANARY, picture(), PLACES, 116))
    assert "95%" in configured
    assert configured.endswith("Ingress/web-canary")
    assert "60%" in behind
    assert "40%" in behind
    assert observed == "observed    ? no metrics source is connected"


@pytest.mark.parametrize(
    ("state", "message", "words"),
    [
        (MetricsState.SLOW, "Prometheus did not answer in 5 s.", "Prometheus is slow"),
        (MetricsState.SLOW, "", "no metric counts requests by version"),
        (MetricsState.PARTIAL, "store down", "Prometheus answers in part"),
        (MetricsState.GONE, "", "Prometheus does not answer"),
    ],
)
def test_where_no_split_was_observed_it_is_said_who_is_to_blame(state: MetricsState, message: str, words: str) -> None:
    metrics = ReleaseMetrics(until=NOW, step=15.0, by_version={}, message=message)
    of = replace(picture(), metrics={CANARY.key: metrics}, metrics_source=MetricsSourceView(state))
    assert text_of(traffic_panel(CANARY, of, PLACES, 116))[3] == f"observed    ? {words}"


def test_rules_that_disagree_are_told_one_by_one() -> None:
    rule = (CANARY.routes or ())[0]
    other = replace(rule, rule="shop.example/pay", shares={"v1": 1.0})
    differing = replace(CANARY, routes=(rule, other), splits=Splits(endpoints=CANARY.splits.endpoints))
    lines = text_of(traffic_panel(differing, picture(), PLACES, 116))
    assert lines[1].startswith("configured")
    assert "? the rules differ" in lines[1]
    assert "shop.example/ " in lines[2]
    assert "95%" in lines[2]
    assert "shop.example/pay" in lines[3]
    assert "100%" in lines[3]


def test_endpoints_that_may_not_be_read_have_no_shares() -> None:
    unread = replace((CANARY.services or ())[0], endpoints=None, split=None)
    blind = replace(CANARY, services=(unread,), splits=replace(CANARY.splits, endpoints=None, endpoints_of=""))
    forbidden = picture(sources=sources(endpointslices=SourceState.FORBIDDEN))
    assert text_of(traffic_panel(blind, forbidden, PLACES, 116))[2] == "endpoints   ? endpointslices are forbidden"


def test_a_gap_between_what_is_meant_and_seen_is_drift() -> None:
    drift = Drift(version="v2", meant=0.05, seen=0.39, cause="Requests follow the endpoints.")
    seen = replace(CANARY, splits=replace(CANARY.splits, observed={"v1": 0.61, "v2": 0.39}, drift=drift))
    heading, *_, why = text_of(traffic_panel(seen, picture(), PLACES, 116))
    assert "▲ drift v2 +34" in heading
    assert "▲ Requests follow the endpoints." in why


@pytest.mark.parametrize("width", [40, 60, 100, 140])
def test_bars_fit_their_room_and_nothing_above_zero_disappears(width: int) -> None:
    shares = {"v1": 0.999, "v2": 0.001, "?": 0.0}
    line = labelled_bars(shares, PLACES, bar_room(shares, PLACES, width))
    assert width_of(line) <= max(width, 40)
    assert width_of(mini_bar({"v1": 0.999, "v2": 0.001}, PLACES, 12)) == 12
    assert len(mini_bar({"v1": 0.999, "v2": 0.001}, PLACES, 12)[1].text) == 1
    assert "<1%" in plain(line)


def test_bars_of_one_panel_have_one_scale_whatever_stands_between_them() -> None:
    split = replace(CANARY.splits, configured={"v1": 0.5, "v2": 0.5}, endpoints={"v1": 1.0})
    configured, endpoints = text_of(traffic_panel(replace(CANARY, splits=split), picture(CANARY), PLACES, 116))[1:3]
    # Two bars may end in a part of a cell each, where the one does not.
    assert abs(endpoints.count("█") - configured.count("█")) <= 1


def test_events_of_the_release_come_first_and_the_newest_of_them_on_top() -> None:
    lines = text_of(events_panel(CANARY, picture(CANARY), NOW, 116))
    assert [line.split()[2] for line in lines[1:]] == ["Unhealthy", "Pulled", "ScalingReplicaSet", "Killing"]
    assert "×3 Readiness probe failed" in lines[1]


def test_events_that_cannot_be_read_say_why() -> None:
    blind = picture(CANARY, events=None, sources=sources(events=SourceState.FORBIDDEN))
    assert "forbidden: user jane may not list events" in text_of(events_panel(CANARY, blind, NOW, 116))[0]


def isolated() -> ReleaseView:
    """Return the mock's release with a door of its own for its second version."""
    (front,) = CANARY.services or ()
    own = tuple(endpoint for endpoint in front.endpoints or () if endpoint.version == "v2")
    port = replace(front.ports[0], node_port=31557)
    selector = {"app": "myapp", "pod-template-hash": "6fc9f9b648"}
    door = replace(front, name="myapp-canary", front_door=False, selector=selector, ports=(port,), endpoints=own)
    return replace(CANARY, services=(front, replace(door, split={"v2": 1.0})))


def test_which_address_reaches_the_isolated_version_is_told_with_the_traffic() -> None:
    lines = text_of(traffic_panel(isolated(), picture(), PLACES, 116))
    (line,) = [line for line in lines if line.startswith("isolated")]
    assert line.split() == ["isolated", "◆", "v2", "NodePort:31557", "Service/myapp-canary"]
    assert "isolated" not in "\n".join(text_of(traffic_panel(CANARY, picture(), PLACES, 116)))


@pytest.mark.parametrize(("rows", "shown"), [(60, True), (18, False)])
def test_other_doors_give_way_first_where_rows_are_short(rows: int, shown: bool) -> None:
    release = isolated()
    contents, _ = fitted(release, scene(picture(release)), NOTHING, 100, rows, None)
    assert any(line.startswith("isolated") for line in text_of(contents["traffic"])) is shown


def test_endpoints_that_have_left_make_room_for_those_that_are_there() -> None:
    every = (CANARY.services or ())[0].endpoints or ()
    gone = tuple(replace(endpoint, address=f"10.9.9.{n}", pod=f"gone-{n}") for n, endpoint in enumerate(every))
    before = advance(NOTHING, [("myapp", endpoint) for endpoint in (*every, *gone)], NOW)
    recent = advance(before, [("myapp", endpoint) for endpoint in every], NOW)
    tight, division = fitted(CANARY, scene(picture(CANARY)), recent, 100, 21, None)
    texts = text_of(tight["endpoints"])[: division.rows["endpoints"]]
    assert all(any(endpoint.pod and endpoint.pod in line for line in texts) for endpoint in every)
    roomy, _ = fitted(CANARY, scene(picture(CANARY)), recent, 100, 60, None)
    assert sum("gone" in line for line in text_of(roomy["endpoints"])) == len(gone)


def test_a_version_whose_requests_are_not_counted_yet_leaves_the_observed_split_unknown_by_name() -> None:
    rate = MetricView(12.0, "requests/s", "1m", None, "application")
    metrics = ReleaseMetrics(until=NOW, step=15.0, by_version={"v1": {"requests_per_second": rate}})
    of = replace(picture(), metrics={CANARY.key: metrics}, metrics_source=MetricsSourceView(MetricsState.CONNECTED))
    assert text_of(traffic_panel(CANARY, of, PLACES, 116))[3] == "observed    ? requests of v2 are not counted yet"


def test_bars_go_before_the_whole_names_of_their_sources_where_it_is_narrow() -> None:
    first = (CANARY.routes or ())[0]
    by_header = replace(first, match="header x-tester: yes", shares={"v2": 1.0})
    several = replace(CANARY, routes=(by_header, replace(first, name="web-canary-of-the-shop")))
    rule = next(line for line in text_of(traffic_panel(several, picture(), PLACES, 62)) if "95%" in line)
    assert rule.count("█") >= 5


def test_a_row_that_left_is_gone_with_its_pod_and_not_before() -> None:
    (first, second, *rest) = (CANARY.services or ())[0].endpoints or ()
    first = replace(first, pod="gone-1")
    before = advance(NOTHING, [("myapp", endpoint) for endpoint in (first, second, *rest)], NOW)
    recent = advance(before, [("myapp", endpoint) for endpoint in rest], NOW)
    assert is_gone(CANARY, recent, key_of("myapp", first))
    assert not is_gone(CANARY, recent, key_of("myapp", second))


def test_a_rule_that_is_not_taken_up_yet_keeps_its_shares_and_says_so() -> None:
    rule = replace((CANARY.routes or ())[0], pending="HTTPRoute/web was changed, and no gateway has taken that up yet.")
    lines = text_of(traffic_panel(replace(CANARY, routes=(rule,)), picture(), PLACES, 116))
    place = next(index for index, line in enumerate(lines) if line.lstrip().startswith("shop.example/"))
    assert "95%" in lines[place]
    assert lines[place + 1].strip() == "▲ HTTPRoute/web was changed, and no gateway has taken that up yet."


def test_a_controller_that_releases_step_by_step_tells_step_weight_pause_and_command() -> None:
    rollout = Progress(
        kind="Rollout",
        name="web",
        system="Argo Rollouts",
        target="Rollout/web",
        phase="Paused",
        step=2,
        steps=5,
        weight=20.0,
        waits="pause step",
        paused_since=NOW - timedelta(seconds=130),
        pause_seconds=300.0,
        analysis="analysis Running",
        commands=(Command("goes on", "kubectl argo rollouts promote web -n default"),),
    )
    lines = text_of(traffic_panel(replace(CANARY, progress=(rollout,)), picture(), PLACES, 150, NOW))
    said = next(line for line in lines if line.startswith("rollout"))
    assert "Paused · step 2/5 · weight 20% · pause step, 2m50s left · analysis Running" in said
    assert "goes on: kubectl argo rollouts promote web" in said
    endless = replace(rollout, pause_seconds=None)
    lines = text_of(traffic_panel(replace(CANARY, progress=(endless,)), picture(), PLACES, 150, NOW))
    assert "pause step for 2m10s" in next(line for line in lines if line.startswith("rollout"))
