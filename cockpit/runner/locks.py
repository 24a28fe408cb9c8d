"""Says of an act whether the process that runs it still lives: it holds a lock that dies with it."""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path

_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


class ActLock:
    """The lock of one act that runs in this process."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    def release(self) -> None:
        """The act has ended. It blocks for the time of two system calls."""
        self._path.unlink(missing_ok=True)
        os.close(self._descriptor)


def hold(folder: Path, act_id: str) -> ActLock:
    """Take the lock of a new act; call it in a thread.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = _path(folder, act_id)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return ActLock(path, descriptor)


def is_held(folder: Path, act_id: str) -> bool:
    """Say whether an act still runs, in this process or another; call it in a thread."""
    if not _ID.fullmatch(act_id):
        return False
    try:
        descriptor = os.open(_path(folder, act_id), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return False


def _path(folder: Path, act_id: str) -> Path:
    return folder / f"{act_id}.lock"
