"""A small flood; the whole one is `make floods`."""

import sys
from pathlib import Path

import pytest
from floods import MEMORY_MIB, SMALL, flood
from rpc_nodes import play


@pytest.mark.skipif(sys.platform != "linux", reason="strangers need many loopback addresses")
def test_strangers_at_the_door_disturb_nobody(tmp_path: Path) -> None:
    outcome = play(tmp_path, lambda nodes: flood(nodes, SMALL))
    assert outcome.answered == 0
    assert outcome.texts == 4
    assert outcome.grown_mib < MEMORY_MIB
