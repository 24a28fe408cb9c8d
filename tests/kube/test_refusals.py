"""What an API server's no to a write means: real answers where there are some."""

from __future__ import annotations

import pytest

from cockpit.errors import ChangedError
from cockpit.kube.answer import Answer
from cockpit.kube.errors import (
    ApiError,
    DeniedError,
    DryRunRefusedError,
    ExistsError,
    ForbiddenError,
    InvalidError,
    LostPreconditionError,
    MissingError,
    OutcomeUnknownError,
)
from cockpit.kube.refusals import Verb, Write, refusal
from cockpit.resources.kinds import DEPLOYMENT, SERVICE
from tests.kube.writing import ANSWERS, answer_of, status_body

PATCH_WEB = Write(Verb.PATCH, DEPLOYMENT, "shop", "web")
CREATE_SERVICE = Write(Verb.CREATE, SERVICE, "shop", "web-canary")


def said(write: Write, name: str) -> ApiError | OutcomeUnknownError:
    """Return what a real answer means for a write."""
    return refusal(write, answer_of(name))


def test_a_failed_test_of_a_patch_is_a_lost_precondition_with_exit_code_4() -> None:
    error = said(PATCH_WEB, "failed test")
    assert isinstance(error, LostPreconditionError)
    assert isinstance(error, ChangedError)
    assert error.exit_code == 4
    assert str(error) == (
        "Deployment/web in namespace shop changed since the plan was made, so the API server did not patch it. "
        "Nothing was done: look again, and plan again."
    )


def test_a_stale_version_is_a_lost_precondition() -> None:
    error = said(PATCH_WEB, "stale version")
    assert isinstance(error, LostPreconditionError)
    assert error.status == 409


def test_a_create_has_no_precondition_to_lose() -> None:
    assert type(said(CREATE_SERVICE, "failed test")) is InvalidError


def test_a_name_that_is_taken_is_told_from_a_conflict() -> None:
    error = said(CREATE_SERVICE, "exists")
    assert isinstance(error, ExistsError)
    assert 'Service/web-canary in namespace shop exists already (deployments.apps "web" already exists)' in str(error)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("node port taken", "spec.ports[0].nodePort: Invalid value: 32429: provided port is already allocated"),
        ("immutable selector", 'spec.selector: Invalid value: {"matchLabels":{"app":"z"}}: field is immutable'),
        ("bad label", 'spec.selector: Invalid value: "not a label!"'),
        ("unknown field", 'unknown field "spec.replicsa"'),
    ],
)
def test_what_is_not_valid_is_told_by_field(name: str, field: str) -> None:
    error = said(PATCH_WEB, name)
    assert type(error) is InvalidError
    assert field in str(error)


def test_many_long_and_hostile_causes_are_cut_and_made_inert() -> None:
    causes = [{"field": f"spec.a{i}", "message": "\x1b[2J" + "x" * 5000, "reason": "Bad"} for i in range(50)]
    error = refusal(PATCH_WEB, status_body(422, "m", details={"causes": causes}))
    assert "\x1b" not in str(error)
    assert len(str(error)) < 900
    assert str(error).endswith("; and 46 more.")


def test_a_missing_right_is_told_by_verb_and_resource() -> None:
    error = said(PATCH_WEB, "viewer may not patch")
    assert type(error) is ForbiddenError
    assert str(error).startswith("You may not patch Deployment/web in namespace shop (")
    assert str(error).endswith("Ask for a role that allows patch on deployments.apps in namespace shop.")


@pytest.mark.parametrize(
    "message",
    [
        'pods "web" is forbidden: exceeded quota: small, requested: pods=1, used: pods=4, limited: pods=4',
        'admission webhook "policy.example" denied the request: no images from there',
        'services "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
    ],
)
def test_a_quota_or_a_policy_that_says_no_is_not_called_a_missing_right(message: str) -> None:
    error = refusal(PATCH_WEB, status_body(403, message))
    assert isinstance(error, DeniedError)
    assert "role" not in str(error)
    assert message[:40] in str(error)


@pytest.mark.parametrize("code", [400, 409, 422])
def test_a_webhook_that_says_no_with_another_status_is_not_taken_for_a_changed_object(code: int) -> None:
    error = refusal(PATCH_WEB, status_body(code, 'admission webhook "policy.example" denied the request: no'))
    assert isinstance(error, DeniedError)
    assert error.status == code


def test_a_bare_403_of_a_proxy_is_a_missing_right() -> None:
    assert type(refusal(PATCH_WEB, Answer(403, {}, b"<html>no"))) is ForbiddenError


def test_a_webhook_that_takes_no_dry_runs_is_told_apart_from_a_bad_request() -> None:
    message = 'admission webhook "policy.example" does not support dry run'
    assert isinstance(refusal(PATCH_WEB, status_body(400, message)), DryRunRefusedError)
    assert type(refusal(PATCH_WEB, status_body(400, "cannot be handled"))) is InvalidError


def test_an_object_that_is_gone_is_missing() -> None:
    assert isinstance(said(PATCH_WEB, "not found"), MissingError)


@pytest.mark.parametrize(("code", "words"), [(413, "Too large"), (415, "does not take this kind"), (418, "418")])
def test_every_other_no_is_worded(code: int, words: str) -> None:
    error = refusal(PATCH_WEB, status_body(code, "m"))
    assert isinstance(error, ApiError)
    assert error.status == code
    assert words in str(error)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'{"status": 5}', b"\xff", b"[" * 100_000])
@pytest.mark.parametrize("code", [300, 400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 599])
def test_a_body_that_says_nothing_never_hides_the_refusal(code: int, body: bytes) -> None:
    assert "Deployment/web in namespace shop" in str(refusal(PATCH_WEB, Answer(code, {}, body)))


@pytest.mark.parametrize("details", ["text", [], {"causes": "text"}, {"causes": [5]}, {"causes": None}, None])
def test_details_of_another_shape_do_not_hide_the_message(details: object) -> None:
    assert "(too bad)" in str(refusal(CREATE_SERVICE, status_body(422, "too bad", details=details)))


def test_all_real_refusals_are_known() -> None:
    noes = [name for name, answer in ANSWERS.items() if answer["status"] >= 300]
    assert [name for name in noes if type(said(PATCH_WEB, name)) is ApiError] == ["media type"]
