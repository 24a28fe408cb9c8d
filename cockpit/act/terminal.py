"""The person at the terminal: what is said to them, and what they answer."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Protocol, TextIO


class Terminal(Protocol):
    """Where a command writes, and whom it may ask."""

    @property
    def interactive(self) -> bool:
        """Whether somebody can answer."""

    def write(self, text: str) -> None:
        """Write a line of what was asked for."""

    def tell(self, text: str) -> None:
        """Write a line beside what was asked for."""

    async def ask(self, question: str) -> str:
        """Return the line that is answered, stripped; "" where nobody answers any more."""


class StandardTerminal:
    """Implements `Terminal` on the standard streams. Output that nobody reads any more never stops an act."""

    @property
    def interactive(self) -> bool:
        """Whether questions can be seen and answered."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def write(self, text: str) -> None:
        """Write a line to standard output."""
        _write(sys.stdout, text + "\n")

    def tell(self, text: str) -> None:
        """Write a line to standard error."""
        _write(sys.stderr, text + "\n")

    async def ask(self, question: str) -> str:
        """Ask on standard error, and wait for a line without stopping the loop."""
        _write(sys.stderr, question)
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[str] = loop.create_future()

        def typed() -> None:
            if not answered.done():
                answered.set_result(sys.stdin.readline())

        # A terminal is readable when a whole line was typed.
        loop.add_reader(sys.stdin, typed)
        try:
            return (await answered).strip()
        finally:
            loop.remove_reader(sys.stdin)


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
