"""What an API server's no to a write means, as an error that says whether anything was done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from cockpit.kube.answer import Answer
from cockpit.kube.errors import (
    ApiError,
    BusyError,
    DeniedError,
    DryRunRefusedError,
    ExistsError,
    ForbiddenError,
    InvalidError,
    LostPreconditionError,
    MissingError,
    OutcomeUnknownError,
    api_error,
    lacks_right,
    quoted,
    seconds_to_wait,
)
from cockpit.resources.decode import Status, StatusCause, decode_status
from cockpit.resources.kinds import Kind

_NO_DRY_RUN = "does not support dry run"
_DENIED = re.compile(r'admission webhook "[^"]*" denied the request')
"""How a webhook's no begins, of any status: apiserver/pkg/admission/plugin/webhook/errors/statuserror.go."""

_CAUSES_QUOTED = 4
_CAUSE_LENGTH = 160


class Verb(StrEnum):
    """What is done, by the name of the right that it needs."""

    PATCH = "patch"
    CREATE = "create"
    DELETE = "delete"


class Write(msgspec.Struct, frozen=True):
    """One write, for words."""

    verb: Verb
    kind: Kind
    namespace: str
    name: str
    dry_run: bool = False

    @property
    def words(self) -> str:
        """What is done, as "patch Deployment/web in namespace shop"."""
        return f"{self.verb} {self.object}"

    @property
    def object(self) -> str:
        """What it is done to, as "Deployment/web in namespace shop"."""
        return f"{self.kind.name}/{quoted(self.name)} in namespace {quoted(self.namespace)}"

    @property
    def right(self) -> str:
        """The right that it needs, as "patch on deployments.apps in namespace shop"."""
        group = f".{self.kind.group}" if self.kind.group else ""
        return f"{self.verb} on {self.kind.plural}{group} in namespace {quoted(self.namespace)}"


def outcome_unknown(write: Write, why: str) -> OutcomeUnknownError:
    """Return the error for a write that may have been done. `why` is a sentence."""
    return OutcomeUnknownError(
        f"It is not known whether the API server did this: {write.words}. {why} "
        "Look at the object before you do anything again."
    )


def refusal(write: Write, answer: Answer) -> ApiError | OutcomeUnknownError:
    """Return the error for an answer that is not 2xx.

    A server that fails (5xx, and 408 of a proxy) may have done the write all the same; a dry run changes nothing.
    """
    status, said = answer.status, decode_status(answer.body)
    quote = f" ({quoted(said.message)})" if said and said.message else ""
    if (status >= 500 or status == 408) and not write.dry_run:
        return outcome_unknown(write, f"It answered {status}{quote}.")
    if status == 429 or status >= 500 or status == 408:
        wait = seconds_to_wait(answer.headers, datetime.now(UTC))
        return BusyError(f"The API server cannot {write.words} now ({status}){quote}. Try again.", status, wait)
    if status == 403 or (said and _DENIED.match(said.message)):
        return _forbidden(write, status, said, quote)
    if status == 404:
        return MissingError(f"Not found, when the cockpit wanted to {write.words}{quote}.", status)
    if status == 409:
        return _conflict(write, said, quote)
    if status in {400, 422}:
        return _invalid(write, status, said, quote)
    if status == 413:
        return ApiError(f"Too large for the API server, when the cockpit wanted to {write.words}{quote}.", status)
    if status == 415:
        return ApiError(f"The API server does not take this kind of request: {write.words}{quote}.", status)
    return api_error(write.words, status, answer.headers, answer.body)


def _forbidden(write: Write, status: int, said: Status | None, quote: str) -> ForbiddenError:
    if status == 403 and lacks_right(said):
        return ForbiddenError(f"You may not {write.words}{quote}. Ask for a role that allows {write.right}.", status)
    return DeniedError(
        f"A quota or a policy of the cluster does not allow to {write.words}{quote}. Ask whoever sets it.", status
    )


def _conflict(write: Write, said: Status | None, quote: str) -> ApiError:
    if said and said.reason == "AlreadyExists":
        return ExistsError(
            f"{write.object} exists already{quote}. Choose another name, or look whose it is.",
            409,
        )
    return _lost(write, 409, quote)


def _lost(write: Write, status: int, quote: str) -> LostPreconditionError:
    return LostPreconditionError(
        f"{write.object} changed since the plan was made, so the API server did not {write.verb} it{quote}. "
        "Nothing was done: look again, and plan again.",
        status,
    )


def _invalid(write: Write, status: int, said: Status | None, quote: str) -> ApiError:
    if status == 400 and said and _NO_DRY_RUN in said.message:
        return DryRunRefusedError(
            f"Whether the API server would {write.words} cannot be checked: a webhook takes no dry runs{quote}.", status
        )
    causes = said.details.causes if said and said.details else None
    if causes:
        return InvalidError(f"The API server refused to {write.words}: {_listed(causes)}.", status)
    # A failed test, and a path that is gone, are told by the very absence of causes; a create has neither.
    if status == 422 and write.verb is not Verb.CREATE:
        return _lost(write, status, "")
    return InvalidError(f"The API server refused to {write.words} as not valid ({status}){quote}.", status)


def _listed(causes: Sequence[StatusCause]) -> str:
    words = [quoted(f"{cause.field}: {cause.message}".removeprefix(": "), _CAUSE_LENGTH) for cause in causes]
    more = len(words) - _CAUSES_QUOTED
    return "; ".join(words[:_CAUSES_QUOTED]) + (f"; and {more} more" if more > 0 else "")
