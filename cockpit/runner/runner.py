"""What screen and commands ask of the runner; they know no more than this."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from cockpit.actions.examination import Consent, Examination
from cockpit.actions.plan import Plan
from cockpit.actions.record import ActRecord
from cockpit.actions.request import Request
from cockpit.live.feed import Feed
from cockpit.metrics.probe.order import ProbeOrder
from cockpit.metrics.probe.run import Asker
from cockpit.release.subject import Subject
from cockpit.release.view import ReleaseView
from cockpit.runner.progress import Progress


class Runner(Protocol):
    """Makes, examines and runs plans on one feed. All methods belong to the feed's event loop."""

    @property
    def read_only(self) -> str:
        """Why nothing may be written, in a sentence; "" where writes are allowed."""

    @property
    def production(self) -> bool:
        """Whether the context is marked as production."""

    @property
    def journal_notes(self) -> tuple[str, ...]:
        """What of the journal cannot be read, a sentence each."""

    def unavailable(self, subject: Subject) -> dict[str, str]:
        """Return the acts (by value) that cannot be done to a release now, each with the reason in a sentence.

        Reads what is known without waiting; rights that were not asked for yet are asked for behind it, and
        `on_news` listeners are called when the answer is there.
        """

    def on_news(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` when `unavailable`, `half_done` or `acts` may say something else; returns how to end it."""

    async def plan(self, subject: Subject, request: Request) -> Plan:
        """Return the plan for a request, its guards judged by the picture.

        Raises:
            CockpitError: the request cannot mean anything here, or what it needs cannot be read.
        """

    async def examine(self, plan: Plan, listener: Callable[[Examination], None]) -> Examination:
        """Try every change without effect, ask for rights, make the health checks; tell each finding as it comes.

        Refusals are findings, not errors.
        """

    async def run(
        self, plan: Plan, examination: Examination, consent: Consent, listener: Callable[[Progress], None]
    ) -> Progress:
        """Run a plan and watch until its result holds; the last progress is returned too.

        Raises:
            ChangedError: what is seen now stands against the plan, as it did not when it was made; nothing was sent.
            CockpitError: the consent does not suffice, writes are off, or the journal cannot be written; nothing
                was sent.
        """

    def stop(self) -> None:
        """Ask the plan that runs to send nothing more."""

    def acts(self, release: ReleaseView | None = None) -> tuple[ActRecord, ...]:
        """Return what the journal remembers of this cluster, or of one release, the latest first."""

    def half_done(self, release: ReleaseView) -> ActRecord | None:
        """Return the latest act on a release that ended half-way and was neither finished nor taken back."""


class Connection(Protocol):
    """A feed with the runner that acts on what it shows."""

    @property
    def feed(self) -> Feed:
        """The feed."""

    @property
    def runner(self) -> Runner:
        """The runner."""

    async def asker(self, order: ProbeOrder, namespace: str) -> Asker:
        """Return what asks the target of a probe; one behind the API server is looked for in `namespace`.

        Raises:
            CockpitError: what the order names cannot be used, or there are no credentials to be had.
        """


class Connections(Protocol):
    """Opens connections: one for each context and choice of namespaces that the user picks."""

    def contexts(self) -> tuple[str, ...]:
        """Return the names of the contexts in the kubeconfig."""

    def open(self, context: str | None, namespaces: tuple[str, ...] | None) -> Connection:
        """Return a connection whose feed has not started.

        `context` None is the kubeconfig's current one; `namespaces` None is the context's own, () all of them.

        Raises:
            CockpitError: there is no such context, or no kubeconfig.
        """
