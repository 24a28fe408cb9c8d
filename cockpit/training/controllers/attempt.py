"""Work that may fail without taking the cluster along: one broken object must not stop the others."""

from __future__ import annotations

import logging
from collections.abc import Callable

from cockpit.fault import fault_name
from cockpit.training.api.failures import ApiError

_LOG = logging.getLogger(__name__)
REFUSED = 1.0  # seconds until another try after a write was refused
_FIRST_FAULT, _LONGEST_FAULT = 1.0, 60.0  # seconds, doubled with each fault in a row


def attempt(work: Callable[[], object], what: str, faults: int = 0) -> tuple[float, int]:
    """Do some work; return the seconds until it should be tried again (0.0 where it is done) and the faults in a row.

    A refusal (ApiError), e.g. because the namespace is being deleted, is everyday life. Anything else is a fault: the
    log names it, and `what` was worked on.
    """
    try:
        work()
    except ApiError:
        return REFUSED, faults
    except Exception as error:  # noqa: BLE001  # the edge of a controller: the log shows it, and the others go on
        delay = min(_FIRST_FAULT * 2.0 ** min(faults, 10), _LONGEST_FAULT)
        _LOG.error("%s was skipped, and is tried again in %.0f s: %s", what, delay, fault_name(error))
        return delay, faults + 1
    return 0.0, 0
