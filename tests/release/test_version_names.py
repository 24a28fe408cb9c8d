"""Names of versions."""

from __future__ import annotations

import pytest

from cockpit.release.images import image_tag
from tests.release.world import SCENARIOS, World


@pytest.mark.parametrize(
    ("image", "tag"),
    [
        ("nginx", "latest"),
        ("nginx:1.14", "1.14"),
        ("registry.example:5000/shop/web", "latest"),
        ("registry.example:5000/shop/web:2.3.1", "2.3.1"),
        ("web:2.3.1@sha256:0123456789abcdef", "2.3.1"),
        ("web@sha256:0123456789abcdef", "0123456"),
        ("", "latest"),
    ],
)
def test_the_tag_of_an_image_is_told_from_a_registrys_port_and_a_digest(image: str, tag: str) -> None:
    assert image_tag(image) == tag


def version_names(world: World) -> list[str]:
    return [version.name for version in world.settle().releases()["web"].versions]


def web() -> World:
    return World(SCENARIOS / "recreate-and-rolling.yaml")


def test_a_version_keeps_its_name_while_others_come_and_go() -> None:
    alone = web()
    rolling = web()
    rolling.replica_set("web", "aaaaa11111")
    rolling.replica_set("web", "bbbbb22222", image="web:2", revision=2, replicas=1)
    rolled = web()
    rolled.replica_set("web", "aaaaa11111", replicas=0)
    rolled.replica_set("web", "bbbbb22222", image="web:2", revision=2)
    assert version_names(alone) == ["1"]
    assert version_names(rolling) == ["1", "2"]
    assert version_names(rolled) == ["2"]


def test_a_restart_gives_two_versions_of_one_image_five_characters_of_their_hashes() -> None:
    world = web()
    world.replica_set("web", "aaaaa11111")
    world.replica_set("web", "bbbbb22222", revision=2)
    assert version_names(world) == ["1@aaaaa", "1@bbbbb"]


def test_a_label_that_does_not_vary_says_less_than_the_image() -> None:
    world = web()
    world.replica_set("web", "aaaaa11111", labels={"version": "stable"})
    world.replica_set("web", "bbbbb22222", image="web:2", revision=2, labels={"version": "stable"})
    assert version_names(world) == ["1", "2"]


def test_the_container_whose_image_differs_names_the_version() -> None:
    world = web()
    containers = world.get("Deployment", "web")["spec"]["template"]["spec"]["containers"]
    containers.append({"name": "proxy", "image": "proxy:7"})
    world.replica_set("web", "aaaaa11111")
    newer = world.replica_set("web", "bbbbb22222", revision=2)
    newer["spec"]["template"]["spec"]["containers"][1]["image"] = "proxy:8"
    assert version_names(world) == ["7", "8"]
