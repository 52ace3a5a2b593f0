"""Targets that read what helper processes say, who may be taken over, and what comes by mail."""

import functools
import json
import random
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import msgspec
from fuzz_oracle import REMOTE, Target, holds, same
from PySide6.QtCore import QSize

from messenger.core.decoding import DECODE_ERRORS
from messenger.core.errors import CryptoError, ProtocolError
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair
from messenger.crypto.padding import pad
from messenger.engine import forgery
from messenger.engine.addresses import is_loopback
from messenger.engine.lan import is_dialled_nearby
from messenger.gui.qr_reader_client import parse_answer
from messenger.gui.thumbnail_client import Thumbnail, parse_thumbnail
from messenger.net import lan, port_mapping
from messenger.protocol import introduction, veil
from messenger.protocol.bodies import Mailbox
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.introduction import ENVELOPE_LEN, Asked, Asking
from messenger.protocol.transcript import check
from messenger.protocol.veil import Header, Veil

_ROOM = QSize(64, 48)  # pixels; of the small picture that was asked for
_HOUR = 500_000  # of a letter
_FORGED = Path(__file__).parents[1] / "fixtures" / "transcripts" / "v2.json"
_CLAIMED = ("peer", "secrets", "steps")  # in a transcript, besides flights and cells


# -- helper processes ----------------------------------------------------------------------------


def sighting(data: bytes) -> None:
    """A line of the finder, which reads what anybody in the network sends, leads to others only."""
    try:
        seen = lan._sighting_of(data)
    except (ValueError, *DECODE_ERRORS):
        return
    for host in filter(is_dialled_nearby, seen.addresses):
        holds(not is_loopback(host.partition("%")[0]), "nobody sends us to ourselves")


def router(data: bytes) -> None:
    """A line of the port mapper, whose C library reads what routers say, names a place or none."""
    try:
        state = port_mapping._state_of(msgspec.json.decode(data, type=port_mapping._Told))
    except (ValueError, *DECODE_ERRORS):
        return
    if state.outside is not None:
        holds(0 < state.outside.port < 1 << 16, "a port")
        same(str(ip_address(state.outside.host)), state.outside.host, "an address")


def thumbnail(data: bytes) -> None:
    """What a picture makes its process say is pixels within the room, or a problem."""
    found = parse_thumbnail(data, _ROOM)
    if isinstance(found, Thumbnail):
        image = found.image()
        same((image.width(), image.height()), (found.width, found.height), "a size")
        holds(image.width() <= _ROOM.width() and image.height() <= _ROOM.height(), "the room")


def qr_answer(data: bytes) -> None:
    """What the reader of codes says is texts, or a problem."""
    found = parse_answer(data)
    if isinstance(found, list):
        holds(bool(found) and all(isinstance(text, str) for text in found), "texts")


# -- mail and files of people ----------------------------------------------------------------------


@functools.cache
def _key(seed: int) -> KeyPair:
    return KeyPair.from_private(bytes([seed]) * 32)


def letter_of(payload: bytes) -> bytes:
    """Return an envelope that Ada rightly seals for Ben, whatever it says."""
    noise = HandshakeState(
        introduction.PROTOCOL_NAME,
        initiator=True,
        prologue=introduction.PROLOGUE,
        s=_key(2),
        rs=_key(1).public,
    )
    cells = ENVELOPE_LEN // CELL_LEN
    room = veil.message_len(cells) - noise.overhead_len()
    message = noise.write_message(payload[:room].ljust(room, b"\0"))
    cover = Veil(_key(1).public, salt=bytes(32), number=1, previous_salt=b"")
    return cover.seal(Header(cells, _HOUR), message)


@functools.cache
def _asking() -> Asking:
    box = Mailbox("192.0.2.7", 9, _key(3).public, bytes(24), bytes(32), True)
    return Asking.begin(
        _key(2), _key(1).public, name="Ada", boxes=(box,), addresses=(), unix_ms=_HOUR * 3_600_000
    )


def mailed(data: bytes) -> None:
    """Any text of a right letter, or of the right answer to one: it says one thing, or nothing."""
    said = data[1:]
    try:
        if data[:1] < b"\x80":
            asked = Asked.read(_key(1), letter_of(said))
            same(asked.peer_key, _key(2).public, "the key that wrote it")
            found: introduction.Letter | introduction.Reply = asked.letter
        else:
            kept = _asking()
            accepting = Asked.read(_key(1), kept.envelope).accept(random.Random(1))
            room = introduction._ANSWER_ROOM
            sealed = accepting._transport.send.encrypt_with_ad(b"", said[:room].ljust(room, b"\0"))
            again = Asking(_key(2), _key(1).public, kept.secrets)
            found, _ = again.read(accepting._flight + sealed)
    except REMOTE:
        return
    text = introduction._ENCODER.encode(found)
    same(said[: len(text) + 1], pad(text, len(text) + 1), "what was said encodes back")


@functools.cache
def forged() -> dict[str, Any]:
    """A stored transcript, as JSON has it."""
    kept: dict[str, Any] = json.loads(_FORGED.read_bytes())
    return kept


def claims() -> bytes:
    """What that transcript says besides what crossed: the end of the file."""
    said = {name: forged()[name] for name in _CLAIMED}
    return json.dumps(said, separators=(",", ":")).encode()[1:]


def transcript(data: bytes) -> None:
    """Whatever somebody claims of what crossed verifies or does not; nothing else comes of it."""
    crossed = {name: value for name, value in forged().items() if name not in _CLAIMED}
    try:
        lines = check(forgery._from_json(json.dumps(crossed).encode()[:-1] + b"," + data))
    except (ProtocolError, CryptoError, ValueError, *DECODE_ERRORS):
        return
    holds(all(isinstance(line.text, str) for line in lines), "lines")


HELPERS: dict[str, Target] = {
    "sighting": sighting,
    "router": router,
    "thumbnail": thumbnail,
    "qr-answer": qr_answer,
    "mailed": mailed,
    "transcript": transcript,
}
