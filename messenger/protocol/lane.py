"""The fast lane: what two sides may agree on for a large file, and how long it then runs.

The observer sees a higher rate, both ways, for a whole number of minutes out of few. Neither the
size of the file nor the way it goes shows, only that something large moves.

Source: docs/protocol.md, section 6.
"""

from typing import Final

from messenger.core.types import LONGEST_LANE_MIN

LANE_INTERVAL_S: Final = 0.01  # seconds between cells: 100 cells, 51,200 bytes a second each way
LANE_MINUTES: Final = (1, 2, 5, 10, 20, 30, LONGEST_LANE_MIN)  # how long a lane may run
LANE_SPARE: Final = 0.9  # share of a lane's cells that a file is planned to need at most


def lane_minutes(seconds: float) -> int | None:
    """Return the shortest lane for a file that needs ``seconds`` of it; None: longer than any."""
    return next((m for m in LANE_MINUTES if seconds <= m * 60 * LANE_SPARE), None)


def lane_instants(minutes: int) -> int:
    """Return how many instants of one side a lane has."""
    return round(minutes * 60 / LANE_INTERVAL_S)
