"""Asks a Service or a pod through the API server's proxy: GET only, past kube-proxy, weights and routes."""

from __future__ import annotations

from cockpit.kube.application import answers_itself, proxy_path, why_not
from cockpit.kube.session import Session
from cockpit.metrics.probe.identify import identified
from cockpit.metrics.probe.order import BODY_BYTES, ProbeOrder
from cockpit.metrics.probe.tally import Reply
from cockpit.metrics.probe.target import ProxyTarget

# Compressed bodies are unpacked by the transport, so none are asked for.
_PLAIN = (("Accept-Encoding", "identity"),)


class ProxyAsker:
    """Implements `cockpit.metrics.probe.run.Asker` on the session of a cluster, which it leaves open."""

    def __init__(self, session: Session, namespace: str, target: ProxyTarget, order: ProbeOrder) -> None:
        self._session = session
        self._identify = order.identify
        self._headers = (*_PLAIN, *order.headers)
        self._plural = f"{target.kind}s"
        self._where = f"{target.kind} {target.name} in namespace {namespace}"
        self._path = proxy_path(self._plural, namespace, target.name, target.path, target.port, target.scheme)

    async def ask(self) -> Reply:
        """Send one GET.

        Raises:
            UnreachableError: the API server gives no answer; the sentence says why.
        """
        answer = await self._session.look(self._path, self._headers, BODY_BYTES)
        if answers_itself(answer):
            return Reply(None, problem=why_not(self._where, self._plural, answer))
        return Reply(answer.status, identified(self._identify, answer.headers, answer.body))

    async def close(self) -> None:
        """Leave the session to whoever opened it."""
