"""What a cover profile costs on the wire and how long it lets a message wait. Pure arithmetic."""

from typing import Final

from messenger.core.frozen import frozen
from messenger.core.types import Cover

CELL_LEN: Final = 512  # bytes; design section 5
HEADERS_LEN: Final = 52  # bytes; IPv4 20 (IPv6 needs 20 more) + TCP 20 + timestamps 12
ACK_LEN: Final = 52  # bytes; an acknowledgement is headers alone
HOUR_S: Final = 3600
MONTH_HOURS: Final = 24 * 30
TYPICAL_WAIT: Final = 0.6  # of an interval; design section 5, measured


@frozen
class CoverPrice:
    """The price of one connected contact, both directions together."""

    bytes_per_hour: int
    bytes_per_month: int  # thirty days without a pause
    wait_s: float  # from Enter to the departure of a short message, typically


def price_of(cover: Cover) -> CoverPrice:
    """Add up the cells we send and receive and the acknowledgement that answers each.

    It is the upper end: an acknowledgement that rides on a cell costs nothing.
    """
    cells_per_hour = 2 * HOUR_S / cover.interval_s
    per_hour = cells_per_hour * (CELL_LEN + HEADERS_LEN + ACK_LEN)
    return CoverPrice(
        bytes_per_hour=round(per_hour),
        bytes_per_month=round(per_hour * MONTH_HOURS),
        wait_s=TYPICAL_WAIT * cover.interval_s,
    )
