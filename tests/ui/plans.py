"""Subjects, plans, findings and progress for tests of screens: blue and green, and a canary to isolate."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from cockpit.actions.acts import Act
from cockpit.actions.change import Change, ChangeKind, FieldChange, Given
from cockpit.actions.conditions import EndpointsOnly, EndpointsReady, PodsReady
from cockpit.actions.examination import Answer, ChangeFindings, CheckFindings, Examination, Right
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.plan import Plan, PodCheck
from cockpit.actions.record import ActRecord, ChangeRecord, Done
from cockpit.release.inference import infer
from cockpit.release.subject import Subject, subject_of
from cockpit.resources.references import ObjectRef
from cockpit.runner.progress import EndpointMove, Progress, Result, Step, StepState
from tests.release.world import SCENARIOS, World
from tests.ui.fakes import NOW

replace = msgspec.structs.replace
PATCH_SERVICES = Right("patch", "", "services", "default")


def subject_in(world: World) -> Subject:
    """Return the only release of a world with everything around it."""
    inventory = world.settle().inventory()
    (membership,) = infer(inventory)
    return subject_of(membership, inventory)


def world_of_shop(selected: str = "blue") -> World:
    """Return blue and green with `selected` in front."""
    world = World(SCENARIOS / "selector-switch.yaml")
    world.get("Service", "shop")["spec"]["selector"]["version"] = selected
    return world


def shop(selected: str = "blue") -> Subject:
    """Return blue and green as a subject."""
    return subject_in(world_of_shop(selected))


def shop_with_one_more_pod() -> Subject:
    """Return blue and green in another picture, in which all that a switch relies on is as before."""
    world = world_of_shop()
    world.get("Deployment", "shop-blue")["spec"]["replicas"] += 1
    return subject_in(world)


PASSED = (
    Guard(GuardId.TARGET_EMPTY, Outcome.PASS, "green has 3 ready pods."),
    Guard(GuardId.TARGET_SMALL, Outcome.PASS, "green has as many ready pods as blue has: 3."),
    Guard(GuardId.SERVICE_EMPTIED, Outcome.PASS, "No Service is left without an endpoint."),
)
WARNED = Guard(
    GuardId.NO_PRE_STOP,
    Outcome.WARN,
    "Pods of blue have no preStop hook: once they are taken away, they drop connections at once.",
    "Keep blue until its connections have ended.",
)
WARNED_TOO = Guard(GuardId.STICKY_SESSIONS, Outcome.WARN, "Service shop keeps clients on their pods.")
BLOCKED = Guard(
    GuardId.TARGET_SMALL,
    Outcome.BLOCK,
    "green has 1 ready pod, and blue, which serves now, has 3.",
    "Scale Deployment/shop-green to 3 first, or override with a reason.",
    can_override=True,
)


def switch_plan(*guards: Guard) -> Plan:
    """Return the plan that switches shop from blue to green."""
    service = ObjectRef("Service", "default", "shop", "uid-service-shop")
    selector = ("spec", "selector")
    return Plan(
        act=Act.SWITCH,
        namespace="default",
        release="shop",
        workload_uids=("uid-deployment-shop-blue", "uid-deployment-shop-green"),
        title="Switch Service shop from blue to green",
        why="All new connections go to green; blue stays as it is, to go back to.",
        drawn_at=NOW,
        changes=(
            Change(
                ChangeKind.PATCH,
                service,
                "select version green instead of blue",
                fields=(FieldChange((*selector, "version"), "blue", "green"),),
                given=(Given(selector, {"app": "shop", "version": "blue"}),),
            ),
        ),
        guards=guards or (WARNED, *PASSED),
        expects=(EndpointsOnly("shop", "Deployment/shop-green"),),
        effects=("10.96.0.12:80 (Service/shop) reaches green.", "blue keeps 3 pods and gets no traffic."),
        offered_check="/health",
    )


def answered(*guards: Guard) -> Examination:
    """Return what is known of the switch when everything was answered."""
    return Examination(changes=(ChangeFindings(PATCH_SERVICES, Answer.YES, Answer.YES),), guards=guards, complete=True)


def asked() -> Examination:
    """Return what is known of the switch before anything was answered."""
    return Examination(changes=(ChangeFindings(PATCH_SERVICES),))


def isolate_plan() -> Plan:
    """Return a plan of two changes, the second of which waits for the first."""
    pin = ("spec", "selector", "pod-template-hash")
    manifest = {"metadata": {"name": "nginx01-canary"}, "spec": {"type": "NodePort"}}
    return Plan(
        act=Act.ISOLATE,
        namespace="default",
        release="nginx01",
        workload_uids=("uid-deployment-nginx01",),
        title="Isolate 1.14 and 1.20.1 of nginx01 on a port each",
        why="Each version answers on a port of its own, and nobody meets the new one by chance.",
        drawn_at=NOW,
        changes=(
            Change(
                ChangeKind.PATCH,
                ObjectRef("Service", "default", "nginx01", "uid-service-nginx01"),
                "pin it to 1.14",
                fields=(FieldChange(pin, after="695cdcd7c8"),),
                hold=EndpointsReady("nginx01", 3, "Deployment/nginx01", "695cdcd7c8"),
            ),
            Change(
                ChangeKind.CREATE,
                ObjectRef("Service", "default", "nginx01-canary"),
                "a door of its own for 1.20.1",
                manifest=manifest,
                depends=True,
            ),
        ),
        guards=PASSED[2:],
        expects=(PodsReady("Deployment/nginx01", "6fc9f9b648", 2),),
        effects=(
            "NodePort 32428 (Service/nginx01) reaches 1.14.",
            "Its own node port (nginx01-canary) reaches 1.20.1.",
        ),
    )


def isolation_answered() -> Examination:
    """Return what is known of the isolation when everything was answered."""
    later = ChangeFindings(Right("create", "", "services", "default"), Answer.YES, Answer.LATER)
    return Examination(changes=(ChangeFindings(PATCH_SERVICES, Answer.YES, Answer.YES), later), complete=True)


def checked() -> tuple[Plan, Examination]:
    """Return the switch with a health check that one pod fails."""
    plan = replace(switch_plan(), pod_checks=(PodCheck("green-1", "/health"), PodCheck("green-2", "/health")))
    checks = (
        CheckFindings("green-1", Answer.YES),
        CheckFindings("green-2", Answer.NO, "it answers GET /health with 500."),
    )
    blocked = Guard(GuardId.HEALTH_CHECK, Outcome.BLOCK, "green-2 fails its health check.", can_override=True)
    return plan, replace(answered(blocked), checks=checks)


def moves(count: int) -> tuple[EndpointMove, ...]:
    """Return `count` endpoints that joined, and as many that left."""
    joined = (EndpointMove("shop", f"10.244.0.{n + 5}:8080", f"green-{n}", "green", True, 38 + n) for n in range(count))
    left = (EndpointMove("shop", f"10.244.0.{n + 2}:8080", f"blue-{n}", "blue", False, 38 + n) for n in range(count))
    return (*joined, *left)


def running() -> Progress:
    """Return the switch, written, while endpoints come and go."""
    step = Step("select version green instead of blue", StepState.HOLDING, milliseconds=21)
    return Progress(
        switch_plan(), (step,), waiting_for="1 of 3 endpoints of shop belong to green", moves=moves(1), act_id="act-1"
    )


def watching() -> Progress:
    """Return the switch, all written, while the picture does not agree yet."""
    return replace(running(), steps=(Step("select version green instead of blue", StepState.DONE, milliseconds=21),))


def held() -> Progress:
    """Return the switch at its end."""
    step = Step("select version green instead of blue", StepState.DONE, milliseconds=21)
    return Progress(switch_plan(), (step,), Result.HELD, moves=moves(3), agreed_milliseconds=412, act_id="act-1")


def half_way() -> Progress:
    """Return an isolation of which the second change was refused."""
    plan = isolate_plan()
    steps = (
        Step(plan.changes[0].summary, StepState.DONE, milliseconds=18),
        Step(plan.changes[1].summary, StepState.REFUSED, "services may not be created by jane.", 44),
    )
    return Progress(
        plan,
        steps,
        Result.FAILED,
        "Service/nginx01 is pinned to 1.14, and Service/nginx01-canary was not created: take the pin back, or finish.",
        act_id="act-2",
        way_back=replace(switch_plan(), act=Act.UNDO, title="Take the pin back"),
        way_on=replace(switch_plan(), act=Act.FINISH, title="Create the canary's Service"),
    )


def half_done_record() -> ActRecord:
    """Return what the journal keeps of that isolation."""
    plan = isolate_plan()
    changes = tuple(
        ChangeRecord(change, done) for change, done in zip(plan.changes, (Done.DONE, Done.NOT_SENT), strict=True)
    )
    return ActRecord(
        "act-2", NOW - timedelta(minutes=4), "jane", "kind", "https://10.0.0.1", plan, changes, ended=False
    )
