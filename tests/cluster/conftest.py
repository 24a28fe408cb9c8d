"""Options and fixtures: the same tests run on embedded clusters, or on a real one with --kubeconfig."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest

from tests.cluster.faults.table import TALLY
from tests.cluster.stage import Place, Stage, embedded_stage, real_stage
from tests.cluster.virtual_loop import run_virtually
from tests.cluster.worlds import Images, Manifest

Story = Callable[[Stage], Awaitable[None]]


class Play(Protocol):
    """Tells a story on a stage with some objects on it."""

    def __call__(self, story: Story, *manifests: Manifest) -> None: ...


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("cluster", "acceptance tests on a real cluster (tests/cluster)")
    group.addoption("--kubeconfig", default="", help="run tests/cluster on the cluster of this kubeconfig")
    group.addoption("--context", default="", help="context of the kubeconfig; the current one where it is not given")
    group.addoption("--image-old", default=Images.old, help="an image that serves HTTP on port 80")
    group.addoption("--image-new", default=Images.new, help="another one")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "embedded: lays an embedded cluster of its own, to spoil what passes to it")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what a cluster that belongs to somebody must not go through."""
    if config.getoption("--kubeconfig", ""):
        for item in items:
            if item.get_closest_marker("embedded"):
                item.add_marker(pytest.mark.skip(reason="spoils the cluster, so it lays an embedded one of its own"))


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place | None:
    """The real cluster; None for embedded ones."""
    kubeconfig = request.config.getoption("--kubeconfig", "")
    return Place(kubeconfig, request.config.getoption("--context", "")) if kubeconfig else None


@pytest.fixture
def images(request: pytest.FixtureRequest) -> Images:
    """The two images that releases move between."""
    return Images(
        request.config.getoption("--image-old", Images.old), request.config.getoption("--image-new", Images.new)
    )


@pytest.fixture
def play(place: Place | None) -> Play:
    """Tell a story on a stage: in virtual time on an embedded cluster, else in real time."""

    def told(story: Story, *manifests: Manifest) -> None:
        if place is not None:
            asyncio.run(_on_a_real_one(place, story, manifests))
        else:
            run_virtually(_embedded(story, manifests))

    return told


async def _embedded(story: Story, manifests: tuple[Manifest, ...]) -> None:
    async with embedded_stage(*manifests) as stage:
        await story(stage)


async def _on_a_real_one(place: Place, story: Story, manifests: tuple[Manifest, ...]) -> None:
    async with real_stage(place, *manifests) as stage:
        await story(stage)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the table of faults, where any were tried."""
    if TALLY.tried:
        terminalreporter.section("faults: survived/tried, by act")
        for line in TALLY.lines():
            terminalreporter.write_line(line)
