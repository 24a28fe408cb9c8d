"""Runs one watch against a scripted API server, on a stepped clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cockpit.kube.access import Access, ClusterEntry, UserEntry
from cockpit.kube.credentials import Credential, Credentials, FixedCredentials
from cockpit.kube.session import Session
from cockpit.kube.silence import SILENCE_SECONDS
from cockpit.kube.sink import Contact
from cockpit.kube.watch import KindWatch
from cockpit.resources.kinds import POD, Kind
from cockpit.resources.meta import KubernetesObject
from tests.kube.fake_api import Answer, FakeApi
from tests.kube.stepped import SteppedClock, until

PODS = "/api/v1/namespaces/shop/pods"


@dataclass
class Notebook:
    """A sink that writes down what it is told."""

    there: dict[str, KubernetesObject] = field(default_factory=dict)
    reports: list[tuple[Contact, str]] = field(default_factory=list)
    signs_of_life: int = 0

    @property
    def names(self) -> list[str]:
        """Names of the objects that are there now."""
        return sorted(self.there)

    @property
    def contact(self) -> Contact | None:
        """The last report."""
        return self.reports[-1][0] if self.reports else None

    @property
    def message(self) -> str:
        """The words of the last report."""
        return self.reports[-1][1]

    def put(self, kind: Kind, namespace: str | None, objects: Sequence[KubernetesObject]) -> None:
        """Keep them."""
        self.there.update({entry.metadata.name: entry for entry in objects})

    def remove(self, kind: Kind, namespace: str | None, gone: KubernetesObject) -> None:
        """Drop it."""
        self.there.pop(gone.metadata.name, None)

    def keep_only(self, kind: Kind, namespace: str | None, names: frozenset[tuple[str, str]]) -> None:
        """Drop the others."""
        self.there = {name: entry for name, entry in self.there.items() if (entry.metadata.namespace, name) in names}

    def report(self, kind: Kind, namespace: str | None, contact: Contact, message: str) -> None:
        """Write it down."""
        self.reports.append((contact, message))

    def heard(self, kind: Kind, namespace: str | None) -> None:
        """Count it."""
        self.signs_of_life += 1


@dataclass
class Play:
    """What a test of a watch holds in its hands."""

    api: FakeApi
    time: SteppedClock
    notebook: Notebook
    watch: KindWatch
    session: Session

    async def pass_the_wait(self) -> float:
        """Wait until the watch waits before it asks again, let that wait pass, and return its seconds."""
        await until(lambda: any(wait < SILENCE_SECONDS for wait in self.time.waits()))
        seconds = self.time.waits()[0]
        await self.time.advance(seconds)
        return seconds

    def watched_from(self) -> list[str]:
        """Return the resourceVersion of each watch that was opened."""
        return [asked.query["resourceVersion"] for asked in self.api.asked_for(PODS, watch=True)]


def access_to(server: str, **user: object) -> Access:
    """Return the access to a server, for a user with these fields."""
    return Access(
        context="test",
        namespace="shop",
        cluster_name="test-cluster",
        user_name="tester",
        cluster=ClusterEntry(server=server),
        user=UserEntry(**user),  # type: ignore[arg-type]  # the test names fields of the right types
        cluster_folder=Path(),
        user_file=Path("config"),
    )


@asynccontextmanager
async def playing(api: FakeApi, credentials: Credentials | None = None) -> AsyncIterator[Play]:
    """Start the server, and a watch of the pods of namespace shop."""
    time, notebook = SteppedClock(), Notebook()
    async with api:
        session = Session(access_to(api.url), credentials or FixedCredentials(Credential("Bearer t")), time.clock())
        watch = KindWatch(session, POD, "shop", notebook)
        running = asyncio.create_task(watch.run())
        try:
            yield Play(api, time, notebook, watch, session)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await session.close()


def api_with(lists: list[Answer], watches: list[Answer]) -> FakeApi:
    """Return a server with these answers for the pods of namespace shop."""
    api = FakeApi()
    api.on_list(PODS, *lists)
    api.on_watch(PODS, *watches)
    return api


def is_live(play: Play) -> bool:
    """Say whether the watch has reported that it follows its kind."""
    return play.notebook.contact is Contact.LIVE
