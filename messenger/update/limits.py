"""How much an update server may send, and how long it may take."""

from dataclasses import dataclass
from typing import Final

MAX_ROOT_LEN: Final = 64 << 10  # bytes; ours have 4 KiB
MAX_TIMESTAMP_LEN: Final = 16 << 10
MAX_SNAPSHOT_LEN: Final = 64 << 10
MAX_TARGETS_LEN: Final = 1 << 20  # the notes of all packages stand in there
MAX_PACKAGE_LEN: Final = 512 << 20  # issue 9 has the installed program under 250 MiB
MAX_ROOTS: Final = 64  # changes of keys that a build lives to see
MAX_NOTES_LEN: Final = 8192  # characters
MAX_UNPACKED_LEN: Final = 2 << 30
MAX_FILE_COUNT: Final = 50_000
CHUNK_LEN: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait, in seconds; tests are less patient."""

    silence_s: float = 30.0  # between two bytes, and for a connection
    file_s: float = 90.0  # for any file, and to this comes
    slowest: int = 2048  # bytes a second: Tor on a bad day is ten times as fast

    def deadline_s(self, length: int) -> float:
        """Return how long a file of at most ``length`` bytes may take in all."""
        return self.file_s + length / self.slowest


PATIENT: Final = Patience()
