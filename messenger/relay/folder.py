"""The folder of a relay: its key, its store, its configuration, and the lock on all of it.

    relay.key     the private key, mode 0600; whoever has a copy can be this relay
    relay.toml    the configuration
    relay.db      the mailboxes
    flights.db    the tags of first flights that were answered
    relay.lock    held by whoever works here
    running.json  where the one that works here can be asked; no secret in it

A later version of Hum takes the same folder over.
"""

import contextlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import platformdirs

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import (
    FolderNotWritableError,
    InvalidKeyError,
    RelayNotRunningError,
    RelayRunningError,
    StoreCorruptError,
)
from messenger.core.types import Address
from messenger.crypto.noise.keys import KeyPair
from messenger.relay.config_example import example_text

KEY_LEN: Final = 32  # bytes

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Running(msgspec.Struct, frozen=True):
    """What the file running.json says."""

    pid: int
    link: str
    listen: str
    monitor: str  # host and port; empty: nowhere


@dataclass(frozen=True, slots=True)
class RelayFolder:
    """Where everything of one relay lies."""

    path: Path

    @classmethod
    def at(cls, path: Path | None) -> "RelayFolder":
        """Return the folder there, or that of this user; it need not exist."""
        default = platformdirs.user_data_path("Hum", appauthor=False) / "relay"
        return cls(path.absolute() if path else default)

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.path / "relay.toml"

    @property
    def store(self) -> Path:
        """The mailboxes in SQLite."""
        return self.path / "relay.db"

    @property
    def flights(self) -> Path:
        """The tags of first flights."""
        return self.path / "flights.db"

    def prepare(self) -> None:
        """Make the folder, for this user only, with an example of a configuration.

        Raises:
            FolderNotWritableError: that cannot be.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                _write_new(self.config, example_text().encode())
        except OSError as error:
            raise FolderNotWritableError(f"the folder {self.path} cannot be written") from error

    def own_key(self) -> KeyPair:
        """Return the key of this relay, made now if there is none; to be called under the lock.

        Raises:
            StoreCorruptError: the file is no key.
            FolderNotWritableError: it can be neither read nor made.
        """
        path = self.path / "relay.key"
        try:
            try:
                text = path.read_text(encoding="ascii")
            except FileNotFoundError:
                text = KeyPair.generate().private.hex() + "\n"
                _replace(path, text.encode())
            return KeyPair.from_private(_key_in(text))
        except OSError as error:
            raise FolderNotWritableError(f"the file {path} cannot be used") from error
        except (ValueError, InvalidKeyError) as error:
            raise StoreCorruptError(
                f"the file {path} is no key of a relay; put your copy of it back"
            ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the one who works here.

        Raises:
            RelayRunningError: another process is.
            FolderNotWritableError: the lock cannot be made.
        """
        try:
            descriptor = os.open(self.path / "relay.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise FolderNotWritableError(f"the folder {self.path} cannot be written") from error
        try:
            try:
                _lock(descriptor)
            except OSError as error:
                raise RelayRunningError(f"a relay runs on {self.path} already") from error
            yield
        finally:
            os.close(descriptor)

    @contextmanager
    def announced(self, link: str, listen: Address, monitor: Address | None) -> Iterator[None]:
        """Say in running.json where this relay can be asked, as long as the block lasts."""
        running = Running(os.getpid(), link, str(listen), str(monitor) if monitor else "")
        path = self.path / "running.json"
        try:
            _replace(path, msgspec.json.encode(running) + b"\n")
        except OSError as error:
            raise FolderNotWritableError(f"the folder {self.path} cannot be written") from error
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

    def running(self) -> Running:
        """Return what the relay that works here says; RelayNotRunningError if there is none."""
        try:
            return msgspec.json.decode((self.path / "running.json").read_bytes(), type=Running)
        except (OSError, *DECODE_ERRORS) as error:
            raise RelayNotRunningError(f"no relay runs on {self.path}") from error


def _key_in(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != KEY_LEN:
        raise ValueError("a wrong length")
    return key


def _replace(path: Path, content: bytes) -> None:
    """Write a file that is whole or not there; one process at a time does so."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    _write_new(unfinished, content)
    unfinished.replace(path)


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that was not there, mode 0600, and do not come back before it is on the disk."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
