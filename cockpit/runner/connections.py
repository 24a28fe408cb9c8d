"""Opens connections: a feed on a context, and the runner that acts on what it shows."""

from __future__ import annotations

from dataclasses import dataclass

from cockpit.live.live_feed import LiveFeed
from cockpit.live.live_feeds import LiveFeeds
from cockpit.metrics.probe.open import open_asker
from cockpit.metrics.probe.order import ProbeOrder
from cockpit.metrics.probe.run import Asker
from cockpit.runner.live_runner import LiveRunner
from cockpit.runner.settings import RunnerSettings


@dataclass(frozen=True, slots=True)
class LiveConnection:
    """Implements `cockpit.runner.runner.Connection`. The runner ends with its feed."""

    feed: LiveFeed
    runner: LiveRunner

    async def asker(self, order: ProbeOrder, namespace: str) -> Asker:
        """Return what asks the target of a probe.

        Raises:
            CockpitError: what the order names cannot be used, or there are no credentials to be had.
        """
        return await open_asker(order, self.feed.session, namespace)


class LiveConnections:
    """Implements `cockpit.runner.runner.Connections` on the contexts of a kubeconfig."""

    def __init__(self, feeds: LiveFeeds, settings: RunnerSettings) -> None:
        self._feeds = feeds
        self._settings = settings

    def contexts(self) -> tuple[str, ...]:
        """Return the names of the contexts in the kubeconfig.

        Raises:
            KubeconfigError: there is none, or it cannot be read.
        """
        return self._feeds.contexts()

    def open(self, context: str | None, namespaces: tuple[str, ...] | None, *, follow: bool = True) -> LiveConnection:
        """Return a connection whose feed has not started; without `follow` it lists once, and opens no watch.

        Raises:
            CockpitError: there is no such context, or no kubeconfig.
        """
        feed = self._feeds.open(context, namespaces, follow=follow)
        runner = LiveRunner(feed, feed.session, self._settings)
        feed.before_stop(runner.close)
        return LiveConnection(feed, runner)
