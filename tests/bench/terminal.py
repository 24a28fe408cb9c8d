"""Opens the screen in a pseudo-terminal, and waits until it shows something."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Sequence

_COLUMNS, _ROWS = 120, 40
_DEADLINE_SECONDS = 30.0


def seconds_until_shown(command: Sequence[str], texts: Sequence[bytes]) -> list[float]:
    """Return after how many seconds each text was on the screen, then leave with "q".

    Raises:
        RuntimeError: a text was not shown within 30 seconds.
    """
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execvp(command[0], list(command))  # noqa: S606 - a command of this benchmark
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    try:
        return _shown(terminal, texts, began)
    finally:
        os.write(terminal, b"q")
        _drain(terminal)
        os.close(terminal)
        os.waitpid(child, 0)


def _shown(terminal: int, texts: Sequence[bytes], began: float) -> list[float]:
    seen = b""
    found: dict[bytes, float] = {}
    while len(found) < len(texts):
        if time.perf_counter() - began > _DEADLINE_SECONDS:
            raise RuntimeError(f"not shown: {[text for text in texts if text not in found]}")
        if select.select([terminal], [], [], 0.1)[0]:
            seen += os.read(terminal, 65536)
            found.update({text: time.perf_counter() - began for text in texts if text in seen and text not in found})
    return [found[text] for text in texts]


def _drain(terminal: int) -> None:
    """Read until the program has closed its side."""
    while True:
        try:
            if not os.read(terminal, 65536):
                return
        except OSError:  # Linux answers EIO once the other side is closed
            return


if __name__ == "__main__":
    sys.stdout.write(f"{seconds_until_shown(sys.argv[1:], [b'FLEET'])}\n")
