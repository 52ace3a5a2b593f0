"""Texts from Alice to Bob, exact in spite of a cipher that errs: two machines without sockets.

Alice codes a text into blocks, encrypts each under a key of its own, and sends the hidden states
along. Bob corrects single errors, asks again for blocks he cannot correct, and for all of them
when the CRC does not fit. Both derive the same keys from the session, text, and attempt.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from messenger.core.errors import MalformedFrameError, ReplayError
from messenger.lab.coding import (
    DATA_BITS,
    MAX_BLOCKS,
    SEGMENT,
    DamagedTextError,
    correct,
    damaged_segments,
    from_data,
    scrambler,
    to_blocks,
)
from messenger.lab.frames import Again, Got, Missing, Text
from messenger.lab.hidden_signature import BadSignatureError, HiddenSigner
from messenger.lab.network import Floats
from messenger.lab.shared_state import Shared
from messenger.lab.trio import BITS

MAX_ATTEMPTS: Final = 32  # of one text; afterwards the two do not hold the same networks


class UnreadableTextError(MalformedFrameError):
    """A text stays unreadable however often it is sent: the two share too little."""

    kind = "unreadable_text"


class Sender:
    """Alice's side of one session."""

    def __init__(self, shared: Shared, session: bytes) -> None:
        self._shared, self._session = shared, session
        self._signer = HiddenSigner(shared)
        self._number = -1
        self._blocks = np.empty((0, BITS), np.float32)

    def send(self, text: str, ident: bytes) -> Text:
        """Encrypt the next text; the one before it is given up.

        Args:
            text: What Bob is to read.
            ident: 8 bytes by which Bob knows a text that is sent anew in another session.
        """
        body = text.encode()
        self._number += 1
        self._blocks = to_blocks(body)
        cipher = self._encrypt(self._blocks, attempt=0)
        return Text(self._number, ident, cipher, self._signer.sign(body))

    def again(self, asked: Missing) -> Again:
        """Encrypt blocks once more, under keys that were never used.

        Raises:
            MalformedFrameError: Bob asks for what was never sent, or without end.
        """
        if asked.number != self._number or not 1 <= asked.attempt <= MAX_ATTEMPTS:
            raise MalformedFrameError("Bob asks for a text that is not on its way")
        if not asked.blocks or max(asked.blocks) >= len(self._blocks):
            raise MalformedFrameError("Bob asks for blocks that do not exist")
        cipher = self._encrypt(self._blocks[asked.blocks], asked.attempt)
        return Again(asked.number, asked.attempt, cipher)

    def _encrypt(self, blocks: Floats, attempt: int) -> bytes:
        label = attempt_label(self._session, self._number, attempt)
        keys = self._shared.keys(label, len(blocks))
        flipped = blocks * scrambler(label, len(blocks))
        return self._shared.pair.encrypt(flipped, keys).astype("<f4").tobytes()


class Receiver:
    """Bob's side of one session: give it frames, take answers and texts."""

    def __init__(self, shared: Shared, session: bytes) -> None:
        self._shared, self._session = shared, session
        self._signer = HiddenSigner(shared)
        self._number = -1
        self._attempt = 0
        self._signature = b""
        self._data = np.empty((0, DATA_BITS), np.bool_)
        self._asked: Sequence[int] = []
        self.text: str | None = None  # of the last Got

    def receive(self, frame: Text | Again) -> Missing | Got:
        """Read what came and answer.

        Raises:
            MalformedFrameError: Sizes or numbers do not fit; the session is over.
            ReplayError: A text came twice.
        """
        cipher = ciphertexts(frame.cipher)
        if isinstance(frame, Text):
            self._begin(frame, len(cipher))
        elif (frame.number, frame.attempt) != (self._number, self._attempt) or not self._asked:
            raise MalformedFrameError("Alice sends blocks nobody asked for")
        if len(cipher) != len(self._asked):
            raise MalformedFrameError("Alice sends another number of blocks than asked for")
        label = attempt_label(self._session, self._number, self._attempt)
        read = self._shared.pair.decrypt(cipher, self._shared.keys(label, len(cipher)))
        data, unsure = correct(read * scrambler(label, len(cipher)))
        self._data[self._asked] = data
        missing = damaged_segments(self._data)
        if unsure.any():
            missing[:] = False  # the segments are judged when their blocks are all sure
            missing[np.asarray(self._asked)[unsure]] = True
        return self._answer([int(block) for block in np.nonzero(missing)[0]])

    def _begin(self, frame: Text, count: int) -> None:
        if frame.number != self._number + 1:
            raise ReplayError("a text came twice, or one was left out")
        if count % SEGMENT:
            raise MalformedFrameError("a text comes in whole segments")
        self._number, self._attempt, self._signature = frame.number, 0, frame.signature
        self._data = np.zeros((count, DATA_BITS), np.bool_)
        self._asked = range(count)
        self.text = None

    def _answer(self, missing: list[int]) -> Missing | Got:
        if not missing:
            try:
                return self._finish(from_data(self._data))
            except DamagedTextError:
                missing = list(range(len(self._data)))
        self._attempt += 1
        if self._attempt > MAX_ATTEMPTS:
            raise UnreadableTextError("a text cannot be read: do both sides hold the same file?")
        self._asked = missing
        return Missing(self._number, self._attempt, missing)

    def _finish(self, body: bytes) -> Got:
        try:
            self.text = body.decode()
            self._signer.verify(body, self._signature)
        except UnicodeDecodeError as error:
            raise MalformedFrameError("a text is not UTF-8") from error
        except BadSignatureError:
            self.text = None
            return Got(self._number, signed=False)
        finally:
            self._asked = []
        return Got(self._number, signed=True)


def ciphertexts(raw: bytes) -> Floats:
    """Read float32 ciphertexts, ``(blocks, BITS)``.

    Raises:
        MalformedFrameError: They are no whole blocks, too many, or not numbers from -1 to 1.
    """
    if not raw or len(raw) % (4 * BITS) or len(raw) > 4 * BITS * MAX_BLOCKS:
        raise MalformedFrameError("ciphertexts come in whole blocks")
    cipher = np.frombuffer(raw, "<f4").astype(np.float32).reshape(-1, BITS)
    if not (np.abs(cipher) <= 1).all():  # also refuses what is not a number
        raise MalformedFrameError("ciphertexts are numbers from -1 to 1")
    return cipher


def attempt_label(session: bytes, number: int, attempt: int) -> bytes:
    """Name one attempt at one text; its keys and its scrambling follow from that."""
    return session + number.to_bytes(4, "big") + attempt.to_bytes(2, "big")
