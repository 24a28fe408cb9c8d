"""Writes the journal: append-only, each line synced to the disk before anything else happens."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from cockpit.errors import CockpitError
from cockpit.kube.errors import quoted
from cockpit.runner.journal_lines import Begun, Line, encoded
from cockpit.runner.locks import ActLock, hold


class JournalError(CockpitError):
    """The journal cannot be written, so nothing is sent."""


class Journal:
    """Appends lines to one file. Other cockpits may append to it at the same time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writing = asyncio.Lock()

    @property
    def running(self) -> Path:
        """The folder of the locks of acts that run."""
        return self.path.parent / "running"

    async def begin(self, *lines: Line) -> ActLock:
        """Write the first lines of an act and return its lock, which is held before they can be read.

        Raises:
            JournalError: the journal cannot be written, or the lines would carry secrets.
        """
        begun = next(line for line in lines if isinstance(line, Begun))
        texts = [encoded(line) for line in lines]
        async with self._writing:
            try:
                return await asyncio.to_thread(self._begin, begun.id, texts)
            except OSError as error:
                raise self._unwritable(error, "nothing is sent") from error

    async def append(self, *lines: Line) -> None:
        """Write lines, and return when they are on the disk.

        Raises:
            JournalError: the journal cannot be written.
        """
        texts = [encoded(line) for line in lines]
        async with self._writing:
            try:
                await asyncio.to_thread(self._append, texts)
            except OSError as error:
                raise self._unwritable(error, "nothing more is sent") from error

    def _begin(self, act_id: str, texts: list[bytes]) -> ActLock:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = hold(self.running, act_id)
        try:
            self._append(texts)
        except OSError:
            lock.release()
            raise
        return lock

    def _append(self, texts: list[bytes]) -> None:
        # Opened anew each time: a file that was moved away is noticed, and no descriptor is inherited by a plugin.
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            for text in texts:
                # After a torn line a new one begins, or both would be lost.
                whole = b"\n" + text if _is_torn(descriptor) else text
                if os.write(descriptor, whole) != len(whole):
                    raise OSError(0, "the disk is full")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _unwritable(self, error: OSError, so: str) -> JournalError:
        why = (error.strerror or "it cannot be opened").lower()
        return JournalError(
            f"The journal {quoted(str(self.path))} cannot be written ({why}), and without it nothing could be taken "
            f"back, so {so}. Make room or correct the permissions of that file, or name another one with "
            "XDG_STATE_HOME."
        )


def _is_torn(descriptor: int) -> bool:
    """Say whether the file ends within a line."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
