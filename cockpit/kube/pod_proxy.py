"""Asks an application in one pod, through the API server: GET only. An answer tells about that pod alone."""

from __future__ import annotations

import asyncio

import msgspec

from cockpit.errors import UnreachableError
from cockpit.kube.application import answers_itself, leads_out, proxy_path, why_not
from cockpit.kube.errors import quoted
from cockpit.kube.session import Session

_SECONDS = 10.0


class PodAnswer(msgspec.Struct, frozen=True):
    """What came back. `message` is a sentence where something is amiss, else ""."""

    status: int | None
    """HTTP status of the application, None where it was not reached."""
    message: str
    reached: bool
    """Whether the application itself answered; if not, nothing is known of its health."""

    @property
    def well(self) -> bool:
        """Whether the application answered below 400; a redirect counts, and is not followed."""
        return self.status is not None and self.status < 400


async def ask_pod(
    session: Session,
    namespace: str,
    pod: str,
    path: str,
    port: str = "",
    scheme: str = "http",
    seconds: float = _SECONDS,
) -> PodAnswer:
    """GET `path`, with its query, from a pod. `port` is a number; "" is the first port that a container declares.

    Whatever goes wrong is told by the answer; nothing is raised but faults.
    """
    where = f"pod {quoted(pod)} in namespace {quoted(namespace)}"
    if leads_out(path):
        return _not_reached(f"The path {quoted(path)} leads out of the pod, so {where} was not asked. Correct it.")
    try:
        async with asyncio.timeout(seconds):
            answer = await session.look(proxy_path("pods", namespace, pod, path, port, scheme))
    except TimeoutError:
        return _not_reached(
            f"No answer in {seconds:g} s from {where} through the API server. "
            "The application may hang, or a network policy keeps the API server out."
        )
    except UnreachableError as error:
        return _not_reached(str(error))
    if answers_itself(answer):
        return _not_reached(why_not(where, "pods", answer))
    amiss = answer.status >= 400
    return PodAnswer(answer.status, f"The application in {where} answered {answer.status}." if amiss else "", True)


def _not_reached(message: str) -> PodAnswer:
    return PodAnswer(None, message, False)
