"""A wire process of the self-test, which remembers what no outsider can know: its real cells.

It is the wire process of the product with a Sender that, after each departure, notes whether the
cell carried a frame and which instant had been drawn for it. It keeps this in memory, the same few
bytes for every cell, and says it on stderr when all links are closed. The product's wire has no
such switch: who wants this must start another program, this one.
"""

import base64
import struct
import sys
import time
from array import array
from collections.abc import Sequence
from typing import Final

from messenger.core.logs import start_logging
from messenger.core.program import own_command
from messenger.engine import wire_client
from messenger.wire import connection, process
from messenger.wire.sender import Sender

MARK: Final = "witness"
CELLS_PER_LINE: Final = 45  # an engine passes on log lines of at most 500 characters
CELL_FORMAT: Final = "!Q"  # microseconds since 1970 of the instant, shifted by one, and the bit

_notes: Final = array("Q")


class WitnessSender(Sender):
    """Notes of every cell what it carried."""

    def _count(self, left_at: float) -> None:
        queued_len = self._link.queued_len
        instant = self.next_at
        offset = time.time() - self._loop.time()
        super()._count(left_at)
        carried = self._link.queued_len != queued_len
        _notes.append(int((instant + offset) * 1e6) << 1 | carried)


def main(_arguments: Sequence[str] = ()) -> int:
    """Be a wire process that remembers."""
    setattr(connection, "Sender", WitnessSender)  # noqa: B010  what this program is for
    code = process.main()
    for start in range(0, len(_notes), CELLS_PER_LINE):
        part = _notes[start : start + CELLS_PER_LINE]
        packed = b"".join(struct.pack(CELL_FORMAT, note) for note in part)
        print(MARK, base64.b85encode(packed).decode(), file=sys.stderr)
    return code


def read_notes(log: str) -> list[tuple[float, bool]]:
    """Return Unix seconds of the drawn instant and whether the cell was real, of a node's log."""
    notes = []
    for line in log.splitlines():
        _, found, packed = line.partition(MARK + " ")
        if found:
            for (note,) in struct.iter_unpack(CELL_FORMAT, base64.b85decode(packed.strip())):
                notes.append(((note >> 1) / 1e6, bool(note & 1)))
    return notes


def use_witness() -> None:
    """Let this process, an engine's, start the witness in place of the wire process.

    What the witness says at the end is many lines of one kind, so they are logged without a limit:
    whoever comes first has set up the log.
    """
    start_logging(limited=False)
    wire_client.wire_command = lambda: own_command("wiretest-witness")
