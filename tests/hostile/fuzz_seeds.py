"""What the fuzzer starts from: one true input, or a few, for each target that has a form."""

import base64
import json
import struct
import zlib

import msgspec
from fuzz_files import FILES
from fuzz_helpers import HELPERS, claims
from fuzz_oracle import joined
from fuzz_plain import PLAIN
from fuzz_sealed import SEALED
from fuzz_updates import NAMES, ROLES, UPDATES, honest

from messenger.core.types import Address
from messenger.crypto.fingerprint import fingerprint
from messenger.crypto.noise.keys import KeyPair
from messenger.crypto.padding import pad
from messenger.gui.thumbnail_format import THUMB_HEAD, THUMB_MARK
from messenger.protocol import (
    bodies,
    card,
    control,
    file_chunks,
    introduction,
    mailbox,
    message_channel,
    parcel,
    relay_card,
)
from messenger.protocol.cells import CellWriter
from messenger.protocol.session import Session
from messenger.store.backup_tables import Manifest, Section
from messenger.store.key_file import KeyFile, RecoverySlot, encode_key_file
from messenger.update import manifest
from messenger.update.manifest_signature import PAYLOAD_TYPE
from messenger.wire import messages, pipe

_ID = bytes(range(16))
_KEY = KeyPair.from_private(bytes([9]) * 32).public


def seeds(target: str) -> list[bytes]:
    """Return true inputs of a target; at least one."""
    if target not in PLAIN | SEALED | FILES | HELPERS | UPDATES:
        raise KeyError(target)
    return _SEEDS.get(target, [b"\0" * 64])


def _cell(*segments: tuple[int, bytes]) -> bytes:
    writer = CellWriter()
    for channel, data in segments:
        writer.add(channel, data)
    return writer.plaintext()


def _framed(body: bytes) -> bytes:
    return len(body).to_bytes(3, "big") + body


def _bodies() -> list[bytes]:
    message = bodies.Text(_ID, "good morning", 1_000)
    return [
        bodies.encode_body(body)
        for body in (
            message,
            bodies.Edit(_ID, bytes(16), "good evening", 2_000),
            bodies.Delete(_ID, bytes(16), 3_000),
            bodies.React(_ID, bytes(16), "\N{WAVING HAND SIGN}", 4_000),
            bodies.SetTimer(_ID, 3_600, 5_000),
            bodies.NewKey(_ID, _KEY, 6_000),
            bodies.FileOffer(_ID, "a.jpg", 10, "image/jpeg", bytes(32), bytes(32), 7_000),
            bodies.FileStep(_ID, bytes(16), "accepted"),
            bodies.Receipt(_ID, (bytes(16), bytes(range(16)))),
            bodies.Heartbeat(),
        )
    ]


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    text = chunk(b"tEXt", b"Comment\0here")
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + text + pixels + chunk(b"IEND", b"")


def _jpeg() -> bytes:
    def segment(marker: int, data: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data

    jfif = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    exif = segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\1" + entry + bytes(4))
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\x34\xff\0\x56"
    return b"\xff\xd8" + jfif + exif + segment(0xFE, b"a comment") + scan + b"\xff\xd9"


def _webp() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)

    parts = chunk(b"VP8X", b"\x08" + bytes(9)) + chunk(b"VP8L", b"\x2f" + bytes(8))
    parts += chunk(b"EXIF", b"somewhere")
    return b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WEBP" + parts


_GIF = base64.b64decode("R0lGODlhAQABAIAAAP///wAAACH+BGhlcmUAIfkEAQAAAAAsAAAAAAEAAQAAAgJEAQA7")


def _links() -> list[bytes]:
    addresses = (Address("192.0.2.7", 9), Address("2001:db8::1", 10), Address("hum.example", 11))
    plain = card.Card(_KEY, (), None, None)
    full = card.Card(_KEY, addresses, "Ada", None)
    return [card._encode_body(each) for each in (plain, full)]


def _relay_links() -> list[bytes]:
    addresses = (Address("192.0.2.7", 9), Address("2001:db8::1", 10), Address("hum.example", 11))
    return [relay_card._encode_body(relay_card.RelayCard(each, _KEY)) for each in addresses]


def _relay_requests() -> list[bytes]:
    access = mailbox.Access(bytes(24), bytes(32))
    requests: list[mailbox.Request] = [
        mailbox.New(bytes(24), bytes(32), b"d" * 24, bytes(32)),
        mailbox.Put(access, bytes(32), b"e" * 4096),
        mailbox.Get(access, 7, mailbox.Size.LARGE),
        mailbox.Ack(access, 7),
        mailbox.Wait(access, 0),
        mailbox.Delete(access),
    ]
    return [mailbox.encode_request(9, request) for request in requests]


def _relay_answers() -> list[bytes]:
    found = mailbox.Answer(mailbox.Status.OK, 0, 7, bytes(32), b"e" * 4096)
    busy = mailbox.Answer(mailbox.Status.BUSY, 5)
    return [
        b"\0" + mailbox.encode_answer(9, busy),
        b"\1" + mailbox.encode_answer(9, found, room=mailbox.Size.SMALL),
    ]


def _pipe_messages() -> list[bytes]:
    return [pipe.encode(messages.SendFrame(1, 2, 3, b"body")), pipe.encode(messages.CloseLink(1))]


def _sessions() -> list[bytes]:
    """A session after one exchange and an envelope each way, with an envelope for it behind."""
    ann, ben, both, exporter = Session.empty(), Session.empty(), b"both keys", bytes(32)
    pending, offer = ann.offer(None)
    ben, answer = ben.answer(offer, exporter)
    ann = ann.accept(pending, answer, exporter)
    ann, envelope = ann.seal(b"one", both)
    ben, _ = ben.open(envelope, both)
    ben, envelope = ben.seal(b"two", both)
    return [joined(ann.encode(), envelope), joined(ben.encode(), b"")]


def _backup() -> bytes:
    columns = ("key", "value")
    manifest = Manifest(1, True, (Section("identity", columns, 1), Section("setting", columns, 1)))
    rows = [msgspec.msgpack.encode((number, ("a", 1))) for number in (0, 1)]
    return joined(msgspec.msgpack.encode(manifest), *rows, b"")


def _control() -> list[bytes]:
    hello = control.Hello(1, "Ada", True, (_ID,), 9, (("192.0.2.7", 9),))
    offer = control.EpochOffer(None, _KEY, bytes(1184))
    return [control.encode_control(frame) for frame in (hello, offer, control.Ack((_ID, _ID)))]


_KEY_FILE = encode_key_file(KeyFile(_ID, bytes(32), True, [RecoverySlot(bytes(60))]))


def _updates() -> dict[str, list[bytes]]:
    signed = {role: json.dumps(honest().signed[role].to_dict()).encode() for role in ROLES}
    custom = honest().signed["targets"].to_dict()["targets"]
    return {
        "update-server": [joined(*(honest().files[name] for name in NAMES))],
        "update-signed": [bytes([at]) + signed[role] for at, role in enumerate(ROLES)],
        "update-custom": [json.dumps(each["custom"]).encode() for each in custom.values()],
    }


def _parcels() -> list[bytes]:
    items = (parcel.Acks((_ID, bytes(16))), parcel.Whole(_bodies()[0]))
    return [parcel.encode_parcel(items), parcel.encode_parcel([*parcel.pieces_of(bytes(99))])]


def _letters() -> list[bytes]:
    box = bodies.Mailbox("192.0.2.7", 9, _KEY, bytes(24), bytes(32), True)
    places = (("192.0.2.7", 9),)
    letter = introduction.Letter("Ada", (box,), 9, places, _KEY, bytes(1184))
    reply = introduction.Reply("Ben", (), 9, places, _ID, _KEY, bytes(1088))
    return [
        bytes([number]) + msgspec.msgpack.encode(said)
        for number, said in enumerate((letter, reply))
    ]


def _records() -> bytes:
    records = (b"one", b"two" * 400)
    return b"".join(struct.pack(">I", len(each)) + each for each in records) + bytes(4)


def _manifests() -> list[bytes]:
    entries = (
        manifest.File("bin/hum", 9, "0" * 64, "755"),
        manifest.Link("lib/libhum.so", "libhum.so.1"),
    )
    return [manifest.Manifest("0.1.0", "linux-x86_64", each).encode() for each in (entries, ())]


def _signatures() -> bytes:
    given = [{"keyid": "00" * 32, "sig": "AAAA"}]
    return json.dumps({"payloadType": PAYLOAD_TYPE, "signatures": given}).encode()


def _mailed() -> list[bytes]:
    """A letter and an answer, each behind the byte that says which of them it is."""
    letter, reply = (said[1:] for said in _letters())
    return [b"\0" + pad(letter, len(letter) + 9), b"\xff" + pad(reply, len(reply) + 9)]


_LAN_HOSTS = '"192.0.2.7","fe80::1%2","::ffff:127.0.0.1"'

_SEEDS: dict[str, list[bytes]] = {
    "sighting": [
        f'{{"tag":"{base64.b64encode(bytes(16)).decode()}","addresses":[{_LAN_HOSTS}],"port":9}}'.encode()
    ],
    "router": [b'{"host":"9.9.9.1","port":4567,"lease_s":60}', b'{"reason":"refused"}'],
    "thumbnail": [
        THUMB_HEAD.pack(THUMB_MARK, 2, 1, 3) + bytes(6),
        b'{"problem": "damaged"}',
        b"[" * 5_000,
    ],
    "qr-answer": [b'{"texts": ["hum:abc", "x"]}', b'{"problem": "no_code"}', b"[" * 5_000],
    "mailed": _mailed(),
    "transcript": [claims()],
    "cell": [_cell((1, b"one"), (2, b"two" * 50))],
    "frames": [_cell((1, _framed(b"one")), (2, _framed(b"two" * 9)[:20])) + _cell((2, b"wotwo"))],
    "cells": [b"\0" + _cell((1, _framed(b"one"))), b"\xff" + _cell((4, _framed(bytes(33))))],
    "control": _control(),
    "message": [message_channel.encode_envelope(bytes(97)), b"\x01" + _control()[1]],
    "file": [
        file_chunks.encode_bulk(file_chunks.Want(_ID, 3)),
        file_chunks.encode_bulk(file_chunks.Have(_ID, 4)),
        file_chunks.encode_bulk(file_chunks.Chunk(_ID, 5, bytes(60))),
    ],
    "body": _bodies(),
    "inside": [b"\0" + body for body in _bodies()] + [b"\xff" + pad(b"x", 40)],
    "relay-request": _relay_requests(),
    "relay-answer": _relay_answers(),
    "link": _links(),
    "relay-link": _relay_links(),
    "pasted": [f"hello {card._LINK.encode(body)} bye".encode() for body in _links()],
    "fingerprint": [fingerprint(_KEY).encode()],
    "name": [b"holiday.jpg", b"../../etc/passwd", "\u202egpj.exe".encode(), b"CON.txt"],
    "shown": ["Ada\r\n\u202e\u0301 \N{FAMILY}".encode()],
    "picture": [_png(), _jpeg(), _webp(), _GIF],
    "picture-header": [_png(), _jpeg(), _webp(), _GIF],
    "parcel": _parcels(),
    "letter": _letters(),
    "backup-file": [_records()],
    "backup-head": [b"HUMBACK\n" + bytes(120)],
    "manifest": _manifests(),
    "manifest-signatures": [_signatures()],
    "session": _sessions(),
    "key-file": [_KEY_FILE[:-32]],
    "backup": [_backup()],
    "pipe": [joined(*_pipe_messages(), b"")],
    **_updates(),
    "header": [b"\0" + _KEY + struct.pack(">II", 0, 0) + bytes(60)],
    "first-flight": [b"\0\1" + bytes(200), b"\xff\2" + bytes(200)],
}
