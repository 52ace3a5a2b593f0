"""What the thumbnail process answers with: this head, then rows of pixels without padding."""

import struct
from typing import Final

THUMB_MARK: Final = b"HumT"
THUMB_HEAD: Final = struct.Struct(">4sHHB")  # mark, width, height, bytes a pixel: 3 or 4
