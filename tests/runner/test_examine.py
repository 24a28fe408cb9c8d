"""What is found out about a plan before it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import msgspec
import pytest

from cockpit.actions.change import Change, ChangeKind
from cockpit.actions.examination import Answer, Examination, Right
from cockpit.actions.guards import Guard, GuardId, Outcome
from cockpit.actions.plan import Plan, PodCheck
from cockpit.kube.errors import (
    BusyError,
    DryRunRefusedError,
    ExistsError,
    ForbiddenError,
    InvalidError,
    LostPreconditionError,
    MissingError,
    NoAnswerError,
)
from cockpit.kube.pod_proxy import PodAnswer
from cockpit.kube.reviews import Review
from cockpit.resources.json_values import ABSENT, Json
from cockpit.resources.raw import RawObject
from cockpit.resources.references import ObjectRef
from cockpit.runner.examine import Examiner, Templates
from tests.cluster.virtual_loop import run_virtually
from tests.runner.plans import SERVICE, plan, select


class FakeCluster:
    """Answers what it is told to answer."""

    def __init__(
        self, dry_run: Exception | None = None, review: Review | Exception | None = None, silent: bool = False
    ) -> None:
        self.dry_run = dry_run
        self.review = review or Review(True)
        self.silent = silent
        self.pods: dict[str, PodAnswer] = {}
        self.objects: dict[str, Mapping[str, Json]] = {}
        self.templates_sent: list[Json] = []
        self.at_once = self.most_at_once = 0

    async def read(self, ref: ObjectRef) -> RawObject:
        await self._wait()
        if ref.short not in self.objects:
            raise MissingError(f"Not found: {ref.short}.", 404)
        return RawObject(self.objects[ref.short])

    async def send(self, change: Change, template: Json = ABSENT, dry_run: bool = False) -> RawObject | None:
        assert dry_run
        self.templates_sent.append(template)
        await self._wait()
        if self.dry_run is not None:
            raise self.dry_run
        return None

    async def may(self, right: Right) -> Review:
        await self._wait()
        if isinstance(self.review, Exception):
            raise self.review
        return self.review

    async def ask_pod(self, namespace: str, check: PodCheck) -> PodAnswer:
        await self._wait()
        return self.pods[check.pod]

    async def leave_event(self, namespace: str, manifest: Mapping[str, Json]) -> None:
        raise AssertionError("an examination leaves no Event")

    async def _wait(self) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(3600 if self.silent else 0.1)
        self.at_once -= 1


def cluster(dry_run: Exception | None = None, review: Review | Exception | None = None) -> FakeCluster:
    made = FakeCluster(dry_run, review)
    labels = {"spec": {"selector": {"version": "blue"}}}
    made.objects["Service/shop"] = {"metadata": {"uid": SERVICE.uid, "name": "shop"}, **labels}
    return made


def examined(on: FakeCluster, made: Plan, templates: Templates | None = None) -> Examination:
    kept: Templates = {} if templates is None else templates
    return run_virtually(Examiner(on, made, kept, lambda _: None).examine())


def outcomes(guards: Sequence[Guard], wanted: GuardId) -> list[Outcome]:
    return [guard.outcome for guard in guards if guard.id is wanted]


@pytest.mark.parametrize(
    ("error", "answer", "guard", "outcome"),
    [
        (DryRunRefusedError("A webhook takes none.", 400), Answer.UNKNOWN, GuardId.DRY_RUN, Outcome.WARN),
        (NoAnswerError("No answer."), Answer.UNKNOWN, GuardId.DRY_RUN, Outcome.WARN),
        (BusyError("No time.", 429), Answer.UNKNOWN, GuardId.DRY_RUN, Outcome.WARN),
        (InvalidError("Not valid.", 422), Answer.NO, GuardId.DRY_RUN, Outcome.BLOCK),
        (ForbiddenError("You may not.", 403), Answer.NO, GuardId.DRY_RUN, Outcome.BLOCK),
        (LostPreconditionError("It changed.", 422), Answer.NO, GuardId.CHANGED, Outcome.BLOCK),
        (ExistsError("It is there.", 409), Answer.NO, GuardId.CHANGED, Outcome.BLOCK),
        (KeyError("hunter2"), Answer.NO, GuardId.DRY_RUN, Outcome.BLOCK),
    ],
)
def test_each_no_to_a_dry_run_is_a_finding(error: Exception, answer: Answer, guard: GuardId, outcome: Outcome) -> None:
    found = examined(cluster(error), plan())
    assert found.complete
    assert found.changes[0].dry_run is answer
    assert outcomes(found.guards, guard) == [outcome]
    assert "hunter2" not in repr(found)


def test_a_change_that_depends_on_an_earlier_one_is_checked_when_reached() -> None:
    on = cluster(LostPreconditionError("It changed.", 422))
    found = examined(on, plan(msgspec.structs.replace(select(), depends=True)))
    assert found.changes[0].dry_run is Answer.LATER
    assert found.guards == ()


def test_a_review_that_fails_is_unknown_and_not_a_no() -> None:
    found = examined(cluster(review=BusyError("No time.", 503)), plan())
    assert found.changes[0].allowed is Answer.UNKNOWN
    assert outcomes(found.guards, GuardId.RIGHTS) == [Outcome.WARN]


def test_a_missing_right_names_verb_and_resource() -> None:
    found = examined(cluster(review=Review(False, "no role")), plan())
    assert found.changes[0].allowed is Answer.NO
    (guard,) = [guard for guard in found.guards if guard.id is GuardId.RIGHTS]
    assert "patch services" in guard.sentence
    assert "no role" in guard.sentence


def test_a_failing_application_is_told_apart_from_one_that_cannot_be_reached() -> None:
    on = cluster()
    on.pods = {
        "well": PodAnswer(200, "", True),
        "sick": PodAnswer(503, "The application in pod sick answered 503.", True),
        "far": PodAnswer(None, "The API server does not reach pod far.", False),
    }
    checks = tuple(PodCheck(name, "/health") for name in on.pods)
    found = examined(on, msgspec.structs.replace(plan(), pod_checks=checks))
    assert [check.answer for check in found.checks] == [Answer.YES, Answer.NO, Answer.UNKNOWN]
    guards = [guard for guard in found.guards if guard.id is GuardId.HEALTH_CHECK]
    assert [guard.can_override for guard in guards] == [True, True]
    assert "sick" in guards[0].sentence
    assert "far" in guards[1].sentence


def test_what_is_not_answered_in_time_is_unknown() -> None:
    on = cluster()
    on.silent = True
    found = examined(on, msgspec.structs.replace(plan(), pod_checks=(PodCheck("mute", "/health"),)))
    assert found.complete
    assert (found.changes[0].allowed, found.changes[0].dry_run) == (Answer.UNKNOWN, Answer.UNKNOWN)
    assert found.checks[0].answer is Answer.UNKNOWN


def test_at_most_eight_questions_are_open_at_once() -> None:
    on = cluster()
    examined(on, plan(*(select() for _ in range(20))))
    assert on.most_at_once == 8


def test_a_template_is_fetched_once_compared_and_kept_for_the_run_only() -> None:
    on = cluster()
    revision = ObjectRef("ReplicaSet", "default", "web-old", "rs")
    old = {"spec": {"containers": [{"name": "app", "image": "web:1", "env": [{"name": "P", "value": "old-secret"}]}]}}
    new = {"spec": {"containers": [{"name": "app", "image": "web:2", "env": [{"name": "P", "value": "secret"}]}]}}
    on.objects["ReplicaSet/web-old"] = {"metadata": {"uid": "rs"}, "spec": {"template": old}}
    on.objects["Deployment/web"] = {"metadata": {"uid": "d"}, "spec": {"template": new}}
    target = ObjectRef("Deployment", "default", "web", "d")
    swap = Change(ChangeKind.PATCH, target, "put the template of revision 1 back", template_from=revision)
    templates: Templates = {}
    found = examined(on, plan(swap), templates)
    assert found.changes[0].dry_run is Answer.YES
    assert on.templates_sent == [old]
    assert templates == {revision: old}
    paths = {change.path: change for change in found.changes[0].template_diff}
    assert paths["spec", "containers", "app", "image"].after == "web:1"
    assert ("spec", "containers", "app", "env", "P", "value") in paths
    assert "secret" not in repr(found)


def test_a_revision_that_is_gone_is_a_finding() -> None:
    revision = ObjectRef("ReplicaSet", "default", "gone", "rs")
    found = examined(cluster(), plan(msgspec.structs.replace(select(), template_from=revision)))
    assert found.changes[0].dry_run is Answer.NO
    assert any(guard.outcome is Outcome.BLOCK for guard in found.guards)


def test_a_screen_that_fails_does_not_end_the_examination() -> None:
    def fail(_: Examination) -> None:
        raise RuntimeError("the screen is gone")

    found = run_virtually(Examiner(cluster(), plan(), {}, fail).examine())
    assert found.complete
