"""What is asked before an act is planned, and what is not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from copy import deepcopy

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.request import Request
from cockpit.release.subject import Subject
from cockpit.ui.asking import request_for
from cockpit.ui.checks import (
    Check,
    image_problem,
    name_check,
    node_port_problem,
    replicas_problem,
    service_name_problem,
)
from cockpit.ui.choices import Choice, failing_pod_choices, revision_choices, switch_choices, workload_choices
from tests.actions.planner.stage import subject as planned
from tests.actions.planner.stage import weighted
from tests.release.world import SCENARIOS, World
from tests.ui.fakes import NOW
from tests.ui.plans import shop, subject_in, world_of_shop


class Answers:
    """Gives the answers of a test one after the other, and keeps what was asked."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.picks: list[tuple[str, tuple[Choice, ...]]] = []
        self.fields: list[tuple[str, str]] = []

    async def pick(self, title: str, choices: Sequence[Choice]) -> str | None:
        self.picks.append((title, tuple(choices)))
        return self.answers.pop(0)

    async def field(self, title: str, value: str, check: Check, note: str = "") -> str | None:
        self.fields.append((title, value))
        return self.answers.pop(0)


def ask(subject: Subject, answers: Answers, *acts: Act) -> Request | None:
    return asyncio.run(request_for(acts, subject, NOW, answers))


def three_colours() -> Subject:
    """Return blue in front of green and red, of which red is not ready."""
    world = world_of_shop()
    red = SCENARIOS.joinpath("selector-switch.yaml").read_text(encoding="utf-8").split("---")[1]
    world.apply(red.replace("green", "red"))
    world.replica_set("shop-red", "5cd", ready=1)
    return subject_in(world)


def rolled() -> Subject:
    """Return one Deployment in its third revision."""
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    for revision in (1, 2, 3):
        world.replica_set(
            "nginx01",
            f"{revision}aaaa",
            revision=revision,
            image=f"nginx:1.{revision}",
            replicas=4 if revision == 3 else 0,
        )
    return subject_in(world)


def test_with_one_other_version_a_switch_asks_nothing() -> None:
    answers = Answers()
    assert ask(shop(), answers, Act.SWITCH) == Request(Act.SWITCH, version="green")
    assert answers.picks == []


def test_the_targets_of_a_switch_are_told_with_their_ready_pods_and_images() -> None:
    answers = Answers("red")
    assert ask(three_colours(), answers, Act.SWITCH) == Request(Act.SWITCH, version="red")
    ((_, choices),) = answers.picks
    assert {choice.key: choice.note.split("   ")[0] for choice in choices} == {"green": "3/3 ready", "red": "1/3 ready"}


def test_what_is_selected_is_no_target() -> None:
    assert [choice.key for choice in switch_choices(shop("green"))] == ["blue"]


def test_a_rollback_of_a_switch_leads_the_traffic_back_and_asks_for_no_revision() -> None:
    world = world_of_shop()
    world.get("Service", "shop")["spec"]["selector"]["version"] = "green"
    answers = Answers("traffic")
    assert ask(subject_in(world.settle()), answers, Act.ROLLBACK) == Request(Act.ROLLBACK)
    offered = [choice.label for _, choices in answers.picks for choice in choices]
    assert offered in ([], ["switch Service/shop back to blue", "put an earlier revision in place"])


def test_a_rollback_offers_every_revision_but_the_current_one_the_one_before_first() -> None:
    answers = Answers("1")
    assert ask(rolled(), answers, Act.ROLLBACK) == Request(Act.ROLLBACK, workload="Deployment/nginx01", revision=1)
    ((_, choices),) = answers.picks
    assert [choice.label for choice in choices] == ["revision 2  nginx:1.2", "revision 1  nginx:1.1"]


def test_the_workload_is_picked_where_several_could_be_meant() -> None:
    answers = Answers("Deployment/shop-green")
    assert ask(shop(), answers, Act.RESTART) == Request(Act.RESTART, workload="Deployment/shop-green")
    ((_, choices),) = answers.picks
    assert choices[0] == Choice("Deployment/shop-blue", "Deployment/shop-blue", "blue 3/3 ready")


def test_scaling_shows_the_number_of_now() -> None:
    answers = Answers("Deployment/shop-blue", "6")
    wanted = Request(Act.SCALE, workload="Deployment/shop-blue", replicas=6)
    assert ask(shop(), answers, Act.SCALE) == wanted
    assert answers.fields == [("Pods of Deployment/shop-blue", "3")]


def test_a_new_image_is_asked_for_with_the_image_of_now() -> None:
    answers = Answers("1.20.1")
    wanted = Request(Act.SET_IMAGE, workload="Deployment/nginx01", images=("nginx=1.20.1",))
    assert ask(rolled(), answers, Act.SET_IMAGE) == wanted
    assert answers.fields == [("New image of nginx", "nginx:1.14")]


def test_failing_pods_are_told_with_their_reasons() -> None:
    world = world_of_shop()
    pods = [entry for (kind, _), entry in world.settle().objects.items() if kind == "Pod"]
    waiting = {"name": "app", "restartCount": 7, "ready": False, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
    pods[0]["status"].update(conditions=[{"type": "Ready", "status": "False"}], containerStatuses=[waiting])
    (choice,) = failing_pod_choices(subject_in(world))
    assert choice.key == pods[0]["metadata"]["name"]
    assert "failing  CrashLoopBackOff" in choice.note


def test_one_key_pauses_one_workload_and_resumes_another() -> None:
    world = world_of_shop()
    world.get("Deployment", "shop-green")["spec"]["paused"] = True
    subject = subject_in(world)
    answers = Answers("resume Deployment/shop-green")
    assert ask(subject, answers, Act.PAUSE, Act.RESUME) == Request(Act.RESUME, workload="Deployment/shop-green")
    ((_, choices),) = answers.picks
    assert [choice.key for choice in choices] == ["pause Deployment/shop-blue", "resume Deployment/shop-green"]


@pytest.mark.parametrize("act", [Act.RESTART, Act.SCALE])
def test_whoever_leaves_a_question_plans_nothing(act: Act) -> None:
    assert ask(shop(), Answers(None), act) is None


def test_a_pin_that_is_not_the_front_doors_is_named_and_that_of_the_front_door_is_what_is_meant() -> None:
    world = World(SCENARIOS / "pause-and-isolate.yaml")
    world.replica_set("nginx01", "1aaaa")
    canary = deepcopy(world.get("Service", "nginx01"))
    canary["metadata"] = {"name": "nginx01-canary"}
    canary["spec"]["selector"]["pod-template-hash"] = "1aaaa"
    world.put(canary)
    assert ask(subject_in(world), Answers(), Act.UNISOLATE) == Request(Act.UNISOLATE, service="nginx01-canary")
    world.get("Service", "nginx01")["spec"]["selector"]["pod-template-hash"] = "1aaaa"
    assert ask(subject_in(world), Answers(), Act.UNISOLATE) == Request(Act.UNISOLATE)


def test_acts_that_need_nothing_ask_nothing() -> None:
    assert ask(shop(), Answers(), Act.PROMOTE) == Request(Act.PROMOTE)


def test_nothing_to_choose_from_is_left_to_the_plan_to_explain() -> None:
    assert ask(rolled(), Answers(), Act.SWITCH) == Request(Act.SWITCH)
    assert workload_choices(rolled(), Act.RESUME) == ()
    assert revision_choices(shop(), "Deployment/none", NOW) == ()


@pytest.mark.parametrize(
    ("check", "fine", "wrong"),
    [
        (replicas_problem, ("0", "12"), ("", "-1", "x", "1.5", "٣", "99999999999999")),
        (image_problem, ("1.2", "a/b:c"), ("", "a b")),
        (service_name_problem, ("", "web-canary"), ("Web", "1web", "web-", "a" * 64, "web.x")),
        (node_port_problem, ("", "30080"), ("0", "x", "70000", "-1")),
        (name_check("shop"), ("shop",), ("", "Shop", "shop2")),
    ],
)
def test_what_is_typed_is_checked_before_it_is_planned(check: Check, fine: Sequence[str], wrong: Sequence[str]) -> None:
    assert [check(text) for text in fine] == [""] * len(fine)
    assert all(check(text).endswith(".") for text in wrong)


def test_whether_rules_by_header_stay_is_asked_where_a_canary_with_one_has_won() -> None:
    world = weighted("100")
    assert ask(planned(world), Answers(), Act.CLEANUP) == Request(Act.CLEANUP)
    annotations = world.get("Ingress", "echo-canary")["metadata"]["annotations"]
    annotations["nginx.ingress.kubernetes.io/canary-by-header"] = "x-new"
    answers = Answers("keep")
    assert ask(planned(world), answers, Act.CLEANUP) == Request(Act.CLEANUP, keep_rules=True)
    assert "echo.example/ if header x-new: always" in answers.picks[0][0]
    assert ask(planned(world), Answers("remove"), Act.CLEANUP) == Request(Act.CLEANUP, keep_rules=False)
    assert ask(planned(world), Answers(None), Act.CLEANUP) is None
