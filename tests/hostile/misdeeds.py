"""What a contact with a valid key can say wrongly, one thing at a time.

Each is a function of Mallory that says it once. Those in ``ENDING`` break a rule that no honest
peer can break: the link has to end. Those in ``IGNORED`` could be a later version, a crossing or a
mistake: nothing may come of them, and the link stays.
"""

import os
from collections.abc import Callable

import msgspec
from mallory import Mallory, hello, text

from messenger.core.types import Fork
from messenger.crypto.padding import pad
from messenger.protocol import bodies, file_chunks
from messenger.protocol.channels import MAX_FRAME_LEN, Channel
from messenger.protocol.control import (
    Ack,
    BuildWord,
    EpochAnswer,
    EpochOffer,
    Forked,
    LaneAnswer,
    LaneAsk,
    Lineage,
    Unreadable,
    encode_control,
)
from messenger.protocol.message_channel import encode_envelope, encode_epoch

Misdeed = Callable[[Mallory], None]

CONTROL, MESSAGE, LINK = Channel.CONTROL, Channel.MESSAGE, Channel.LINK
FOREIGN = bytes(range(16))  # the id of something that is not theirs, or not at all
LATEST_MS = bodies.MAX_TIME_MS
_KEM_KEY, _KEM_CIPHERTEXT = 1184, 1088


def packed(*fields: object) -> bytes:
    return msgspec.msgpack.encode(fields)


def framed(body: bytes) -> bytes:
    return len(body).to_bytes(3, "big") + body


def raw_hello(**changes: object) -> bytes:
    """A Hello whose fields nobody has checked."""
    fields = {
        "tag": 1,
        "version": 1,
        "name": "Mallory",
        "consent": True,
        "epochs": [],
        "port": 0,
        "addresses": [],
    }
    return packed(*(fields | changes).values())


def a_cell(change: Callable[[bytes], bytes]) -> Misdeed:
    """Send the next cell, changed."""
    return lambda m: m.raw(change(m.sealed_cell()))


def segment(channel: int, data: bytes, rest: bytes = b"") -> Misdeed:
    return lambda m: m.cell((channel, data), rest=rest)


def control(body: bytes) -> Misdeed:
    """A frame of the CONTROL channel, cut into as many cells as it needs."""
    return lambda m: stream(m, CONTROL, framed(body))


def message(body: bytes) -> Misdeed:
    return lambda m: m.frame(MESSAGE, body)


def epoch(body: bytes) -> Misdeed:
    return lambda m: m.frame(Channel.EPOCH, body)


def inside(body: bytes) -> Misdeed:
    """A right envelope around something."""
    return lambda m: m.envelopes([body])


def written(body: bodies.KnownBody) -> Misdeed:
    return lambda m: m.write(body)


def stream(m: Mallory, channel: int, data: bytes) -> None:
    for start in range(0, len(data), 400):
        m.cell((channel, data[start : start + 400]))


def backwards(m: Mallory) -> None:
    first, second = m.sealed_cell(), m.sealed_cell()
    m.raw(second + first)


def envelopes_of_nobody(m: Mallory) -> None:
    for _ in range(5_000):
        m.frame(MESSAGE, encode_envelope(os.urandom(300)))


def an_envelope_again(m: Mallory) -> None:
    frame = encode_envelope(m.sealed(bodies.encode_body(bodies.Heartbeat())))
    for _ in range(3):
        m.frame(MESSAGE, frame)


def the_same_message_again(m: Mallory) -> None:
    once = text("said once")
    m.write(once, once, once)


ENDING: dict[str, Misdeed] = {
    # the line
    "noise in place of a cell": lambda m: m.raw(os.urandom(512)),
    "a cell with one bit turned": a_cell(lambda cell: cell[:-1] + bytes([cell[-1] ^ 1])),
    "a cell without its end": a_cell(lambda cell: cell[:500] + os.urandom(600)),
    "a cell twice": a_cell(lambda cell: cell * 2),
    "two cells in the wrong order": backwards,
    "a channel that there is not": segment(9, b"x"),
    "a rest that is not zero": segment(CONTROL, framed(b"x"), rest=b"\0" * 40 + b"x"),
    "an empty segment": lambda m: m.cell(rest=b"\1\0\0\1"),
    "an empty frame": segment(CONTROL, bytes(3)),
    "a frame of 16 MiB": segment(MESSAGE, b"\xff\xff\xff" + b"x" * 100),
    "a frame longer than its channel": segment(
        CONTROL, (MAX_FRAME_LEN[CONTROL] + 1).to_bytes(3, "big")
    ),
    "new keys that nobody offered": lambda m: stream(m, LINK, framed(b"\2" + bytes(1120))),
    "a switch of keys out of state": segment(LINK, framed(b"\3")),
    "an offer of keys that are none": lambda m: stream(m, LINK, framed(b"\1" + bytes(1216))),
    # control frames
    "no msgpack": control(b"\xc1" * 20),
    "a name of 64 KiB": control(raw_hello(name="W" * 65_536)),
    "a name of 65 characters": control(raw_hello(name="W" * 65)),
    "a name that is no text": control(raw_hello(name=b"\xff\xfe")),
    "a hundred addresses": control(raw_hello(addresses=[["192.0.2.1", 1]] * 100)),
    "an address with control characters": control(raw_hello(addresses=[["a\r\nb", 1]])),
    "port 0, and port 70,000": control(raw_hello(addresses=[["192.0.2.1", 70_000]])),
    "an epoch on the channel of messages": message(
        encode_epoch(EpochOffer(None, bytes(32), bytes(_KEM_KEY)))
    ),
    "an envelope on the channel of epochs": epoch(encode_envelope(bytes(97))),
    "a kind of frame that there is not, for epochs": epoch(b"\7" + bytes(50)),
    "an epoch on the wrong channel": control(
        encode_control(EpochOffer(None, bytes(32), bytes(_KEM_KEY)))
    ),
    "65 acknowledgements in one frame": control(packed(4, [FOREIGN] * 65)),
    "an ack without ids": control(packed(4, [])),
    "seconds in place of a number": control(packed(5, 1.5)),
    # epochs out of order
    "an epoch that nobody offered": epoch(
        encode_epoch(EpochAnswer(FOREIGN, bytes(32), bytes(_KEM_CIPHERTEXT)))
    ),
    "an epoch on top of one that is not held": epoch(
        encode_epoch(EpochOffer(FOREIGN, os.urandom(32), os.urandom(_KEM_KEY)))
    ),
    "an epoch with a worthless key": epoch(
        encode_epoch(EpochOffer(None, bytes(32), os.urandom(_KEM_KEY)))
    ),
    "a kind of frame that there is not": message(b"\7" + bytes(50)),
    "five thousand envelopes of nobody": envelopes_of_nobody,
    # bodies
    "an envelope of nonsense": inside(b"\xc1" * 40),
    "an envelope of nothing": inside(b""),
    "padding inside padding": inside(pad(b"x", 40)),
    "a text that is too long": inside(packed(1, os.urandom(16), "x" * 65_537, 1, None, 0)),
    "a time behind the last one": inside(packed(1, os.urandom(16), "x", LATEST_MS + 1, None, 0)),
    "a time before the first one": inside(packed(1, os.urandom(16), "x", -1, None, 0)),
    "a message that lives for ever and a day": inside(
        packed(1, os.urandom(16), "x", 1, None, 1 << 40)
    ),
    "an id that is too short": inside(packed(1, b"x", "x", 1, None, 0)),
    "a file of a negative size": inside(
        packed(6, os.urandom(16), "a", -1, "", bytes(32), bytes(32), 1, None, 0)
    ),
    "a file of 2^33 bytes": inside(
        packed(6, os.urandom(16), "a", 1 << 33, "", bytes(32), bytes(32), 1, None, 0)
    ),
    "a file without a name": inside(
        packed(6, os.urandom(16), "", 1, "", bytes(32), bytes(32), 1, None, 0)
    ),
    "a step that there is not": inside(packed(7, os.urandom(16), FOREIGN, "executed")),
    "a reaction of a kilobyte": inside(packed(4, os.urandom(16), FOREIGN, "x" * 1024, 1)),
    "four mailboxes": inside(
        packed(
            17,
            os.urandom(16),
            [["192.0.2.1", 1, bytes(32), bytes(24), bytes(32), True]] * 4,
            1,
        )
    ),
}

ENDING["a wish behind the end of the longest file"] = lambda m: m.frame(
    Channel.BULK, file_chunks.encode_bulk(file_chunks.Want(FOREIGN, 0xFFFF_FFFF))
)

IGNORED: dict[str, Misdeed] = {
    "a frame of a later version": control(packed(200, "anything", 1)),
    "acknowledgements of what nobody sent": control(encode_control(Ack((FOREIGN,) * 64))),
    "four billion unreadable envelopes": lambda m: m.say(Unreadable(0xFFFF_FFFF)),
    "an answer to no question for a lane": lambda m: m.say(LaneAnswer(True), LaneAnswer(False)),
    "a build of nonsense": lambda m: m.say(BuildWord("<b>", "%s%n", bytes(32), False)),
    "runs of another life": lambda m: m.say(Lineage(os.urandom(16), FOREIGN, FOREIGN, 1)),
    "two who are one": lambda m: m.say(Forked(Fork.IN_USE, own=False)),
    "a chunk of no file": lambda m: m.frame(
        Channel.BULK, file_chunks.encode_bulk(file_chunks.Chunk(FOREIGN, 0, bytes(60)))
    ),
    "a wish for no file": lambda m: m.frame(
        Channel.BULK, file_chunks.encode_bulk(file_chunks.Want(FOREIGN, 0))
    ),
    "an envelope again": an_envelope_again,
    "a message again": the_same_message_again,
    "a body of a later version": inside(packed(77, os.urandom(16), "anything")),
    "a time of the year 287396": written(text("far ahead", LATEST_MS)),
    "a time before there were computers": written(text("far behind", 0)),
    "a key that is none": written(bodies.NewKey(os.urandom(16), bytes(32), 1)),
    "a timer of the last millisecond": written(bodies.SetTimer(b"\xff" * 16, 1, LATEST_MS)),
    "and a timer that nobody may undo": written(bodies.SetTimer(b"\xfe" * 16, 0, LATEST_MS)),
    "a request for a lane": lambda m: m.say(LaneAsk(60)),
}

# Names as the protocol lets them through: at most 64 characters.
NAMES = (
    "\u202egnp.exe\u202c\u2066",
    "Ada\0\x1b[31m\r\nBen",
    "a" + "\u0301" * 63,
    "\u200b\u200d\u2060\ufeff" * 16,
    '<img src="file:///etc/passwd">',
    "\U000e0041" * 64,
    "",
)

# Addresses where nobody but the one who dials would be met, or nobody at all.
ASTRAY = (
    "127.0.0.1",
    "::1",
    "0.0.0.0",
    "::",
    "255.255.255.255",
    "224.0.0.251",
    "ff02::1",
    "169.254.169.254",
    "fe80::1",
    "240.0.0.1",
    "0.1.2.3",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::1",
    "localhost",
    "127.1",
    "0x7f000001",
)


def strange_hellos() -> list[Misdeed]:
    """Hellos within their limits that name what nobody should believe."""
    made: list[Misdeed] = [
        (lambda m, name=name: m.say(hello(name)))
        for name in NAMES  # type: ignore[misc]
    ]
    for start in range(0, len(ASTRAY), 4):
        places = tuple((host, 22) for host in ASTRAY[start : start + 4])
        made.append(lambda m, places=places: m.say(hello(addresses=places)))  # type: ignore[misc]
    return made
