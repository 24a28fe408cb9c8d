"""Asks an application in one pod, through the API server: GET only.

The API server connects to the pod's address itself, past Services, routes and weights
(pkg/registry/core/pod/strategy.go, ResourceLocation): an answer tells about that pod alone.
"""

from __future__ import annotations

import asyncio
from urllib.parse import quote, unquote

import msgspec

from cockpit.errors import UnreachableError
from cockpit.kube.errors import quoted
from cockpit.kube.session import Session
from cockpit.resources.decode import Status, decode_status, is_api_status

_SECONDS = 10.0
_PATH_SAFE = "/%:@!$&'()*+,;=~"
_UNREACHED = "error trying to reach service"


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
    if any(part in {".", ".."} for part in unquote(path.partition("?")[0]).split("/")):
        return _not_reached(f"The path {quoted(path)} leads out of the pod, so {where} was not asked. Correct it.")
    try:
        async with asyncio.timeout(seconds):
            answer = await session.look(_proxy_path(namespace, pod, path, port, scheme))
    except TimeoutError:
        return _not_reached(
            f"No answer in {seconds:g} s from {where} through the API server. "
            "The application may hang, or a network policy keeps the API server out."
        )
    except UnreachableError as error:
        return _not_reached(str(error))
    if answer.status >= 400 and is_api_status(answer.body):
        return _not_reached(_why(where, answer.status, decode_status(answer.body)))
    amiss = answer.status >= 400
    return PodAnswer(answer.status, f"The application in {where} answered {answer.status}." if amiss else "", True)


def _not_reached(message: str) -> PodAnswer:
    return PodAnswer(None, message, False)


def _why(where: str, status: int, said: Status | None) -> str:
    """Word the API server's own no."""
    words = quoted(said.message) if said else ""
    quote_ = f" ({words})" if words else ""
    if status == 403:
        return f"You may not ask {where} through the API server{quote_}. Ask for a role that allows get on pods/proxy."
    if status == 404:
        return f"The API server knows no {where}{quote_}. Look whether the pod is gone."
    if _UNREACHED in words:
        return f"The API server does not reach {where}{quote_}. Check the port, and what keeps the API server out."
    return f"The API server did not pass the question on to {where} ({status}){quote_}."


def _proxy_path(namespace: str, pod: str, path: str, port: str, scheme: str) -> str:
    """Return the proxy's path: always with a slash behind "proxy", for without it the API server redirects."""
    target = f"{scheme}:{pod}:{port}" if scheme != "http" else f"{pod}:{port}" if port else pod
    page, mark, query = path.partition("?")
    tail = quote(page.lstrip("/"), safe=_PATH_SAFE) + mark + quote(query, safe=_PATH_SAFE + "?")
    return f"/api/v1/namespaces/{quote(namespace, safe='')}/pods/{quote(target, safe=':')}/proxy/{tail}"
