"""Messages that are of no single widget."""

from __future__ import annotations

from textual.message import Message


class PictureArrived(Message):
    """There is a new picture; a burst of these is one, for only the latest picture is drawn."""

    def can_replace(self, message: Message) -> bool:
        """Let a newer one take the place of one that waits."""
        return isinstance(message, PictureArrived)
