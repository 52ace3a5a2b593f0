"""What hostile tests share."""

from collections.abc import Iterator

import pytest
from hostile_house import OpenHouse
from memory_folder import memory_folder


@pytest.fixture(scope="module")
def house() -> Iterator[OpenHouse]:
    """Ada, Ben and one Mallory after the other, for all stories of a file."""
    with memory_folder() as folder:
        opened = OpenHouse(folder)
        try:
            yield opened
        finally:
            opened.close()
