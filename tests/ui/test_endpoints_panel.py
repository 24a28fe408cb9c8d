"""ENDPOINTS as text, in the form of ipvsadm."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from cockpit.release.view import PortView
from cockpit.ui.panels.endpoints import endpoints_panel
from cockpit.ui.recent import NOTHING, advance
from tests.ui.drawn import CANARY, PLACES, text_of
from tests.ui.factory import endpoints
from tests.ui.fakes import NOW
from tests.ui.pictures import picture

replace = msgspec.structs.replace


def test_endpoints_stand_in_the_form_of_ipvsadm_with_dashes_for_what_is_unknown() -> None:
    lines = text_of(endpoints_panel(CANARY, picture(), PLACES, NOTHING, NOW, 116))
    assert lines[1].startswith("Prot LocalAddress:Port  Scheduler")
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
