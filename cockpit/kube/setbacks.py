"""What a failure means for a watch."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.errors import UnreachableError
from cockpit.kube.errors import ApiError, BusyError, ExpiredError, ForbiddenError, MissingError, RefusedTokenError
from cockpit.kube.sink import Contact

_SLOW_SECONDS = 60.0
_PATIENT_TRIES = 3


@dataclass(frozen=True, slots=True)
class Setback:
    """How a watch goes on. `contact` is None where nothing needs to be said."""

    contact: Contact | None
    list_again: bool
    at_least_seconds: float = 0.0
    retry_after: float | None = None


def setback(error: Exception, failures: int = 0) -> Setback:
    """Return what `error` means, after so many failures in a row.

    A right or a kind may come later, so even these are asked for again, but slowly. A server that keeps failing may
    have lost its past (it answers 504 to a resourceVersion from the future), so the list is then read anew.
    """
    if isinstance(error, ExpiredError):
        return Setback(None, list_again=True)
    if isinstance(error, ForbiddenError):
        return Setback(Contact.FORBIDDEN, list_again=True, at_least_seconds=_SLOW_SECONDS)
    if isinstance(error, MissingError):
        return Setback(Contact.ABSENT, list_again=True, at_least_seconds=_SLOW_SECONDS)
    if isinstance(error, BusyError):
        list_again = failures >= _PATIENT_TRIES and error.status != 429
        return Setback(Contact.LOST, list_again, retry_after=error.retry_after)
    if isinstance(error, RefusedTokenError):
        return Setback(Contact.LOST, list_again=False, at_least_seconds=5.0)
    if isinstance(error, UnreachableError):
        return Setback(Contact.LOST, list_again=False)
    # Malformed JSON, or an answer outside of the API's promises.
    slow = 5.0 if isinstance(error, ApiError) else 0.0
    return Setback(Contact.FAILED, list_again=True, at_least_seconds=slow)
