"""Image references."""

from __future__ import annotations

_DIGEST_LENGTH = 7


def image_tag(image: str) -> str:
    """Return the tag of an image reference; without one the start of its digest, and "latest" where it has neither.

    Grammar: https://pkg.go.dev/github.com/distribution/reference (a colon before the last slash belongs to a port).
    """
    name, _, digest = image.partition("@")
    _, colon, tag = name.rpartition("/")[2].partition(":")
    if colon:
        return tag
    return digest.rpartition(":")[2][:_DIGEST_LENGTH] if digest else "latest"
