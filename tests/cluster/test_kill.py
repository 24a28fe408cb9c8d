"""The command is killed (-9) at every write of a plan, before the server got it and after: a new cockpit knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster.drive import cockpit
from tests.cluster.faults.cases import CASES
from tests.cluster.faults.killing import Killing, Victim
from tests.cluster.faults.table import TALLY
from tests.cluster.test_faults import laid
from tests.cluster.virtual_loop import run_virtually

pytestmark = pytest.mark.embedded

COMMANDS = {
    "switch": ("switch", "shop", "--to", "green"),
    "isolate": ("isolate", "web"),
    "resume, pinned": ("resume", "web"),
    "promote, isolated": ("promote", "web"),
}
"""Kinds of plans whose command is killed; processes take seconds, so these few stand for the others."""


async def kill_everywhere(name: str, folder: Path) -> list[Victim]:
    """Return every victim of one kind of plan."""
    case = next(case for case in CASES if case.name == name)
    async with laid(folder) as (stage, proxy, place):
        async with cockpit(stage, folder / "journal-of-the-pilot", (), place) as pilot:
            killing = Killing(case, COMMANDS[name], stage, proxy, pilot)
            await killing.prepare()
        await killing.kill(place, folder / "journal")
        async with cockpit(stage, folder / "journal", (), place) as second:
            for victim in killing.victims:
                await killing.look(victim, second)
        return killing.victims


@pytest.mark.parametrize("name", COMMANDS)
def test_a_cockpit_that_is_killed_leaves_a_journal_that_tells_what_is_half_done(name: str, tmp_path: Path) -> None:
    victims = run_virtually(kill_everywhere(name, tmp_path))
    for victim in victims:
        TALLY.note(name, "kill -9", not victim.problems)
    failed = [f"{victim.words}: {problem}" for victim in victims for problem in victim.problems]
    assert not failed, "\n".join(failed)
