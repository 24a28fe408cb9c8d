"""Says which of the wanted namespaces do not exist: a list of one that does not is merely empty."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.errors import CockpitError
from cockpit.kube.errors import MissingError, quoted
from cockpit.kube.session import Session

_AGAIN_SECONDS = 30.0


class MissingNamespaces:
    """Looks for namespaces until each is found; one that may not be looked for counts as found."""

    def __init__(self, session: Session, wanted: tuple[str, ...], changed: Callable[[], None]) -> None:
        self._session = session
        self._unknown = list(wanted)
        self._missing: tuple[str, ...] = ()
        self._changed = changed

    def warnings(self) -> tuple[str, ...]:
        """Return a sentence for each namespace that does not exist."""
        return tuple(
            f"There is no namespace {quoted(name)} in this cluster. Check the name; it is watched for."
            for name in self._missing
        )

    async def run(self) -> None:
        """Look until nothing is missing."""
        while self._unknown:
            missing = [name for name in self._unknown if await self._is_missing(name)]
            if tuple(missing) != self._missing:
                self._missing = tuple(missing)
                self._changed()
            self._unknown = missing
            await self._session.clock.sleep(_AGAIN_SECONDS)

    async def _is_missing(self, name: str) -> bool:
        try:
            await self._session.get(f"/api/v1/namespaces/{name}", f"read namespace {name}")
        except MissingError:
            return True
        except CockpitError:
            # Not allowed, or no answer: the watches say so.
            return False
        return False
