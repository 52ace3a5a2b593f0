"""What the QR reader process accepts and how it says no; shared by both ends of its pipe."""

from enum import StrEnum
from typing import Final

MAX_FILE_LEN: Final = 32 << 20  # bytes
MAX_PIXEL_COUNT: Final = 40_000_000  # above what most cameras and screens give
MAX_SIDE: Final = 16_384  # pixels
MAX_TEXT_COUNT: Final = 8  # codes reported of one picture
MAX_TEXT_LEN: Final = 4_296  # characters; the most an alphanumeric QR code holds, ISO/IEC 18004


class QrProblem(StrEnum):
    """Why a picture gave no text."""

    NOT_A_PICTURE = "not_a_picture"  # none of the formats we read
    TOO_LARGE = "too_large"  # MAX_FILE_LEN, MAX_PIXEL_COUNT or MAX_SIDE
    DAMAGED = "damaged"  # the right first bytes, but it does not decode
    NO_CODE = "no_code"  # a good picture without a QR code
    UNREADABLE = "unreadable"  # the file cannot be opened, or is not a file of this computer
    TIMEOUT = "timeout"  # told by the caller's clock
    CRASHED = "crashed"  # the process ended without an answer, for example at a limit
