"""Which proxy leads to a server, by kubectl's rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cockpit.kube.access import ClusterEntry
from cockpit.kube.errors import KubeconfigError
from cockpit.kube.proxy import proxy_for
from tests.kube.play import access_to

PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("server", "exceptions", "proxied"),
    [
        ("https://api.example:6443", "", True),
        ("https://127.0.0.1:6443", "", False),
        ("https://[::1]:6443", "", False),
        ("https://localhost:6443", "", False),
        ("https://10.20.0.1:6443", "10.0.0.0/8", False),
        ("https://10.20.0.1:6443", "192.168.0.0/16", True),
        ("https://api.example:6443", "other,.example", False),
        ("https://api.example:6443", "example", False),
        ("https://api.example:6443", "ample", True),
        ("https://api.example:6443", "api.example:443", True),
        ("https://api.example", "api.example:443", False),
        ("https://api.example:6443", "*", False),
        ("http://api.example", "", False),
    ],
)
def test_the_environment_s_proxy_is_used_but_for_its_exceptions(server: str, exceptions: str, proxied: bool) -> None:
    environ = {"HTTPS_PROXY": PROXY, "no_proxy": exceptions}
    assert proxy_for(access_to(server), environ) == (PROXY if proxied else None)


def test_the_kubeconfig_s_proxy_goes_first() -> None:
    access = access_to("https://127.0.0.1:1")
    told = replace(access, cluster=ClusterEntry(server=access.server, proxy_url="http://inner:1"))
    assert proxy_for(told, {"HTTPS_PROXY": PROXY}) == "http://inner:1"


def test_a_proxy_without_a_scheme_is_one_for_http() -> None:
    assert proxy_for(access_to("https://api.example"), {"https_proxy": "proxy:3128"}) == "http://proxy:3128"


def test_a_proxy_that_does_not_speak_http_is_refused() -> None:
    with pytest.raises(KubeconfigError, match="proxy-url"):
        proxy_for(access_to("https://api.example"), {"HTTPS_PROXY": "socks5://proxy:1080"})
