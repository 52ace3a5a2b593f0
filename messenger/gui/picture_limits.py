"""What the processes that read pictures accept and how they say no; shared by both ends."""

from enum import StrEnum
from typing import Final

from messenger.core.picture_header import MAX_PICTURE_LEN, MAX_PIXEL_COUNT, MAX_SIDE

MAX_FILE_LEN: Final = MAX_PICTURE_LEN  # bytes
MAX_TEXT_COUNT: Final = 8  # codes reported of one picture
MAX_TEXT_LEN: Final = 4_296  # characters; the most an alphanumeric QR code holds, ISO/IEC 18004
MAX_THUMB_SIDE: Final = 2_048  # pixels of what a picture is made small to, at most

__all__ = [
    "MAX_FILE_LEN",
    "MAX_PIXEL_COUNT",
    "MAX_SIDE",
    "MAX_TEXT_COUNT",
    "MAX_TEXT_LEN",
    "MAX_THUMB_SIDE",
    "PictureProblem",
]


class PictureProblem(StrEnum):
    """Why a picture was not shown, or gave no text."""

    NOT_A_PICTURE = "not_a_picture"  # none of the formats we read
    TOO_LARGE = "too_large"  # MAX_FILE_LEN, MAX_PIXEL_COUNT or MAX_SIDE
    DAMAGED = "damaged"  # the right first bytes, but it does not decode
    NO_CODE = "no_code"  # a good picture without a QR code
    UNREADABLE = "unreadable"  # the file cannot be opened, or is not a file of this computer
    TIMEOUT = "timeout"  # told by the caller's clock
    CRASHED = "crashed"  # the process ended without an answer, for example at a limit
