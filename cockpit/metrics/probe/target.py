"""Whom a probe asks: a URL, or a Service or a pod through the API server's proxy. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from cockpit.errors import UsageError
from cockpit.kube.application import leads_out
from cockpit.resources.inert import inert

MASK = "…"
"""Stands for what may be a secret: a user in a URL, a query, the value of a header."""

PAST_ROUTES = (
    "The API server connects to a ready pod itself, past kube-proxy, weights and routes: "
    "what it sees is no observed split of the traffic."
)
"""Source: k8s.io/kubernetes, pkg/registry/core/service/storage/storage.go, ResourceLocation."""

_LONGEST = 2000
_KINDS: dict[str, Literal["service", "pod"]] = {
    **dict.fromkeys(("service", "services", "svc"), "service"),
    **dict.fromkeys(("pod", "pods", "po"), "pod"),
}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# RFC 1123 subdomain, and a Service port by its number or name (IANA_SVC_NAME).
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?", re.ASCII)
_PORT = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class UrlTarget:
    """A URL that is asked straight from this machine. `label` is what may be shown of it."""

    url: str = field(repr=False)
    label: str


@dataclass(frozen=True, slots=True)
class ProxyTarget:
    """A Service or a pod that the API server asks; `port` "" is the one that it takes by itself.

    `path` begins with "/", and carries its query.
    """

    kind: Literal["service", "pod"]
    name: str
    port: str
    path: str = field(repr=False)
    scheme: Literal["http", "https"]
    label: str


Target = UrlTarget | ProxyTarget


def target_of(text: str) -> Target:
    """Return whom `text` means: http(s)://..., service/NAME[:PORT][/path] or pod/NAME[:PORT][/path].

    The name may be written as https:NAME:PORT, as the proxy of the API server has it.

    Raises:
        UsageError: it means nobody.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST or any(character <= " " or character == "\x7f" for character in text):
        raise UsageError("Say whom to ask: an http:// or https:// URL, service/NAME[:PORT][/path] or pod/NAME.")
    if _SCHEME.match(text):
        return _url(text)
    kind, _, rest = text.partition("/")
    if kind.lower() not in _KINDS or not rest:
        raise UsageError(
            f'"{_shown(text)}" is nobody to ask. Write an http:// or https:// URL, service/NAME[:PORT][/path] '
            "or pod/NAME[:PORT][/path]."
        )
    return _proxied(_KINDS[kind.lower()], rest)


def _url(text: str) -> UrlTarget:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f'"{_shown(text)}" is no URL that can be asked: it needs http:// or https://, and a host.')
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    user = f"{MASK}@" if "@" in parts.netloc else ""
    place = f"{host}:{port}" if port is not None else host
    query = f"?{MASK}" if parts.query else ""
    label = inert(f"{parts.scheme}://{user}{place}{parts.path or '/'}{query}")
    return UrlTarget(parts._replace(fragment="").geturl(), label)


def _proxied(kind: Literal["service", "pod"], rest: str) -> ProxyTarget:
    segment, slash, page = rest.partition("/")
    segment, mark, query = segment.partition("?") if not slash else (segment, "", "")
    scheme, name, port = _split(segment)
    path = f"/{page}{mark}{query}"
    if not _NAME.fullmatch(name) or (port and not _port_is_fine(kind, port)):
        raise UsageError(
            f'"{inert(f"{kind}/{segment}"[:80])}" is no {kind} with a port. Write {kind}/NAME[:PORT][/path]; '
            + ("the port is the number or the name of the Service's." if kind == "service" else "the port is a number.")
        )
    if leads_out(path):
        raise UsageError(f"The path leads out of {kind}/{name}. Write it without . and .. parts.")
    start = "https:" if scheme == "https" else ""
    shown = path.partition("?")[0] + f"?{MASK}" if "?" in path else path.removesuffix("/")
    label = inert(f"{kind}/{start}{name}{f':{port}' if port or start else ''}{shown}")
    return ProxyTarget(kind, name, port, path, scheme, label)


def _split(segment: str) -> tuple[Literal["http", "https"], str, str]:
    first, *rest = segment.split(":")
    if len(rest) == 2 and first in {"http", "https"}:
        return ("https" if first == "https" else "http"), rest[0], rest[1]
    return "http", first, ":".join(rest)


def _port_is_fine(kind: str, port: str) -> bool:
    if port.isascii() and port.isdigit():
        return len(port) <= 5 and 0 < int(port) <= 65535
    return kind == "service" and _PORT.fullmatch(port) is not None


def _shown(text: str) -> str:
    """Return the start of what was typed, without what may be a user and a password."""
    return inert(text.rpartition("@")[2][:80])
