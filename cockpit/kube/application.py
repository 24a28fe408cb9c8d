"""Applications behind the API server's proxy: the path to one, and the API server's own answer in its place.

The API server connects to a pod's address itself, past Services' virtual addresses, routes and weights
(pkg/registry/core/pod/strategy.go and pkg/registry/core/service/storage/storage.go, ResourceLocation).
"""

from __future__ import annotations

from urllib.parse import quote, unquote

from cockpit.kube.answer import Answer
from cockpit.kube.errors import quoted
from cockpit.resources.decode import decode_status, is_api_status

_PATH_SAFE = "/%:@!$&'()*+,;=~"
_UNREACHED = "error trying to reach service"
_NO_ENDPOINTS = "no endpoints available"


def leads_out(path: str) -> bool:
    """Say whether a path would leave the proxy's part of the API."""
    return any(part in {".", ".."} for part in unquote(path.partition("?")[0]).split("/"))


def proxy_path(plural: str, namespace: str, name: str, path: str, port: str, scheme: str) -> str:
    """Return the proxy's path to one of `plural`, "pods" or "services".

    There is always a slash behind "proxy", for without it the API server redirects.
    """
    target = f"{scheme}:{name}:{port}" if scheme != "http" else f"{name}:{port}" if port else name
    page, mark, query = path.partition("?")
    tail = quote(page.lstrip("/"), safe=_PATH_SAFE) + mark + quote(query, safe=_PATH_SAFE + "?")
    return f"/api/v1/namespaces/{quote(namespace, safe='')}/{plural}/{quote(target, safe=':')}/proxy/{tail}"


def answers_itself(answer: Answer) -> bool:
    """Say whether the API server speaks, and not the application: it says no with a Status."""
    return answer.status >= 400 and is_api_status(answer.body)


def why_not(where: str, plural: str, answer: Answer) -> str:
    """Word the API server's own no; `where` is "pod web-1 in namespace shop"."""
    said = decode_status(answer.body)
    words = quoted(said.message) if said else ""
    quote_ = f" ({words})" if words else ""
    if answer.status == 403:
        return (
            f"You may not ask {where} through the API server{quote_}. Ask for a role that allows get on {plural}/proxy."
        )
    if answer.status == 404:
        return f"The API server knows no {where}{quote_}. Look whether the {plural.removesuffix('s')} is gone."
    if _UNREACHED in words:
        return f"The API server does not reach {where}{quote_}. Check the port, and what keeps the API server out."
    if _NO_ENDPOINTS in words:
        return (
            f"The API server finds no ready pod for {where}{quote_}. "
            "Where the Service's ports have names, say which is meant: NAME:PORT."
        )
    return f"The API server did not pass the question on to {where} ({answer.status}){quote_}."
