"""Says which of the wanted namespaces do not exist: a list of one that does not is merely empty."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.errors import CockpitError
from cockpit.kube.backoff import Backoff
from cockpit.kube.errors import ForbiddenError, MissingError, quoted
from cockpit.kube.session import Session

_AGAIN_SECONDS = 30.0
_PATIENT_TRIES = 4


class MissingNamespaces:
    """Looks for namespaces until each is found; one that may not be looked for counts as found."""

    def __init__(self, session: Session, wanted: tuple[str, ...], changed: Callable[[], None]) -> None:
        self._session = session
        self._backoff = Backoff(session.clock)
        self._unsettled = list(wanted)
        self._missing: tuple[str, ...] = ()
        self._changed = changed
        self.answered = not wanted
        """Whether it is known of each namespace if it exists, or was asked for in vain so often that none waits."""

    def warnings(self) -> tuple[str, ...]:
        """Return a sentence for each namespace that does not exist."""
        return tuple(
            f"There is no namespace {quoted(name)} in this cluster. Check the name; it is watched for."
            for name in self._missing
        )

    def give_up(self) -> None:
        """Let nothing wait for an answer any more."""
        self.answered = True
        self._changed()

    async def run(self) -> None:
        """Look until each is found."""
        while self._unsettled:
            found = {name: await self._exists(name) for name in self._unsettled}
            self._unsettled = [name for name in self._unsettled if not found[name]]
            # What could not be asked now stays as it was known.
            missing = tuple(
                name for name, known in found.items() if known is False or (known is None and name in self._missing)
            )
            answered = None not in found.values() or self._backoff.failures >= _PATIENT_TRIES
            if missing != self._missing or (answered and not self.answered):
                self._missing, self.answered = missing, self.answered or answered
                self._changed()
            if None in found.values():
                await self._session.clock.sleep(self._backoff.next_seconds())
            elif self._unsettled:
                self._backoff.succeeded()
                await self._session.clock.sleep(_AGAIN_SECONDS)

    async def _exists(self, name: str) -> bool | None:
        """Return whether there is such a namespace, or None where nobody can tell now."""
        try:
            await self._session.get(f"/api/v1/namespaces/{name}", f"read namespace {name}")
        except MissingError:
            return False
        except ForbiddenError:
            return True
        except CockpitError:
            return None
        return True
