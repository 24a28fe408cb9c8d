"""One object whole, for the few moments that need more of it than a slice keeps: never for the screen as it is."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cockpit.resources.decode import UNREADABLE, MalformedError
from cockpit.resources.json_values import Json, Path, at


class RawObject:
    """A decoded object. It may hold secrets in environment variables, so it never prints itself."""

    def __init__(self, value: Mapping[str, Json]) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "RawObject(…)"

    def at(self, *path: str) -> Json:
        """Return what stands at `path`, ABSENT where nothing does."""
        return at(self.value, path)

    def at_path(self, path: Path) -> Json:
        """Return what stands at `path`, ABSENT where nothing does."""
        return at(self.value, path)

    def text(self, *path: str) -> str:
        """Return the text at `path`, "" where there is none."""
        found = at(self.value, path)
        return found if isinstance(found, str) else ""


def raw_object(body: bytes) -> RawObject:
    """Return the object in an answer's body.

    Raises:
        MalformedError: the body is not a JSON object.
    """
    try:
        value = msgspec.json.decode(body)
    except UNREADABLE as error:
        raise MalformedError(f"the answer is not valid JSON ({error})") from error
    if not isinstance(value, dict):
        raise MalformedError("the answer is not an object")
    return RawObject(value)
