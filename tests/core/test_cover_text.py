"""A chosen cover as the text that is kept of it."""

import pytest

from messenger.core.cover_text import cover_from_text, cover_to_text
from messenger.core.types import COVER_PROFILES, Cover, CoverMode


@pytest.mark.parametrize(
    "cover", [*COVER_PROFILES.values(), Cover(0.01), Cover(0.25, CoverMode.POISSON)]
)
def test_a_cover_is_read_as_it_was_written(cover: Cover) -> None:
    assert cover_from_text(cover_to_text(cover)) == cover


@pytest.mark.parametrize(
    "text", ["", "loud", "frames", "frames x", "march 1.0", "frames nan", "frames 0", "frames 2.1"]
)
def test_anything_else_is_no_cover(text: str) -> None:
    assert cover_from_text(text) is None
