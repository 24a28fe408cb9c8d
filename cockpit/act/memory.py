"""What the journal remembers, as commands read it: from the disk, before anything is asked of a server."""

from __future__ import annotations

from pathlib import Path

from cockpit.runner.journal_records import Remembered, read_acts


def remembered(journal: Path, server: str | None) -> Remembered:
    """Return the acts on one cluster, by the address of its API server as journals write it, or for None on all.

    Raises:
        CockpitError: the journal cannot be read.
    """
    found = read_acts(journal)
    if server is None:
        return found
    return Remembered(tuple(record for record in found.records if record.server == server), found.notes)
