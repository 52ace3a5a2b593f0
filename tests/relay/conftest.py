"""What the tests of the relay share."""

from collections.abc import Iterator

import pytest
from nats_cluster import Cluster, nats_cluster


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Three nats-servers that agree; whoever ends one starts it again."""
    with nats_cluster(tmp_path_factory.mktemp("nats")) as started:
        yield started
