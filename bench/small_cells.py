"""``python -m bench.small_cells``: the whole program with cells of 256 bytes, to be measured.

It speaks to nobody but itself. All sizes follow from the constants of protocol/cells.py and
protocol/veil.py, which are replaced before anything else is loaded.
"""

import sys
from typing import Final

from messenger.crypto.noise.functions import TAG_LEN
from messenger.protocol import cells

CELL_LEN: Final = 256  # bytes
FLIGHT_CELLS: Final = (6, 20)  # the same bytes as 3 to 10 cells of 512


def shrink() -> None:
    """Give this process small cells."""
    for name, value in (
        ("CELL_LEN", CELL_LEN),
        ("CELL_ROOM", CELL_LEN - TAG_LEN),
        ("COVER_PLAINTEXT", bytes(CELL_LEN - TAG_LEN)),
    ):
        setattr(cells, name, value)
    from messenger.protocol import veil  # noqa: PLC0415  it takes the length over when it loads

    for name, count in zip(("MIN_CELL_COUNT", "MAX_CELL_COUNT"), FLIGHT_CELLS, strict=True):
        setattr(veil, name, count)


def main() -> int:
    """Be ``hum`` with small cells."""
    shrink()
    from messenger.__main__ import main as hum  # noqa: PLC0415  likewise
    from messenger.engine import wire_client  # noqa: PLC0415  likewise

    wire_client.wire_command = lambda: (sys.executable, "-m", "bench.small_cells", "wire-process")
    return hum()


if __name__ == "__main__":
    sys.exit(main())
