"""How several processes share the suite: how many, and which files begin first.

pytest-xdist gives each process one file after the other, and by itself begins with those of many
tests. Our longest have few, so they would come last, and one core would wait for the other. To see
which take long: ``pytest -n 2 --dist loadfile --durations=0 --durations-min=0.5``.

Nodes that wait for their clock, for a deadline or for each other use no processor, so one process
more than there are cores has work for the core that would rest.
"""

import os
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent
# Below this folder, the longest first: from two minutes down to some eight seconds.
LONG_FILES: Final = (
    "faults/test_sweep.py",
    "faults/test_bad_network.py",
    "rpc/test_trust.py",
    "net/test_lan.py",
    "rpc/test_identity.py",
    "faults/test_bad_disk.py",
    "rpc/test_profile_commands.py",
    "gui/test_first_light.py",
    "lab/test_lab_sockets.py",
    "lab/test_lab_notebook.py",
    "rpc/test_resilience.py",
    "rpc/test_changes.py",
    "rpc/test_network_nodes.py",
    "faults/test_file_sweep.py",
    "rpc/test_cover.py",
    "relay/test_nats_relays.py",
    "relay/test_mail_nodes.py",
    "relay/test_hosting.py",
    "wiretest/test_wiretest_judge.py",
    "faults/test_random_kills.py",
    "engine/test_wire_client.py",
    "rpc/test_two_nodes.py",
    "rpc/test_keeping.py",
    "rpc/test_refusals.py",
    "gui/test_window_canaries.py",
    "net/test_port_mapping_nat.py",
    "rpc/test_fast_lane_nodes.py",
    "hostile/test_hostile_peer.py",
    "rpc/test_keyring_node.py",
    "faults/test_clock_jumps.py",
    "store/test_store_crash.py",
    "store/test_store_keyring.py",
    "rpc/test_doctor_nodes.py",
    "gui/test_flows.py",
    "gui/test_dialogs_everywhere.py",
    "gui/test_dialogs_add_contact.py",
    "gui/test_injection.py",
    "wiretest/test_wiretest_whole.py",
    "store/test_store_backup.py",
    "store/test_store_changes.py",
    "rpc/test_file_nodes.py",
    "rpc/test_canaries.py",
    "engine/test_engine.py",
    "update/test_attacks.py",
)
_RANKS: Final = {TESTS / name: rank for rank, name in enumerate(LONG_FILES)}


def process_count() -> int:
    """Return the number for ``pytest -n auto``."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else 2


def keep_running_order(config: pytest.Config) -> None:
    """Have pytest-xdist begin with the first file, not with the one of most tests."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def sort_by_length(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests of long files first; one process alone keeps the order of the folders."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _RANKS.get(item.path, len(_RANKS)))
