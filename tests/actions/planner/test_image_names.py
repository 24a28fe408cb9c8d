"""What counts as an image, and what as a tag."""

from __future__ import annotations

import pytest

from cockpit.actions.images import new_image
from cockpit.errors import UsageError


@pytest.mark.parametrize("typed", ["nginx:1.14nginx:1.20.1", "a:b:c", "registry.example:5000/web:1:2"])
def test_an_image_has_one_tag(typed: str) -> None:
    with pytest.raises(UsageError, match="is no image"):
        new_image("nginx:1.14", typed)


def test_the_port_of_a_registry_is_no_tag() -> None:
    assert new_image("nginx:1.14", "registry.example:5000/web:1") == "registry.example:5000/web:1"


def test_a_digest_behind_a_tag_is_part_of_the_image() -> None:
    image = f"nginx:1.20@sha256:{'0' * 64}"
    assert new_image("nginx:1.14", image) == image
