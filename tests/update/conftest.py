"""A publisher with a first release, a server that shows it, and an old Hum that asks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from update_publisher import SYSTEM, Publisher, small_package
from update_server import UpdateServer

from messenger.update.installation import Installation, Kind
from messenger.update.limits import Patience
from messenger.update.source import Source
from messenger.update.updates import Updates

HASTY = Patience(silence_s=20.0, file_s=20.0)  # for a machine that does ten things at once


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """Version 0.2.0 is out."""
    people = Publisher(tmp_path / "publisher")
    people.release("0.2.0", small_package(tmp_path, "0.2.0"), notes="Many cells.\nAll alike.")
    return people


@pytest.fixture
def server(publisher: Publisher) -> Iterator[UpdateServer]:
    with UpdateServer(publisher.public) as running:
        yield running


@pytest.fixture
def updates(tmp_path: Path, publisher: Publisher, server: UpdateServer) -> Updates:
    """What a portable Hum 0.1.0 asks."""
    program = tmp_path / "program"
    program.mkdir()
    return Updates(
        Source(server.url, publisher.root),
        tmp_path / "profile/updates",
        Installation(Kind.PORTABLE, program, "0.1.0", SYSTEM),
        patience=HASTY,
    )


@pytest.fixture
def impatient(updates: Updates) -> Updates:
    """Who waits for nothing that does not come at once."""
    return replace(updates, patience=Patience(silence_s=0.3, file_s=0.3, slowest=1 << 20))
