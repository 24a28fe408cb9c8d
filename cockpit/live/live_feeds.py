"""Opens feeds on the contexts of a kubeconfig."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from cockpit.errors import UsageError
from cockpit.kube.access import Access, in_cluster
from cockpit.kube.clock import Clock
from cockpit.kube.errors import KubeconfigError, quoted
from cockpit.kube.kubeconfig_files import KubeconfigFiles
from cockpit.kube.login import LazyCredentials
from cockpit.live.live_feed import LiveFeed, Wanted
from cockpit.live.metrics_watch import NO_METERING, Metering
from cockpit.live.projector import Rules
from cockpit.release.inference import VERSION_KEYS, infer
from cockpit.release.project import project

_NO_KUBECONFIG = (
    "There is no kubeconfig. Point --kubeconfig or KUBECONFIG to one, "
    "or try the cockpit without a cluster: cockpit demo."
)


# RFC 1123 label, https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


class LiveFeeds:
    """Opens a feed for each context that is picked. The kubeconfig is looked at whenever something is asked of it."""

    def __init__(
        self,
        kubeconfig: str | None = None,
        version_keys: frozenset[str] = frozenset(),
        *,
        environ: Mapping[str, str] = os.environ,
        clock: Clock | None = None,
        rules: Rules | None = None,
        metering: Metering = NO_METERING,
    ) -> None:
        """Take the path of `--kubeconfig`, and the version keys that settings add to the built-in ones.

        `metering` says how the metrics of a cluster are read; without it they are not.
        """
        self._files = KubeconfigFiles(kubeconfig, environ)
        self._environ = environ
        self._clock = clock or Clock()
        self._rules = rules or Rules(infer, project, VERSION_KEYS | version_keys)
        self._metering = metering
        self._logins: dict[str, LazyCredentials] = {}

    def contexts(self) -> tuple[str, ...]:
        """Return the names of the contexts in the kubeconfig.

        Raises:
            KubeconfigError: there is none, or it cannot be read.
        """
        config = self._files.current()
        if config is None:
            return (self._access(None).context,)
        return tuple(config.contexts)

    def server(self, context: str | None) -> str:
        """Return the address of a context's API server, without path and user, as the journal names it.

        Raises:
            CockpitError: there is no such context, or no kubeconfig.
        """
        return self._access(context).address

    async def prepare(self, context: str | None = None) -> None:
        """Let a credential plugin ask its questions on the terminal. Await it before the screen takes the terminal.

        Raises:
            CockpitError: there is no such context, or the plugin failed.
        """
        await self._credentials(self._access(context)).prepare()

    def open(self, context: str | None, namespaces: tuple[str, ...] | None, *, follow: bool = True) -> LiveFeed:
        """Return a feed that has not started; without `follow` it lists once, and opens no watch.

        Raises:
            CockpitError: there is no such context, or no kubeconfig.
        """
        access = self._access(context)
        chosen = (access.namespace,) if namespaces is None else tuple(dict.fromkeys(namespaces))
        for name in chosen:
            _check_namespace(name)
        wanted = Wanted(access, chosen, follow)
        return LiveFeed(wanted, self._credentials(access), self._rules, self._clock, self._metering)

    def _access(self, context: str | None) -> Access:
        config = self._files.current()
        if config is not None:
            return config.access(context)
        access = in_cluster(self._environ)
        if access is None or context not in {None, access.context}:
            raise KubeconfigError(_NO_KUBECONFIG)
        return access

    def _credentials(self, access: Access) -> LazyCredentials:
        """Return the context's credentials, shared by its feeds: nobody wants to log in twice.

        What the kubeconfig itself holds costs nothing to look up, so that is not kept.
        """
        held = self._logins.get(access.context)
        if held is None or held.access != access or not held.is_worth_keeping:
            held = LazyCredentials(access, self._clock, self._environ, lambda: self._access(access.context))
            self._logins[access.context] = held
        return held


def _check_namespace(name: str) -> None:
    if not _NAMESPACE.fullmatch(name):
        raise UsageError(
            f'"{quoted(name, 80)}" cannot be the name of a namespace. Names are of lower-case letters, digits and "-".'
        )
