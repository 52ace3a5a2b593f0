"""What the tests of the relay share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from memory_folder import memory_folder
from nats_cluster import Cluster, nats_cluster
from wire_nursery import WireNursery

from messenger.engine import backoff, relay_visit, wire_client


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder in memory: the disk is on trial elsewhere."""
    with memory_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Three nats-servers that agree; whoever ends one starts it again."""
    with memory_folder() as folder, nats_cluster(folder) as started:
        yield started


@pytest.fixture(autouse=True)
def short_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, whoever was refused or found nobody tries again sooner than in life."""
    monkeypatch.setattr(backoff, "FIRST_DELAY_S", 0.1)
    monkeypatch.setattr(backoff, "MAX_DELAY_S", 0.5)
    monkeypatch.setattr(relay_visit, "FIRST_REST_S", 0.2)


@pytest.fixture(scope="session")
def wire_nursery() -> Iterator[WireNursery]:
    """Where wire processes come from in a fraction of the time."""
    with memory_folder() as folder:
        nursery = WireNursery(folder)
        yield nursery
        nursery.end()


@pytest.fixture(autouse=True)
def quick_starts(wire_nursery: WireNursery, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, wire processes are forked; others start as they do in life."""
    if sys.platform == "linux":
        monkeypatch.setattr(wire_client, "wire_command", wire_nursery.command)
