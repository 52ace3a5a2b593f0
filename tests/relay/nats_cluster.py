"""The cluster of a test, or the reason why there is none."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.nats_servers import Cluster, running_cluster

__all__ = ["Cluster", "nats_cluster", "require_nats"]


def require_nats() -> None:
    """Skip where servers cannot have addresses of their own; fail where the program is missing."""
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux has all of 127.0.0.0/8; the store is the same elsewhere")
    assert shutil.which("nats-server"), "nats-server is missing: run `make test`, or install it"


@contextmanager
def nats_cluster(folder: Path, count: int = 3) -> Iterator[Cluster]:
    """Start a cluster in an empty folder; every server is dead behind the block."""
    require_nats()
    with running_cluster(folder, count) as cluster:
        yield cluster
