"""Plans as lines: everything is said, in any width, and whatever it is made of it is inert."""

from __future__ import annotations

import msgspec
import pytest

from cockpit.actions.acts import Act
from cockpit.actions.change import ChangeKind, FieldChange
from cockpit.actions.examination import Answer, ChangeFindings, Consent, Examination, Right
from cockpit.actions.request import Request
from cockpit.actions.table import Scope, actions_in
from cockpit.runner.progress import Result, StepState
from cockpit.ui.ink import Line, plain, width_of
from cockpit.ui.offer import acts_of_key, as_offered, dimmed_ids, reason_against
from cockpit.ui.panels.acts import act_lines
from cockpit.ui.panels.footer import footer_line
from cockpit.ui.panels.plan import kubectl_page, plan_lines
from cockpit.ui.panels.plan_doors import effects_now
from cockpit.ui.panels.plan_verdict import verdict_lines
from cockpit.ui.plan_basis import outdated
from cockpit.ui.plan_stage import Phase, Stage, drawn, failed, found, offered, progressed, started
from cockpit.ui.plan_words import title_of
from tests.ui import hostile
from tests.ui.drawn import CANARY
from tests.ui.plans import (
    BLOCKED,
    WARNED,
    answered,
    checked,
    half_done_record,
    half_way,
    held,
    isolate_plan,
    running,
    shop,
    subject_in,
    switch_plan,
    world_of_shop,
)

replace = msgspec.structs.replace
PLACES = {"blue": 0, "green": 1}
STAGE = found(drawn(Stage(Request(Act.SWITCH)), switch_plan()), answered())


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [plain(line).strip() for line in lines]


def page(stage: Stage, width: int = 100) -> list[str]:
    return texts(plan_lines(stage, shop().view, PLACES, width))


def test_guards_come_with_what_blocks_first_and_each_with_its_remedy() -> None:
    shown = page(replace(STAGE, plan=switch_plan(WARNED, BLOCKED)))
    block = shown.index("✖ blocks: green has 1 ready pod, and blue, which serves now, has 3.")
    assert shown[block - 1] == "GUARDS  1 block, 1 warn"
    assert shown[block + 1].startswith("→ Scale Deployment/shop-green to 3 first")
    assert shown[block + 2].startswith("▲ warns: Pods of blue")


def test_a_guard_that_is_overridden_stays_to_be_seen() -> None:
    stage = replace(STAGE, plan=switch_plan(BLOCKED), consent=Consent("why", "", frozenset({"target-small"})))
    assert any(line.startswith("▲ overridden: green has 1 ready pod") for line in page(stage))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer.ASKED, "◌ dry run asked"),
        (Answer.YES, "✔ dry run passed"),
        (Answer.NO, "✖ dry run refused"),
        (Answer.LATER, "◷ checked when reached"),
        (Answer.UNKNOWN, "? dry run not possible"),
    ],
)
def test_every_answer_of_a_dry_run_has_a_shape_and_words(answer: Answer, words: str) -> None:
    right = Right("patch", "", "services", "default")
    known = Examination(changes=(ChangeFindings(right, Answer.NO, answer, "said the server"),))
    shown = page(replace(STAGE, examination=known))
    assert f"{words}   ✖ you may not patch services" in shown
    assert ("said the server" in shown) is (answer is not Answer.LATER)


def test_a_failing_application_is_told_from_a_pod_that_answers() -> None:
    plan, examination = checked()
    shown = page(replace(STAGE, plan=plan, examination=examination))
    assert "✔ green-1 answers" in shown
    assert "✖ green-2 fails: it answers GET /health with 500." in shown


def test_a_change_that_is_waited_for_says_so_and_for_how_long() -> None:
    shown = page(replace(STAGE, plan=isolate_plan()))
    assert any(line.startswith("↻ then waits, at most 2m00s; now") for line in shown)
    assert "deletes Service/nginx01-canary again" in " ".join(shown)


def test_what_cannot_be_taken_back_says_why() -> None:
    (change,) = switch_plan().changes
    plan = replace(switch_plan(), changes=(replace(change, kind=ChangeKind.DELETE, fields=(), final="a pod is a pod"),))
    assert "▲ Service/shop: a pod is a pod" in page(replace(STAGE, plan=plan))


@pytest.mark.parametrize("width", [57, 77, 117])
@pytest.mark.parametrize("text", hostile.ALL, ids=range(len(hostile.ALL)))
def test_no_line_is_wider_than_its_room_or_does_anything(width: int, text: str) -> None:
    (change,) = switch_plan().changes
    wild = replace(change, summary=text, fields=(FieldChange(("spec", "selector", text), text, text),))
    guard = replace(BLOCKED, sentence=text, remedy=text)
    plan = replace(switch_plan(guard), title=text, why=text, effects=(text,), changes=(wild,), offered_check=text)
    step = replace(running().steps[0], summary=text, message=text)
    move = replace(running().moves[0], address=text, version=text, service=text)
    progress = replace(running(), steps=(step,), message=text, moves=(move,), warnings=(text,), result=Result.FAILED)
    stages = (replace(STAGE, plan=plan), progressed(started(replace(STAGE, plan=plan)), progress, ""))
    lines = [line for stage in stages for line in plan_lines(stage, None, {}, width)]
    lines += kubectl_page((text,), width)
    lines += verdict_lines(replace(STAGE, trouble=text), (text,), True, width, 3)
    for line in lines:
        assert width_of(line) <= width
        assert not any(ord(letter) < 32 or letter in "\u202e\u200b\x9b" for letter in plain(line))


def test_a_run_tells_every_step_and_every_endpoint_with_its_milliseconds() -> None:
    shown = page(progressed(started(STAGE), held(), ""))
    assert "✔ done             21 ms  1  select version green instead of blue" in shown
    assert "✔ Done, and seen; the picture agreed 412 ms after the last answer." in shown
    assert "+38 ms  + joined 10.244.0.5:8080     ◆ green  shop" in shown
    assert "+38 ms  − left   10.244.0.2:8080     ● blue   shop" in shown


def test_effects_are_not_claimed_of_a_run_that_failed() -> None:
    assert "AFTERWARDS" in page(progressed(started(STAGE), held(), ""))
    assert "AFTERWARDS" not in page(progressed(started(STAGE), half_way(), ""))


@pytest.mark.parametrize("state", StepState)
def test_every_state_of_a_step_can_be_drawn(state: StepState) -> None:
    progress = replace(running(), steps=(replace(running().steps[0], state=state),))
    assert any("select version green" in line for line in page(progressed(started(STAGE), progress, "")))


def verdict(stage: Stage, *missing: str, settled: bool = True) -> str:
    return " ".join(texts(verdict_lines(stage, missing, settled, 100, 3)))


def test_the_verdict_says_what_enter_does() -> None:
    assert verdict(STAGE) == "⏎ Enter runs it."
    assert verdict(STAGE, settled=False) == "◌ Enter runs it in a moment."
    assert verdict(STAGE, "Type shop.") == "✖ Type shop."
    assert verdict(replace(STAGE, nudged=True), "Type shop.").startswith("NOT YET")
    assert verdict(replace(STAGE, phase=Phase.DRAWING)) == "◌ Drawing the plan."
    assert "everything is sent" in verdict(progressed(started(STAGE), running(), "")).lower()
    assert "u takes back what was done; f does what is left" in verdict(progressed(started(STAGE), half_way(), ""))


def test_a_running_plan_goes_before_one_that_is_half_done() -> None:
    (line,) = act_lines(running(), half_done_record(), 120)
    assert "running: Switch Service shop" in plain(line)
    (line,) = act_lines(None, half_done_record(), 60)
    assert plain(line).rstrip().endswith("f finishes it, u takes it back")
    assert act_lines(None, None, 120) == ()


def test_dimmed_keys_stand_in_brackets_and_give_way_first() -> None:
    dimmed = {"pause": "It is paused.", "switch": "There is one version."}
    actions = as_offered(actions_in(Scope.RELEASE, Scope.GLOBAL), dimmed)
    ids = dimmed_ids(actions, dimmed)
    wide = plain(footer_line(actions, 400, ids))
    assert "p resume" in wide
    assert "(s) switch" in wide
    assert "switch" not in plain(footer_line(actions, 80, ids))


def test_a_key_of_two_acts_is_dimmed_when_neither_can_be_done() -> None:
    assert acts_of_key(Act.PAUSE) == (Act.PAUSE, Act.RESUME)
    assert reason_against(Act.PAUSE, {"pause": "No."}) == ""
    assert reason_against(Act.PAUSE, {"pause": "No.", "resume": "Nor this."}) == "No. Nor this."


def test_a_plan_is_outdated_when_a_field_it_was_decided_on_changes() -> None:
    assert outdated(switch_plan(), shop()) == ""
    said = outdated(switch_plan(), shop("green"))
    assert "spec.selector.version of Service/shop is green now, and was blue." in said
    world = world_of_shop()
    world.get("Service", "shop")["spec"]["selector"] |= {"pod-template-hash": "x"}
    assert "spec.selector of Service/shop" in outdated(switch_plan(), subject_in(world))


def test_a_plan_is_outdated_when_its_object_is_another_or_gone_or_the_release_is_not_seen() -> None:
    world = world_of_shop()
    world.get("Service", "shop")["metadata"]["uid"] = "another"
    assert "Service/shop is gone." in outdated(switch_plan(), subject_in(world))
    assert outdated(switch_plan(), None) == "The release is not in the picture any more."


def test_fields_that_the_picture_does_not_keep_say_nothing_about_a_plan() -> None:
    (change,) = switch_plan().changes
    plan = replace(switch_plan(), changes=(replace(change, fields=(FieldChange(("spec", "x"), 1, 2),), given=()),))
    assert outdated(plan, shop()) == ""


def test_a_verb_is_not_said_twice() -> None:
    (change,) = switch_plan().changes
    gone = replace(change, kind=ChangeKind.DELETE, summary="delete Service/shop", fields=())
    assert "1  delete Service/shop" in page(replace(STAGE, plan=replace(switch_plan(), changes=(gone,))))


def test_what_is_final_is_not_offered_to_be_taken_back() -> None:
    plan = switch_plan()
    (change,) = plan.changes
    final = replace(held(), plan=replace(plan, changes=(replace(change, final="A pod that is gone stays gone."),)))
    assert "plan.undo" in offered(progressed(started(STAGE), held(), ""))
    assert "plan.undo" not in offered(progressed(started(STAGE), final, ""))


def test_the_node_port_that_the_server_chose_is_told_once_it_is_seen() -> None:
    plan = replace(isolate_plan(), effects=("nginx01-canary → v2 (2 pods), its node port is chosen by the server",))
    assert effects_now(plan, None) == plan.effects
    (front, *_) = CANARY.services or ()
    door = replace(front, name="nginx01-canary")
    (told,) = effects_now(plan, replace(CANARY, services=(door,)))
    assert told == "NodePort 30080 of nginx01-canary → v1 (3 pods), v2 (2 pods)"


@pytest.mark.parametrize("act", Act)
def test_a_plan_that_cannot_be_made_is_told_in_words(act: Act) -> None:
    stage = Stage(Request(act))
    assert "shop" in title_of(stage, "shop")
    assert title_of(failed(stage, "No."), "shop").endswith(": cannot be planned")


def test_images_that_are_too_long_for_one_line_have_one_each_and_keep_their_tags() -> None:
    (change,) = switch_plan().changes
    name = "registry.example/" + "teams/" * 12 + "shop"
    field = FieldChange(("spec", "template", "spec", "containers", "0", "image"), f"{name}:v1", f"{name}:v2")
    shown = page(replace(STAGE, plan=replace(switch_plan(), changes=(replace(change, fields=(field,)),))), 77)
    assert any(line.startswith("- registry.example") and line.endswith("shop:v1") for line in shown)
    assert any(line.startswith("+ registry.example") and line.endswith("shop:v2") for line in shown)
