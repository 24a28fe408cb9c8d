"""Makes, examines and runs plans on one feed: wires the parts of this room together."""

from __future__ import annotations

from collections.abc import Callable

from cockpit.actions.examination import Consent, Examination
from cockpit.actions.plan import Plan
from cockpit.actions.record import ActRecord
from cockpit.actions.request import Request
from cockpit.errors import CockpitError
from cockpit.kube.session import Session
from cockpit.live.feed import Feed
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView
from cockpit.runner.progress import Progress
from cockpit.runner.settings import RunnerSettings


class LiveRunner:
    """Implements `cockpit.runner.runner.Runner` on a Kubernetes API."""

    def __init__(self, feed: Feed, session: Session, settings: RunnerSettings) -> None:
        self._feed = feed
        self._session = session
        self._settings = settings

    @property
    def read_only(self) -> str:
        """Why nothing may be written, in a sentence; "" where writes are allowed."""
        return self._settings.why_read_only(self._session.access.context)

    def unavailable(self, subject: Subject) -> dict[str, str]:
        """Return the acts that cannot be done to a release now, each with the reason in a sentence."""
        return {}

    def on_news(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when something else may be said; returns how to end it."""
        return lambda: None

    async def plan(self, subject: Subject, request: Request) -> Plan:
        """Return the plan for a request.

        Raises:
            CockpitError: the request cannot mean anything here, or what it needs cannot be read.
        """
        raise CockpitError("This cockpit cannot make plans yet.")

    async def examine(self, plan: Plan, listener: Callable[[Examination], None]) -> Examination:
        """Try every change without effect; tell each finding as it comes."""
        return Examination()

    async def run(
        self, plan: Plan, examination: Examination, consent: Consent, listener: Callable[[Progress], None]
    ) -> Progress:
        """Run a plan and watch until its result holds.

        Raises:
            CockpitError: the consent does not suffice, writes are off, or the journal cannot be written.
        """
        raise CockpitError("This cockpit cannot run plans yet.")

    def stop(self) -> None:
        """Ask the plan that runs to send nothing more."""

    def acts(self, release: ReleaseView | None = None) -> tuple[ActRecord, ...]:
        """Return what the journal remembers of this cluster, or of one release, the latest first."""
        return ()

    def half_done(self, release: ReleaseView) -> ActRecord | None:
        """Return the latest act on a release that ended half-way and was neither finished nor taken back."""
        return None

    async def close(self) -> None:
        """End what runs, while the session still stands."""
