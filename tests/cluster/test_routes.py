"""Every traffic system that divides by weights: promoted, taken back, and the object as it was but for its shares.

On a real cluster a system is driven where its kinds are served, whether or not anything there routes by them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from cockpit.actions.acts import Act
from cockpit.release.view import ReleaseView
from cockpit.resources.kinds import HTTP_ROUTE, INGRESS, VIRTUAL_SERVICE, Kind
from tests.cluster.conftest import Play
from tests.cluster.drive import cockpit
from tests.cluster.stage import Stage
from tests.cluster.worlds import Images, Manifest, deployment, service

NGINX = "nginx.ingress.kubernetes.io/"


def _object(kind: Kind, name: str, spec: Mapping[str, object], **annotations: str) -> Manifest:
    metadata = {"name": name} | ({"annotations": annotations} if annotations else {})
    return {"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata, "spec": spec}


def _ingress(name: str, *services: str, **annotations: str) -> Manifest:
    paths = [
        {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": entry, "port": {"number": 80}}}}
        for entry in services
    ]
    return _object(INGRESS, name, {"rules": [{"host": "shop.example", "http": {"paths": paths}}]}, **annotations)


def _pair() -> tuple[Manifest, ...]:
    return (
        _ingress("shop", "shop-v1"),
        _ingress("shop-canary", "shop-v2", **{f"{NGINX}canary": "true", f"{NGINX}canary-weight": "25"}),
    )


def _http_route() -> tuple[Manifest, ...]:
    header = {"matches": [{"headers": [{"name": "canary", "value": "true"}]}]}
    weighted = [{"name": "shop-v1", "port": 80, "weight": 75}, {"name": "shop-v2", "port": 80, "weight": 25}]
    rules = [header | {"backendRefs": [{"name": "shop-v2", "port": 80}]}, {"backendRefs": weighted}]
    spec = {"parentRefs": [{"name": "gateway"}], "hostnames": ["shop.example"], "rules": rules}
    return (_object(HTTP_ROUTE, "shop", spec),)


def _virtual_service() -> tuple[Manifest, ...]:
    match = [{"headers": {"canary": {"exact": "true"}}}]
    old, new = ({"destination": {"host": name, "port": {"number": 80}}} for name in ("shop-v1", "shop-v2"))
    http = [{"match": match, "route": [new]}, {"timeout": "5s", "route": [old | {"weight": 75}, new | {"weight": 25}]}]
    return (_object(VIRTUAL_SERVICE, "shop", {"hosts": ["shop.example"], "http": http}),)


@dataclass(frozen=True)
class System:
    """How a system is set up at 75 : 25, and which object holds the weight."""

    kind: Kind
    name: str
    manifests: Callable[[], tuple[Manifest, ...]]


SYSTEMS = {
    "ingress-nginx": System(INGRESS, "shop-canary", _pair),
    "ACK weight": System(
        INGRESS, "shop", lambda: (_ingress("shop", "shop-v1", "shop-v2", **{"ingress.aliyun.weight/shop-v2": "25"}),)
    ),
    "ACK service-weight": System(
        INGRESS,
        "shop",
        lambda: (_ingress("shop", "shop-v1", "shop-v2", **{f"{NGINX}service-weight": "shop-v1: 75, shop-v2: 25"}),),
    ),
    "Gateway API": System(HTTP_ROUTE, "shop", _http_route),
    "Istio": System(VIRTUAL_SERVICE, "shop", _virtual_service),
}


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def configured(release: ReleaseView) -> Mapping[str, float] | None:
    """Return the shares of the rule for everybody."""
    return next(route.shares for route in release.routes or () if route.match is None)


@pytest.mark.parametrize("system", SYSTEMS)
def test_promote_and_undo_move_the_shares_and_nothing_else(
    system: str, play: Play, images: Images, journal: Path
) -> None:
    asked = SYSTEMS[system]

    async def story(stage: Stage) -> None:
        if not await stage.serves(asked.kind):
            pytest.skip(f"{asked.kind.plural} are not served there")
        await stage.apply(*asked.manifests())
        async with cockpit(stage, journal) as pilot:
            await pilot.until(lambda: pilot.find("shop"), "no release by its route")
            release = pilot.release("shop")
            old, new = (one.name for one in sorted(release.versions, key=lambda one: one.workload))
            assert configured(release) == {old: 0.75, new: 0.25}
            await pilot.until_steady("shop")
            before = await stage.read(asked.kind, asked.name)
            progress = await pilot.act("shop", Act.PROMOTE)
            assert [one.object.kind for one in progress.plan.changes].count(asked.kind.name) == 1
            assert configured(pilot.release("shop")) == {old: 0.0, new: 1.0}
            promoted = await stage.read(asked.kind, asked.name)
            assert (
                promoted["spec"] != before["spec"]
                or promoted["metadata"]["annotations"] != (before["metadata"]["annotations"])
            )
            await pilot.take_back("shop")
            assert configured(pilot.release("shop")) == {old: 0.75, new: 0.25}
            after = await stage.read(asked.kind, asked.name)
            assert after["spec"] == before["spec"]
            assert after["metadata"].get("annotations") == before["metadata"].get("annotations")

    play(
        story,
        deployment("shop-v1", {"run": "shop-v1"}, images.old, 3),
        deployment("shop-v2", {"run": "shop-v2"}, images.new, 3),
        service("shop-v1", {"run": "shop-v1"}),
        service("shop-v2", {"run": "shop-v2"}),
    )
