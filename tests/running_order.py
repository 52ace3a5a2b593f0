"""Several processes share the suite: the files that take long begin first.

pytest-xdist gives each process one file after the other, and by itself begins with those of many
tests. Our longest have few, so they would come last, and one core would wait for the other.

To see which take long: ``pytest -n 2 --dist loadfile --durations=0 --durations-min=0.5``.
"""

from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent
# Below this folder, the longest first: half a minute and more of one core down to a few seconds.
LONG_FILES: Final = ("faults/test_sweep.py",)
_RANKS: Final = {TESTS / name: rank for rank, name in enumerate(LONG_FILES)}


def keep_running_order(config: pytest.Config) -> None:
    """Have pytest-xdist begin with the first file, not with the one of most tests."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def sort_by_length(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests of long files first; one process alone keeps the order of the folders."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _RANKS.get(item.path, len(_RANKS)))
