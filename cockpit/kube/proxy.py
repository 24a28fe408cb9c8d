"""Which proxy leads to the API server.

The rules are those of kubectl, golang.org/x/net/http/httpproxy: Python's own know no networks in NO_PROXY, and would
send even loopback through a proxy.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from cockpit.kube.access import Access
from cockpit.kube.errors import KubeconfigError, quoted

_DEFAULT_PORTS = {"http": 80, "https": 443}


def proxy_for(access: Access, environ: Mapping[str, str]) -> str | None:
    """Return the proxy's address: that of the kubeconfig, else that of the environment, else None.

    Raises:
        KubeconfigError: it is not an HTTP proxy.
    """
    proxy = access.cluster.proxy_url or proxy_of_environment(access.server, environ)
    if proxy and urlsplit(proxy).scheme not in {"http", "https"}:
        raise KubeconfigError(
            f'The proxy of the cluster "{quoted(access.cluster_name)}" is not one for HTTP, and no other works here. '
            "Change proxy-url, or HTTPS_PROXY."
        )
    return proxy or None


def proxy_of_environment(server: str, environ: Mapping[str, str]) -> str:
    """Return the proxy that the environment names for an address, "" for none."""
    url = urlsplit(server)
    host = url.hostname or ""
    if host == "localhost" or _is_loopback(host) or _is_excepted(url, _variable("NO_PROXY", environ)):
        return ""
    proxy = _variable(f"{url.scheme.upper()}_PROXY", environ)
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"


def _variable(name: str, environ: Mapping[str, str]) -> str:
    return environ.get(name) or environ.get(name.lower()) or ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_excepted(url: SplitResult, exceptions: str) -> bool:
    return any(_matches(url, entry.strip().lower()) for entry in exceptions.split(",") if entry.strip())


def _matches(url: SplitResult, entry: str) -> bool:
    """Say whether one entry of NO_PROXY covers the server: `*`, a network, or a host with or without a port."""
    host = url.hostname or ""
    if entry == "*":
        return True
    if "/" in entry:
        return _is_in_network(host, entry)
    name, colon, port = entry.rpartition(":")
    if colon and port.isdigit() and (":" not in name or name.startswith("[")):
        if int(port) != (url.port or _DEFAULT_PORTS.get(url.scheme)):
            return False
        entry = name.strip("[]")
    if entry.startswith(("*.", ".")):
        return host.endswith(entry.removeprefix("*"))
    return host == entry or host.endswith(f".{entry}")


def _is_in_network(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
