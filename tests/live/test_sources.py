"""From what watches report to the state of a kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cockpit.kube.sink import Contact
from cockpit.live.picture import SourceState
from cockpit.live.sources import Sources

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def after(*contacts: Contact, reachable: bool = True) -> SourceState:
    sources = Sources(("pods",), ("shop",), lambda: NOON)
    for contact in contacts:
        sources.report("pods", "shop", contact, "why")
    sources.set_reachable(reachable)
    return sources.state("pods", "shop")


@pytest.mark.parametrize(
    ("contacts", "state"),
    [
        ((), SourceState.CONNECTING),
        ((Contact.LISTING,), SourceState.CONNECTING),
        ((Contact.LIVE,), SourceState.LIVE),
        ((Contact.LIVE, Contact.LOST), SourceState.STALE),
        ((Contact.LIVE, Contact.FAILED), SourceState.STALE),
        ((Contact.LIVE, Contact.LOST, Contact.LISTING), SourceState.STALE),
        ((Contact.LIVE, Contact.LOST, Contact.LIVE), SourceState.LIVE),
        ((Contact.LOST,), SourceState.CONNECTING),
        ((Contact.LOST,) * 3, SourceState.FAILED),
        ((Contact.FAILED,), SourceState.FAILED),
        ((Contact.FAILED, Contact.LIVE), SourceState.LIVE),
        ((Contact.LIVE, Contact.FORBIDDEN), SourceState.FORBIDDEN),
        ((Contact.LIVE, Contact.FORBIDDEN, Contact.LOST), SourceState.CONNECTING),
        ((Contact.ABSENT,), SourceState.ABSENT),
    ],
)
def test_a_state_follows_from_what_was_reported(contacts: tuple[Contact, ...], state: SourceState) -> None:
    assert after(*contacts) is state


def test_nothing_is_live_while_the_server_is_silent() -> None:
    assert after(Contact.LIVE, reachable=False) is SourceState.STALE
    assert after(*(Contact.LOST,) * 5, reachable=False) is SourceState.CONNECTING


def two_namespaces() -> Sources:
    sources = Sources(("pods", "services"), ("shop", "pay"), lambda: NOON)
    sources.report("pods", "shop", Contact.LIVE, "")
    sources.report("pods", "pay", Contact.FORBIDDEN, "not in pay")
    sources.report("services", "shop", Contact.LIVE, "")
    sources.report("services", "pay", Contact.LIVE, "")
    return sources


def test_a_kind_shows_the_gravest_of_its_namespaces() -> None:
    pods, services = two_namespaces().views()
    assert (pods.state, pods.message, pods.observed_at) == (SourceState.FORBIDDEN, "not in pay", None)
    assert services.state is SourceState.LIVE


def test_a_stale_kind_shows_its_own_age_and_not_that_of_a_fresh_namespace() -> None:
    times = iter(NOON + timedelta(minutes=minute) for minute in range(9))
    sources = Sources(("pods",), ("shop", "pay"), lambda: next(times))
    sources.report("pods", "pay", Contact.LIVE, "")
    sources.report("pods", "shop", Contact.LIVE, "")
    (both_live,) = sources.views()
    assert both_live.observed_at == NOON
    sources.report("pods", "pay", Contact.LOST, "gone")
    sources.heard("pods", "shop")
    (view,) = sources.views()
    assert (view.state, view.observed_at, view.message) == (SourceState.STALE, NOON, "gone")


def test_what_cannot_be_read_is_told_by_namespace() -> None:
    sources = two_namespaces()
    assert sources.unreadable("shop") == frozenset()
    assert sources.unreadable("pay") == {"pods"}
    sources.report("services", "pay", Contact.LOST, "")
    assert sources.stale("pay") == {"services"}
    assert sources.stale("shop") == frozenset()


def test_a_picture_is_complete_when_every_kind_is_listed_or_cannot_be() -> None:
    sources = Sources(("pods", "services"), (None,), lambda: NOON)
    sources.report("pods", None, Contact.LIVE, "")
    assert not sources.complete()
    sources.report("services", None, Contact.ABSENT, "")
    assert sources.complete()
