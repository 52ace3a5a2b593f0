"""What decoders raise: of msgspec three kinds, of which its documentation names one, and of json.

Text inside msgpack or JSON that is no UTF-8 comes out as UnicodeDecodeError, and what nests too
deeply as RecursionError (msgspec 0.22; found by fuzzing).
"""

from typing import Final

import msgspec

DECODE_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
JSON_ERRORS: Final = (ValueError, RecursionError)  # of json.loads; UnicodeDecodeError is one
