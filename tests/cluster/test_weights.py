"""Weights on a cluster: an Ingress and its canary, an HTTPRoute, a VirtualService; there, back, and to the end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from cockpit.actions.acts import Act
from cockpit.actions.kubectl import kubectl_lines
from cockpit.release.view import ReleaseView
from cockpit.resources.kinds import INGRESS, VIRTUAL_SERVICE
from tests.cluster.conftest import Play
from tests.cluster.drive import Cockpit, cockpit
from tests.cluster.stage import Refused, Stage
from tests.cluster.worlds import NGINX, Images, Manifest, service, versions, weighted


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def http_route(images: Images) -> tuple[Manifest, ...]:
    refs = [{"name": "web-v1", "port": 80, "weight": 95}, {"name": "web-v2", "port": 80, "weight": 5}]
    route = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "web"},
        "spec": {"hostnames": ["web.example"], "parentRefs": [{"name": "edge"}], "rules": [{"backendRefs": refs}]},
    }
    return (*versions(images), route)


def mesh(kind: str, spec: Mapping[str, object]) -> Manifest:
    return {"apiVersion": "networking.istio.io/v1", "kind": kind, "metadata": {"name": "web"}, "spec": spec}


def virtual_service(images: Images) -> tuple[Manifest, ...]:
    subsets = [{"name": name, "labels": {"version": name}} for name in ("v1", "v2")]
    one, other = ({"destination": {"host": "web", "subset": name}} for name in ("v1", "v2"))
    http = [
        {"match": [{"headers": {"canary": {"exact": "true"}}}], "route": [other]},
        {"route": [{**one, "weight": 95}, {**other, "weight": 5}]},
    ]
    return (
        *(made for made in versions(images) if made["kind"] == "Deployment"),
        service("web", {"app": "web"}),
        mesh("DestinationRule", {"host": "web", "subsets": subsets}),
        mesh("VirtualService", {"hosts": ["web"], "http": http}),
    )


SYSTEMS = {"Ingress": weighted, "HTTPRoute": http_route, "VirtualService": virtual_service}


async def lend(stage: Stage, manifests: tuple[Manifest, ...]) -> None:
    """Create the objects; where a real cluster does not know a kind of them, there is nothing to test."""
    try:
        await stage.apply(*manifests)
    except Refused as refusal:
        if stage.cluster is None and ": 404 " in str(refusal):
            pytest.skip(f"this cluster does not serve it: {refusal}")
        raise


def split(release: ReleaseView) -> Mapping[str, float]:
    """Return the shares of the rule for everybody."""
    shares = next(route.shares for route in release.routes or () if route.match is None)
    return {name: round(share, 6) for name, share in (shares or {}).items()}


async def released(pilot: Cockpit) -> str:
    """Return the name of the release of both versions, once it is steady."""

    def name() -> str:
        found = (entry.name for entry in pilot.feed.picture.releases if len(entry.versions) == 2)
        return next(found, "")

    await pilot.until(name, "no release of both versions")
    await pilot.until_steady(name())
    return name()


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_weight_is_one_write_and_is_taken_back(play: Play, images: Images, journal: Path, system: str) -> None:
    async def story(stage: Stage) -> None:
        await lend(stage, SYSTEMS[system](images))
        async with cockpit(stage, journal) as pilot:
            name = await released(pilot)
            assert split(pilot.release(name)) == {"v1": 0.95, "v2": 0.05}
            plan = await pilot.plan(name, Act.WEIGHT, shares=("v2=25%",))
            assert len(plan.changes) == 1
            assert " patch " in kubectl_lines(plan)[0]
            await pilot.act(name, Act.WEIGHT, shares=("v2=25%",))
            assert split(pilot.release(name)) == {"v1": 0.75, "v2": 0.25}
            await pilot.take_back(name)
            assert split(pilot.release(name)) == {"v1": 0.95, "v2": 0.05}
            assert [record.plan.act for record in pilot.runner.acts()] == [Act.UNDO, Act.WEIGHT]

    play(story)


@pytest.mark.parametrize("system", SYSTEMS)
def test_promote_rollback_and_last_good_go_by_the_route(play: Play, images: Images, journal: Path, system: str) -> None:
    async def story(stage: Stage) -> None:
        await lend(stage, SYSTEMS[system](images))
        async with cockpit(stage, journal) as pilot:
            name = await released(pilot)
            await stage.wait(65)
            await pilot.act(name, Act.PROMOTE)
            await pilot.until(lambda: split(pilot.release(name)) == {"v1": 0.0, "v2": 1.0}, "v2 has not everything")
            await pilot.act(name, Act.ROLLBACK)
            assert split(pilot.release(name)) == {"v1": 1.0, "v2": 0.0}
            await pilot.act(name, Act.LAST_GOOD)
            assert split(pilot.release(name)) == {"v1": 0.95, "v2": 0.05}

    play(story)


def test_the_end_of_a_split_leaves_one_ingress_and_can_be_taken_back(play: Play, images: Images, journal: Path) -> None:
    async def story(stage: Stage) -> None:
        await lend(stage, weighted(images))
        async with cockpit(stage, journal) as pilot:
            name = await released(pilot)
            before = (await stage.read(INGRESS, "web"))["spec"]
            await pilot.act(name, Act.PROMOTE)
            await pilot.act(name, Act.CLEANUP)
            assert [entry["metadata"]["name"] for entry in await stage.list(INGRESS)] == ["web"]
            paths = (await stage.read(INGRESS, "web"))["spec"]["rules"][0]["http"]["paths"]
            assert paths[0]["backend"]["service"]["name"] == "web-v2"
            undone = next(entry for entry in pilot.feed.picture.releases if "web" in entry.name)
            await pilot.take_back(undone.name)
            assert (await stage.read(INGRESS, "web"))["spec"] == before
            assert (await stage.read(INGRESS, "web-canary"))["metadata"]["annotations"][f"{NGINX}-weight"] == "100"

    play(story)


def test_a_rule_by_header_is_taken_out_where_it_is_asked_and_comes_back(
    play: Play, images: Images, journal: Path
) -> None:
    async def story(stage: Stage) -> None:
        await lend(stage, virtual_service(images))
        async with cockpit(stage, journal) as pilot:
            name = await released(pilot)
            await pilot.act(name, Act.PROMOTE)
            before = (await stage.read(VIRTUAL_SERVICE, "web"))["spec"]
            await pilot.act(name, Act.CLEANUP, keep_rules=False)
            assert (await stage.read(VIRTUAL_SERVICE, "web"))["spec"]["http"] == before["http"][1:]
            await pilot.take_back(name)
            assert (await stage.read(VIRTUAL_SERVICE, "web"))["spec"] == before

    play(story)
