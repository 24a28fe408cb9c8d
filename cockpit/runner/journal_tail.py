"""Reads the journal's lines as far back as memory allows, and later only what was appended."""

from __future__ import annotations

import os
from pathlib import Path

from cockpit.runner.journal_lines import Line, decoded

LONGEST_TAIL_BYTES = 16 * 1024 * 1024
"""How much of a journal is read; a plan takes a few kB, so that this is thousands of acts."""
LONGEST_LINE_BYTES = 1024 * 1024
_MARK_BYTES = 256


class JournalTail:
    """What the end of a journal says. Belongs to one thread at a time; reading blocks on the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._before_offset = b""
        self.lines: list[Line] = []
        self.skipped = 0
        """Lines that could not be read: torn, too long, or written by a newer cockpit."""
        self.torn = False
        """Whether the last line has no end: whoever wrote it died."""
        self.cut = False
        """Whether older lines were left out, for the journal is too long to be read whole."""

    def read(self) -> bool:
        """Read what is new, and say whether there was something. A journal that is not there yet is empty.

        Raises:
            OSError: the journal cannot be read.
        """
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return self._restart()
        try:
            changed = self._is_another(descriptor) and self._restart()
            return self._read_on(descriptor, os.fstat(descriptor).st_size) or changed
        finally:
            os.close(descriptor)

    def _is_another(self, descriptor: int) -> bool:
        """Say whether the file was replaced: a file system gives the same number to the next file."""
        mark = self._before_offset
        return os.pread(descriptor, len(mark), self._offset - len(mark)) != mark

    def _restart(self) -> bool:
        """Forget everything, and say whether there was something."""
        known = bool(self.lines)
        self._offset, self._before_offset = 0, b""
        self.lines, self.skipped, self.torn, self.cut = [], 0, False, False
        return known

    def _read_on(self, descriptor: int, size: int) -> bool:
        if size - self._offset > LONGEST_TAIL_BYTES:
            self._restart()
            self._offset, self.cut = size - LONGEST_TAIL_BYTES, True
            os.lseek(descriptor, self._offset, os.SEEK_SET)
            first = _read(descriptor, LONGEST_LINE_BYTES)
            # The tail begins within a line, which is no torn one.
            self._offset += first.find(b"\n") + 1
        os.lseek(descriptor, self._offset, os.SEEK_SET)
        text = _read(descriptor, size - self._offset)
        end = text.rfind(b"\n") + 1
        self._offset += end
        self._before_offset = text[:end][-_MARK_BYTES:] or self._before_offset
        self.torn = end < len(text)
        for line in text[:end].split(b"\n"):
            self._take(line)
        return end > 0

    def _take(self, text: bytes) -> None:
        if not text.strip():
            return
        line = decoded(text) if len(text) <= LONGEST_LINE_BYTES else None
        if line is None:
            self.skipped += 1
        else:
            self.lines.append(line)


def _read(descriptor: int, length: int) -> bytes:
    """Return up to `length` bytes; a file that shrinks meanwhile gives fewer."""
    parts: list[bytes] = []
    while length > 0 and (part := os.read(descriptor, length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
