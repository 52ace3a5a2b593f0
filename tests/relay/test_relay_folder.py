"""The folder of a relay: key, lock, what runs there, and tags of flights."""

import os
from pathlib import Path

import pytest

from messenger.core.errors import (
    FolderNotWritableError,
    RelayNotRunningError,
    RelayRunningError,
    ReplayError,
    StoreCorruptError,
    StoreError,
)
from messenger.core.types import Address
from messenger.protocol.replay import HOUR_S, MAX_SKEW_HOURS, hour_of, replay_tag
from messenger.relay.config import RelayConfig, load_config
from messenger.relay.folder import RelayFolder
from messenger.relay.replay_store import ReplayStore

NOW = 1_780_000_000  # Unix seconds
TAG = replay_tag(hour_of(NOW), b"head")


@pytest.fixture
def folder(tmp_path: Path) -> RelayFolder:
    made = RelayFolder.at(tmp_path / "relay")
    made.prepare()
    return made


def test_a_key_is_made_once_and_is_for_its_owner_alone(folder: RelayFolder) -> None:
    key = folder.own_key()
    assert folder.own_key() == key
    assert RelayFolder.at(folder.path).own_key() == key
    if os.name == "posix":
        assert (folder.path / "relay.key").stat().st_mode & 0o777 == 0o600
        assert folder.path.stat().st_mode & 0o777 == 0o700


def test_a_fresh_folder_has_an_example_and_an_old_one_keeps_its_own(folder: RelayFolder) -> None:
    assert load_config(folder.config) == RelayConfig()
    folder.config.write_text("[store]\nmax_mib = 99\n")
    folder.prepare()
    assert load_config(folder.config).store.max_mib == 99


@pytest.mark.parametrize("content", [b"", b"00", b"zz" * 32, b"\xff" * 64])
def test_a_damaged_key_is_named_and_not_replaced(folder: RelayFolder, content: bytes) -> None:
    (folder.path / "relay.key").write_bytes(content)
    with pytest.raises(StoreCorruptError, match=r"relay\.key"):
        folder.own_key()
    assert (folder.path / "relay.key").read_bytes() == content


def test_one_relay_works_in_a_folder(folder: RelayFolder) -> None:
    with folder.locked(), pytest.raises(RelayRunningError), folder.locked():
        pass
    with folder.locked():
        pass


def test_what_runs_is_announced_as_long_as_it_runs(folder: RelayFolder) -> None:
    with folder.announced("hum-relay:x", Address("127.0.0.1", 1), None):
        running = folder.running()
        assert (running.pid, running.link, running.monitor) == (os.getpid(), "hum-relay:x", "")
    with pytest.raises(RelayNotRunningError):
        folder.running()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderNotWritableError):
        RelayFolder.at(tmp_path / "file" / "relay").prepare()


# -- flights --------------------------------------------------------------------------------------


def test_a_flight_is_answered_once_whoever_answers_it(folder: RelayFolder) -> None:
    one, other = ReplayStore(folder.flights), ReplayStore(folder.flights)
    other.check(TAG, NOW)
    one.add(TAG, NOW)
    for store in (one, other):
        with pytest.raises(ReplayError, match="before"):
            store.check(TAG, NOW)
        with pytest.raises(ReplayError, match="before"):
            store.add(TAG, NOW)
    one.close()
    other.close()
    again = ReplayStore(folder.flights)
    with pytest.raises(ReplayError, match="before"):
        again.check(TAG, NOW)
    again.close()


def test_flights_of_other_days_are_refused_and_forgotten(folder: RelayFolder) -> None:
    store = ReplayStore(folder.flights)
    store.add(TAG, NOW)
    later = NOW + (MAX_SKEW_HOURS + 1) * HOUR_S
    with pytest.raises(ReplayError, match="another time"):
        store.check(TAG, later)
    store.forget_outdated(NOW)
    assert len(store) == 1
    store.forget_outdated(later)
    assert len(store) == 0
    store.close()


def test_without_its_file_nobody_is_answered(folder: RelayFolder) -> None:
    store = ReplayStore(folder.flights)
    store._database.execute("DROP TABLE flight")
    with pytest.raises(ReplayError, match="no caller"):
        store.add(TAG, NOW)
    store.forget_outdated(NOW)
    store.close()
    folder.flights.write_bytes(b"no database at all, " * 300)
    for leftover in folder.path.glob("flights.db-*"):
        leftover.unlink()
    with pytest.raises(StoreError, match=r"flights\.db"):
        ReplayStore(folder.flights)
