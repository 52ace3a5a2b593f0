"""The chosen schedule survives a restart."""

import pytest

from messenger.core.types import COVER_PROFILES, DEFAULT_COVER, Cover, CoverMode
from messenger.engine.node import cover_from_text, cover_to_text


@pytest.mark.parametrize(
    "cover", [*COVER_PROFILES.values(), Cover(0.01), Cover(0.25, CoverMode.POISSON)]
)
def test_a_cover_is_read_as_it_was_written(cover: Cover) -> None:
    assert cover_from_text(cover_to_text(cover)) == cover


@pytest.mark.parametrize("text", ["", "loud", "frames", "frames x", "march 1.0"])
def test_anything_else_is_the_default(text: str) -> None:
    assert cover_from_text(text) == COVER_PROFILES[DEFAULT_COVER]
