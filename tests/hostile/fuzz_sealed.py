"""Targets behind a key: the fuzzer writes what a peer who holds the keys would seal."""

import functools
import random
import struct

from fuzz_oracle import REMOTE, Target, cut, damaged, holds

from messenger.core.errors import RemoteProtocolError
from messenger.crypto import xchacha
from messenger.crypto.noise.cipher_state import CipherState
from messenger.crypto.noise.functions import CHACHAPOLY
from messenger.crypto.noise.keys import KeyPair
from messenger.crypto.noise.transport import Transport
from messenger.crypto.padding import pad
from messenger.crypto.ratchet import Ratchet
from messenger.protocol.cells import CELL_ROOM, CellSealer
from messenger.protocol.envelope import open_envelope, seal_envelope
from messenger.protocol.handshake import (
    InitiatorHandshake,
    Introduction,
    ResponderHandshake,
    veil_secret,
)
from messenger.protocol.link import Link
from messenger.protocol.open_link import OpenLink
from messenger.protocol.rekey import RekeyLimits
from messenger.protocol.replay import ReplayCache
from messenger.protocol.veil import (
    HEAD_LEN,
    MAX_CELL_COUNT,
    MIN_CELL_COUNT,
    Header,
    Veil,
    message_len,
)

_BOTH = b"both identity keys"
_HOUR = 500_000  # any hour of the epoch that has come
_NOW = _HOUR * 3600
_HEADER = struct.Struct(">32sII")


@functools.cache
def _key(seed: int) -> KeyPair:
    return KeyPair.from_private(bytes([seed]) * 32)


def _responder() -> ResponderHandshake:
    return ResponderHandshake(
        _key(1),
        admits_strangers=lambda: True,
        replay=ReplayCache(),
        unix_s=_NOW,
        random=random.Random(1),
    )


def stranger(data: bytes) -> None:
    """Whatever comes first on a socket: silence, never an answer, whatever the pieces."""
    link = Link.accept(
        _key(1),
        admits_strangers=lambda: True,
        replay=ReplayCache(),
        unix_s=_NOW,
        now=0.0,
    )
    for part in cut(data, 4):
        link.receive_data(part, 0.0)
        while link.next_event() is not None:
            pass
    holds(not link.data_to_send(), "no byte for a stranger")


def first_flight(data: bytes) -> None:
    """A first flight by somebody who knows the key: any Noise message under a right veil."""
    introduction = Introduction.KNOWN_KEY if data[:1] < b"\x80" else Introduction.FIRST_USE
    count = MIN_CELL_COUNT + data[1:2].ljust(1)[0] % (MAX_CELL_COUNT - MIN_CELL_COUNT + 1)
    message = data[2:][: message_len(count)].ljust(message_len(count), b"\0")
    cover = Veil(
        veil_secret(introduction, _key(1).public), salt=bytes(32), number=1, previous_salt=b""
    )
    _read_flight(cover.seal(Header(count, _HOUR), message))


def damaged_flight(data: bytes) -> None:
    """A true first flight whose Noise message was changed in some places and sealed again."""
    caller = InitiatorHandshake(
        _key(2), _key(1).public, unix_s=_NOW, random=random.Random(data[:1])
    )
    flight = caller.first_flight()
    cover = Veil(
        veil_secret(Introduction.KNOWN_KEY, _key(1).public),
        salt=flight[:32],
        number=1,
        previous_salt=b"",
    )
    header = cover.open_header(flight[:HEAD_LEN])
    message = damaged(cover.open_message(flight), data[1:])
    _read_flight(cover.seal(Header(header.cell_count, _HOUR), message))


def _read_flight(flight: bytes) -> None:
    responder = _responder()
    try:
        holds(responder.flight_len(flight[:HEAD_LEN]) == len(flight), "a flight says its length")
        responder.receive_first(flight)
    except REMOTE:
        return


def cells(data: bytes) -> None:
    """A peer with a link: any plaintexts in right cells, rekeying in the middle included."""
    there, here = (CipherState(CHACHAPOLY, bytes([number]) * 32) for number in (1, 2))
    opened = OpenLink(
        Transport(there, here, bytes(32), bytes(32)),
        initiator=data[:1] < b"\x80",
        limits=RekeyLimits(after_cells=16),
        now=0.0,
    )
    sealer = CellSealer(CipherState(CHACHAPOLY, bytes([2]) * 32))
    try:
        for start in range(1, len(data), CELL_ROOM):
            cell = sealer.seal(data[start : start + CELL_ROOM].ljust(CELL_ROOM, b"\0"))
            sealer.cell_left()
            for _ in opened.receive_data(cell, 0.0):
                pass
            opened.next_cell()
            opened.cell_left()
    except RemoteProtocolError:
        return


@functools.cache
def _ratchets() -> tuple[Ratchet, Ratchet]:
    """Ada and Ben after one envelope each way; the same every time."""
    root, hka, hkb = (bytes([number]) * 32 for number in (3, 4, 5))
    ben = Ratchet.init_bob(
        root_key=root, own_private=_key(6).private, header_key_a=hka, header_key_b=hkb
    )
    ada = Ratchet.init_alice(
        root_key=root, peer_key=_key(6).public, header_key_a=hka, header_key_b=hkb
    )
    ada, envelope = seal_envelope(ada, b"one", _BOTH)
    ben, _ = open_envelope(ben, envelope, _BOTH)
    ben, envelope = seal_envelope(ben, b"two", _BOTH)
    ada, _ = open_envelope(ada, envelope, _BOTH)
    return ada, ben


def header(data: bytes) -> None:
    """Any header under the right header key, and any body behind it."""
    _, ben = _ratchets()
    assert ben.receiving is not None
    key = ben.receiving.header_key if data[:1] < b"\x80" else ben.next_receiving_header_key
    plain = data[1 : 1 + _HEADER.size].ljust(_HEADER.size, b"\0")
    nonce = bytes(xchacha.NONCE_LEN)
    envelope = nonce + xchacha.seal(key, nonce, plain, b"") + data[1 + _HEADER.size :]
    _open(ben, envelope)


def inside(data: bytes) -> None:
    """A right envelope around any padded bytes: what the ratchet hands on is a body or refused."""
    ada, ben = _ratchets()
    plaintext = pad(data[1:]) if data[:1] < b"\x80" else data[1:]
    _, envelope = ada.seal(plaintext, _BOTH)
    _open(ben, envelope)


def _open(ben: Ratchet, envelope: bytes) -> None:
    before = ben.receiving
    try:
        after, _ = open_envelope(ben, envelope, _BOTH)
    except REMOTE:
        holds(ben.receiving is before, "a refused envelope changes nothing")
        return
    holds(after is not ben, "an opened envelope moves the ratchet")


SEALED: dict[str, Target] = {
    "stranger": stranger,
    "first-flight": first_flight,
    "damaged-flight": damaged_flight,
    "cells": cells,
    "header": header,
    "inside": inside,
}
