"""Each panel as text: what it says, and what it does not pretend to know."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from cockpit.actions.table import Scope, actions_in
from cockpit.live.picture import ConnectionState, Picture, SourceState
from cockpit.release.view import PodCounts, PortView, ReleaseView, Role, Splits
from cockpit.ui.content import Content
from cockpit.ui.ink import Ink, Line, plain, width_of
from cockpit.ui.marks import Places, identity, places_by_release
from cockpit.ui.panels.bars import labelled_bars, mini_bar
from cockpit.ui.panels.endpoints import endpoints_panel
from cockpit.ui.panels.events import events_panel
from cockpit.ui.panels.fleet import fleet_panel
from cockpit.ui.panels.footer import footer_line
from cockpit.ui.panels.header import header_line
from cockpit.ui.panels.help import help_lines
from cockpit.ui.panels.notices import notice_lines
from cockpit.ui.panels.states import connection_words
from cockpit.ui.panels.traffic import traffic_panel
from cockpit.ui.panels.versions import versions_panel
from cockpit.ui.recent import NOTHING, Recent, advance, key_of
from cockpit.ui.scene import Scene
from tests.ui import hostile
from tests.ui.factory import canary_of_the_mock, endpoints, fleet, picture, release, sources, version
from tests.ui.fakes import NOW

CANARY = canary_of_the_mock()
PLACES: Places = {"v1": 0, "v2": 1}
replace = msgspec.structs.replace


def text_of(content: Content) -> list[str]:
    return [plain(line).rstrip() for line in (*content.head, *(content.body[n] for n in range(len(content.body))))]


def scene(of: Picture, read_only: bool = True) -> Scene:
    return Scene(of, NOW, places_by_release(of.releases, {}), read_only)


def hostile_release() -> ReleaseView:
    versions = tuple(
        replace(version(text, Role.STABLE, "x", "rf", reason=text, change_cause=text), images=(text,), waiting=text)
        for text in hostile.ALL
    )
    return replace(release("x", versions, reason=hostile.LONG), name=hostile.ESCAPES, namespace=hostile.WIDE)


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
    seen = replace(CANARY, splits=replace(CANARY.splits, observed={"v1": 0.61, "v2": 0.39}))
    assert "▲ drift v2 +34" in text_of(traffic_panel(seen, picture(), PLACES, 116))[0]


@pytest.mark.parametrize("width", [40, 60, 100, 140])
def test_bars_fit_their_room_and_nothing_above_zero_disappears(width: int) -> None:
    line = labelled_bars({"v1": 0.999, "v2": 0.001, "?": 0.0}, PLACES, width)
    assert width_of(line) <= max(width, 40)
    assert width_of(mini_bar({"v1": 0.999, "v2": 0.001}, PLACES, 12)) == 12
    assert len(mini_bar({"v1": 0.999, "v2": 0.001}, PLACES, 12)[1].text) == 1
    assert "<1%" in plain(line)


def test_endpoints_stand_in_the_form_of_ipvsadm_with_dashes_for_what_is_unknown() -> None:
    lines = text_of(endpoints_panel(CANARY, picture(), PLACES, NOTHING, NOW, 116))
    assert lines[1].startswith("Prot LocalAddress:Port   Scheduler")
    titles = "-> RemoteAddress:Port Version Weight ActiveConn InActConn R S T Pod Age"
    assert " ".join(lines[2].split()) == titles
    assert lines[3].split()[:4] == ["TCP", "10.96.0.12:80", "-", "myapp"]
    assert lines[4].split()[1] == "NodePort:30080"
    pod = (CANARY.services or ())[0].endpoints or ()
    assert lines[5].split() == ["->", "10.244.0.2:8080", "●", "v1", "-", "-", "-", "✔", "✔", "·", pod[0].pod, "12d"]
    assert "no ipvs metrics" in lines[0]


def test_weights_and_connections_are_shown_where_they_are_known() -> None:
    service = (CANARY.services or ())[0]
    weighted = tuple(
        replace(entry, weight=1, active_connections=3, inactive_connections=0) for entry in service.endpoints or ()
    )
    told = replace(CANARY, services=(replace(service, endpoints=weighted),))
    lines = text_of(endpoints_panel(told, picture(), PLACES, NOTHING, NOW, 116))
    assert lines[5].split()[4:7] == ["1", "3", "0"]
    assert "ipvs" not in lines[0]


def test_endpoints_that_joined_and_left_are_marked() -> None:
    every = endpoints(CANARY.versions)
    rest = tuple(("myapp", endpoint) for endpoint in every[1:])
    before = advance(advance(NOTHING, rest, NOW), [("myapp", every[0]), *rest[1:]], NOW - timedelta(seconds=3))
    service = (CANARY.services or ())[0]
    now_there = replace(service, endpoints=(every[0], *every[2:]))
    shown = replace(CANARY, services=(now_there,))
    lines = text_of(endpoints_panel(shown, picture(), PLACES, before, NOW, 116))
    assert any(line.startswith("+ -> 10.244.0.2:8080") and line.endswith("+3s") for line in lines)
    assert any(line.startswith("− -> 10.244.0.3:8080") and "gone" in line for line in lines)


def test_each_port_has_its_own_endpoints() -> None:
    http = endpoints(CANARY.versions[:1], 8080, "http")
    admin = endpoints(CANARY.versions[:1], 9090, "admin")
    ports = (
        PortView(name="http", protocol="TCP", port=80, target_port="http"),
        PortView(name="admin", protocol="TCP", port=81, target_port="admin"),
    )
    service = replace((CANARY.services or ())[0], ports=ports, endpoints=(*http, *admin), cluster_ips=("10.0.0.1",))
    lines = text_of(endpoints_panel(replace(CANARY, services=(service,)), picture(), PLACES, NOTHING, NOW, 116))[3:]
    assert [line.split()[1] for line in lines] == [
        "10.0.0.1:80",
        *(f"{entry.address}:8080" for entry in http),
        "10.0.0.1:81",
        *(f"{entry.address}:9090" for entry in admin),
    ]


def test_addresses_of_the_sixth_version_stand_in_brackets() -> None:
    entry = replace(endpoints(CANARY.versions)[0], address="2001:db8::7")
    service = replace((CANARY.services or ())[0], endpoints=(entry,), cluster_ips=("fd00::1",))
    lines = text_of(endpoints_panel(replace(CANARY, services=(service,)), picture(), PLACES, NOTHING, NOW, 116))
    assert "[fd00::1]:80" in lines[3]
    assert "[2001:db8::7]:8080" in lines[5] or "[2001:db8::7]:8080" in lines[4]


def test_endpoints_that_cannot_be_read_are_no_empty_list() -> None:
    service = replace((CANARY.services or ())[0], endpoints=None, split=None)
    blind = replace(CANARY, services=(service,))
    assert "endpointslices cannot be read" in text_of(endpoints_panel(blind, picture(), PLACES, NOTHING, NOW, 116))[-1]
    assert (
        "services cannot be read"
        in text_of(endpoints_panel(replace(CANARY, services=None), picture(), PLACES, NOTHING, NOW, 116))[0]
    )


def test_events_of_the_release_come_first_and_the_newest_of_them_on_top() -> None:
    lines = text_of(events_panel(CANARY, picture(CANARY), NOW, 116))
    assert [line.split()[2] for line in lines[1:]] == ["Unhealthy", "Pulled", "ScalingReplicaSet", "Killing"]
    assert "×3 Readiness probe failed" in lines[1]


def test_events_that_cannot_be_read_say_why() -> None:
    blind = picture(CANARY, events=None, sources=sources(events=SourceState.FORBIDDEN))
    assert "forbidden: user jane may not list events" in text_of(events_panel(CANARY, blind, NOW, 116))[0]


def test_the_fleet_shows_each_release_in_one_row() -> None:
    of = picture(*fleet())
    lines = text_of(fleet_panel(of.releases, True, places_by_release(of.releases, {}), NOW, 118))
    assert lines[1].split()[:4] == ["‖", "paused", "default", "myapp"]
    assert "● v1 stable  ◆ v2 canary" in lines[1]
    assert "●95 ◆5" in lines[1]


def test_a_split_that_is_not_known_is_no_zero_in_the_fleet() -> None:
    blind = replace(CANARY, splits=Splits())
    assert "? not known" in text_of(fleet_panel((blind,), False, {}, NOW, 118))[1]


def test_a_name_of_two_cells_a_letter_keeps_the_fleets_columns_straight() -> None:
    wide = replace(CANARY, name="发布版本", namespace="日本")
    of = (CANARY, wide)
    rows = fleet_panel(of, True, places_by_release(of, {}), NOW, 118).body
    assert width_of(rows[0]) == width_of(rows[1])


@pytest.mark.parametrize("width", [58, 78, 118, 200])
def test_hostile_text_neither_breaks_a_panel_nor_its_width(width: int) -> None:
    wild = hostile_release()
    of = picture(wild, warnings=hostile.ALL, connection_message=hostile.ESCAPES)
    places = places_by_release((wild,), {})[identity(wild)]
    contents = (
        versions_panel(wild, places, NOW, width),
        traffic_panel(wild, of, places, width),
        endpoints_panel(wild, of, places, NOTHING, NOW, width),
        events_panel(wild, of, NOW, width),
        fleet_panel((wild,), True, {identity(wild): places}, NOW, width),
        Content(notice_lines(of, width, 20)),
        Content((header_line(scene(of), wild, width),)),
    )
    lines: list[Line] = [line for content in contents for line in (*content.head, *content.body)]
    assert all(plain(line).isprintable() for line in lines)
    assert all(width_of(line) <= max(width, 140) for line in lines)


def test_a_live_picture_and_a_stale_one_differ_in_shape_and_word() -> None:
    live = connection_words(picture(), NOW)
    stale = connection_words(
        picture(connection=ConnectionState.UNREACHABLE, observed_at=NOW - timedelta(seconds=130)), NOW
    )
    assert plain(live) == "● live 0.2s"
    assert plain(stale).strip() == "▲ stale 2m10s"
    assert stale[0].ink is Ink.BADGE


def test_before_the_first_answer_there_is_no_age() -> None:
    early = picture(connection=ConnectionState.CONNECTING, observed_at=None)
    assert plain(connection_words(early, NOW)) == "◌ connecting"
    never = picture(connection=ConnectionState.UNREACHABLE, observed_at=None)
    assert "unreachable" in plain(connection_words(never, NOW))


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("context", ["kind", "arn:aws:eks:eu-central-1:123456789012:cluster/production-blue"])
def test_the_header_keeps_release_and_connection_at_every_width(width: int, context: str) -> None:
    of = picture(CANARY, context=context)
    line = plain(header_line(scene(of), CANARY, width))
    assert len(line) == width
    assert "myapp" in line
    assert "● live 0.2s" in line


def test_a_forbidden_kind_is_told_under_the_header() -> None:
    of = picture(sources=sources(endpointslices=SourceState.FORBIDDEN))
    (line,) = notice_lines(of, 120, 3)
    assert plain(line).startswith(" ⊘ endpointslices forbidden: user jane may not list endpointslices")


def test_notices_that_do_not_fit_are_counted() -> None:
    of = picture(sources=sources(pods=SourceState.FORBIDDEN, services=SourceState.FAILED, events=SourceState.STALE))
    (line,) = notice_lines(of, 80, 1)
    assert plain(line).endswith("+2 more: v ")
    assert len(notice_lines(of, 80, 3)) == 3
    assert width_of(line) == 80


def test_a_long_notice_is_wrapped_so_that_its_remedy_can_be_read() -> None:
    of = picture(connection_message="The server does not answer for a reason that takes many words: check the VPN.")
    first, second = notice_lines(of, 60, 2)
    assert plain(first).startswith(" ▲ The server")
    assert plain(second).endswith("check the VPN.")


def test_an_unreachable_server_is_one_notice_not_one_a_kind() -> None:
    stale = {source.kind: SourceState.STALE for source in sources()}
    of = picture(
        connection=ConnectionState.UNREACHABLE, connection_message="No answer from kind.", sources=sources(**stale)
    )
    assert [plain(line).strip() for line in notice_lines(of, 80, 9)] == ["✖ No answer from kind."]


def test_the_footer_leaves_out_what_matters_least_and_keeps_help() -> None:
    actions = actions_in(Scope.RELEASE, Scope.GLOBAL)
    assert "theme" in plain(footer_line(actions, 200))
    narrow = plain(footer_line(actions, 30))
    assert "? help" in narrow
    assert "theme" not in narrow
    assert len(narrow) == 30


def test_help_names_every_action() -> None:
    text = "\n".join(plain(line) for line in help_lines(90))
    assert all(action.help in text for action in actions_in(*Scope))


def test_an_endpoint_is_known_by_service_address_port_and_protocol() -> None:
    entry = endpoints(CANARY.versions)[0]
    assert key_of("a", entry) != key_of("b", entry)
    assert Recent() == NOTHING
