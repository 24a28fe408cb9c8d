"""What is typed into a field is judged there, in a sentence."""

from __future__ import annotations

import pytest

from cockpit.ui.checks import image_check

CHECK = image_check("registry.example:5000/shop:v1")


@pytest.mark.parametrize("text", ["v2", ":v2", "shop:v2", "registry.example:5000/shop:v2", "sha256:" + "a" * 64])
def test_images_and_tags_are_taken(text: str) -> None:
    assert CHECK(text) == ""


@pytest.mark.parametrize("text", ["", "sh op", "shop:v1:v2", "a/shop:", "a/", "shop", "shop:v1@", "?"])
def test_what_is_no_image_is_refused_with_a_sentence(text: str) -> None:
    assert CHECK(text).endswith(".")
