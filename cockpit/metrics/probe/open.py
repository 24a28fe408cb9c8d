"""Opens what a probe asks with. What it needs is imported here, and only when somebody probes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cockpit.errors import UsageError
from cockpit.metrics.probe.order import ProbeOrder
from cockpit.metrics.probe.run import Asker
from cockpit.metrics.probe.target import UrlTarget

if TYPE_CHECKING:
    from cockpit.kube.session import Session


async def open_asker(order: ProbeOrder, session: Session | None, namespace: str) -> Asker:
    """Return what asks the target of `order`. `session` and `namespace` serve targets behind an API server.

    Raises:
        UsageError: the file of trusted authorities cannot be used, or there is no session for such a target.
        UnreachableError: the credentials of the session cannot be had.
    """
    if isinstance(order.target, UrlTarget):
        from cockpit.metrics.probe.by_url import UrlAsker

        return await UrlAsker.opened(order.target, order)
    if session is None:
        raise UsageError(f"{order.target.label} is asked through an API server, and none is connected.")
    from cockpit.metrics.probe.by_proxy import ProxyAsker

    await session.get_ready()
    return ProxyAsker(session, namespace, order.target, order)
