"""The end of a split: the route becomes what it was before there were two versions."""

from __future__ import annotations

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.change import ChangeKind
from cockpit.actions.drafts import Task
from cockpit.actions.planner import make_plan, wanted
from cockpit.actions.request import Request
from cockpit.actions.route_shape import matched_beside, restored
from cockpit.errors import CockpitError
from tests.actions.planner.routed import aliyun, gateway, istio
from tests.actions.planner.stage import CALM, blocks, patch, plan, subject, summaries, weighted
from tests.release.world import World

HEADER = "nginx.ingress.kubernetes.io/canary-by-header"
BACKEND = "/spec/rules/0/http/paths/0/backend/service"


def by_header(weight: str) -> World:
    world = weighted(weight)
    world.get("Ingress", "echo-canary")["metadata"]["annotations"][HEADER] = "x-new"
    return world


def test_a_canary_that_has_everything_becomes_the_main_backend_and_its_ingress_goes() -> None:
    made = plan(weighted("100"), Act.CLEANUP)
    assert summaries(made) == ["lead Ingress/echo to Service/new-nginx", "delete Ingress/echo-canary"]
    lead, gone = made.changes
    assert patch(lead)[-1] == {
        "op": "replace",
        "path": BACKEND,
        "value": {"name": "new-nginx", "port": {"number": 80}},
    }
    assert gone.kind is ChangeKind.DELETE
    assert gone.manifest["kind"] == "Ingress"
    assert "echo.example/ → new-nginx 100%, by Ingress/echo alone" in made.effects
    assert any("cockpit scale Deployment/old-nginx --replicas 0" in line for line in made.effects)
    assert not blocks(made)


def test_its_port_comes_with_it() -> None:
    world = weighted("100")
    paths = world.get("Ingress", "echo-canary")["spec"]["rules"][0]["http"]["paths"]
    paths[0]["backend"]["service"]["port"] = {"name": "http"}
    assert patch(plan(world, Act.CLEANUP).changes[0])[-1]["value"] == {"name": "new-nginx", "port": {"name": "http"}}


def test_a_canary_that_was_given_up_goes_and_the_main_ingress_is_not_touched() -> None:
    assert summaries(plan(weighted("0"), Act.CLEANUP)) == ["delete Ingress/echo-canary"]


def test_header_rules_go_with_a_canary_that_won_unless_they_are_to_stay() -> None:
    made = plan(by_header("100"), Act.CLEANUP)
    assert "echo.example/ if header x-new: always is no rule of its own any more" in made.effects
    kept = plan(by_header("100"), Act.CLEANUP, keep_rules=True)
    assert summaries(kept) == ["lead Ingress/echo to Service/new-nginx", "give new-nginx 0% in Ingress/echo-canary"]
    assert "Ingress/echo-canary stays for its header and cookie rules, with weight 0" in kept.effects


def test_a_canary_without_a_share_that_takes_a_header_is_in_use() -> None:
    with pytest.raises(CockpitError, match="nothing left over"):
        plan(by_header("0"), Act.CLEANUP)
    assert summaries(plan(by_header("0"), Act.CLEANUP, keep_rules=False)) == ["delete Ingress/echo-canary"]


def test_what_is_asked_about_header_rules_names_them() -> None:
    assert matched_beside(subject(by_header("100"))) == ("echo.example/ if header x-new: always",)
    assert matched_beside(subject(by_header("50"))) == ()


@pytest.mark.parametrize(("weight", "left"), [("100", "new-nginx"), ("0", "old-nginx")])
def test_of_two_services_under_one_path_one_is_left_and_no_weight(weight: str, left: str) -> None:
    (change,) = plan(aliyun(weight=weight), Act.CLEANUP).changes
    paths, annotations = patch(change)[-2:]
    assert [entry["backend"]["service"]["name"] for entry in paths["value"]] == [left]
    assert annotations == {"op": "remove", "path": "/metadata/annotations"}


def test_a_list_of_weights_keeps_what_it_says_of_others() -> None:
    world = aliyun(service_weight="new-nginx: 100, old-nginx: 0, other: 5", service_match="")
    (change,) = plan(world, Act.CLEANUP).changes
    written = {entry["path"]: entry.get("value") for entry in patch(change) if entry["op"] != "test"}
    assert written["/metadata/annotations/nginx.ingress.kubernetes.io~1service-weight"] == " other: 5"


def test_a_split_that_goes_on_is_left_alone() -> None:
    found = subject(weighted("99"))
    assert restored(Task(found, Request(Act.CLEANUP), CALM)) is None


def test_a_canary_of_another_release_too_is_not_deleted() -> None:
    world = weighted("100")
    world.apply("{kind: Service, metadata: {name: api}, spec: {selector: {app: api}, ports: [{port: 80}]}}")
    for name in ("echo", "echo-canary"):
        backend = {"service": {"name": "api", "port": {"number": 80}}}
        rule = {"host": "api.example", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
        world.get("Ingress", name)["spec"]["rules"].append(rule)
    with pytest.raises(CockpitError, match="another release's"):
        plan(world, Act.CLEANUP, "echo")


def test_an_ingress_that_cannot_be_read_whole_is_not_deleted() -> None:
    found = subject(weighted("100"))
    request = Request(Act.CLEANUP)
    assert wanted(found, request)
    with pytest.raises(CockpitError, match="could not be taken back"):
        make_plan(found, request, CALM, {})


def test_routes_without_a_canary_object_keep_their_weights() -> None:
    made = plan(gateway(0, 100), Act.CLEANUP)
    assert [change.object.kind for change in made.changes] == ["Deployment"]


def test_the_rule_by_header_of_a_virtual_service_stays_unless_it_is_to_go() -> None:
    assert summaries(plan(istio(0, 100), Act.CLEANUP)) == ["scale Deployment/reviews-v1 from 3 to 0"]
    made = plan(istio(0, 100), Act.CLEANUP, keep_rules=False)
    assert summaries(made) == [
        "take 1 rule by a match out of VirtualService/reviews",
        "scale Deployment/reviews-v1 from 3 to 0",
    ]
    left = patch(made.changes[0])[-1]
    assert (left["op"], left["path"]) == ("replace", "/spec/http")
    assert [len(entry["route"]) for entry in left["value"]] == [2]
    assert "reviews/ if header canary: true is no rule of its own any more" in made.effects


def test_a_rule_by_a_match_goes_only_beside_a_split_that_is_over() -> None:
    assert matched_beside(subject(istio(0, 100))) == ("reviews/ if header canary: true",)
    assert matched_beside(subject(istio(50, 50))) == ()
