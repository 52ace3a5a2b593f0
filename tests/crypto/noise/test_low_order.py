"""Public keys that would make every exchange the same are refused wherever a key can stand."""

import pytest
from conversation import INITIATOR, RESPONDER, Pair, pair, side

from messenger.core.errors import InvalidKeyError
from messenger.crypto.noise import X448, X25519, HandshakeState, KeyPair

# The points of small order of Curve25519 and its twist, as published by D. J. Bernstein
# (https://cr.yp.to/ecdh.html, "validate"), least significant byte first. Each also with the top
# bit set, which X25519 ignores.
LISTED = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]
LOW_ORDER = [
    bytes.fromhex(text)[:31] + bytes([bytes.fromhex(text)[31] | top_bit])
    for text in LISTED
    for top_bit in (0, 0x80)
]

every_point = pytest.mark.parametrize(
    "point", LOW_ORDER, ids=[p.hex()[:6] + p.hex()[-2:] for p in LOW_ORDER]
)


@every_point
def test_an_exchange_with_it_is_refused(point: bytes) -> None:
    with pytest.raises(InvalidKeyError):
        X25519.exchange(INITIATOR.private, point)
    with pytest.raises(InvalidKeyError):
        X25519.check_public(point)


@every_point
@pytest.mark.parametrize("pattern", ["NN", "XX", "XK", "IK", "XXhfs", "XKhfs", "XXpsk0"])
def test_it_is_refused_as_either_ephemeral_key(pattern: str, point: bytes) -> None:
    talk = pair(pattern)
    for _ in range(2):
        reader, message = talk.reader, talk.writer.write_message()
        before = reader.checkpoint()
        with pytest.raises(InvalidKeyError):
            reader.read_message(point + message[32:])
        assert reader.checkpoint() == before
        reader.read_message(message)


@every_point
@pytest.mark.parametrize("pattern", ["XX", "XXhfs", "XK", "IK", "IX", "IN"])
def test_it_is_refused_as_a_static_key_that_travels(pattern: str, point: bytes) -> None:
    """A peer that sends it, correctly encrypted, is refused at that message."""
    bad = KeyPair(INITIATOR.private, point)
    for initiator_is_bad in (True, False):
        talk = with_static(pattern, bad, initiator=initiator_is_bad)
        if talk is not None:
            with pytest.raises(InvalidKeyError):
                talk.finish()


def with_static(pattern: str, static: KeyPair, *, initiator: bool) -> Pair | None:
    """Begin a pair in which one side sends ``static``; None if that key does not travel."""
    travels = pattern.rstrip("hfs")[0 if initiator else 1] in "XI"
    if not travels:
        return None
    return Pair(
        side(pattern, initiator=True, **({"s": static} if initiator else {})),
        side(pattern, initiator=False, **({} if initiator else {"s": static})),
    )


@every_point
@pytest.mark.parametrize("pattern", ["NK", "XK", "IK", "XKhfs", "N"])
def test_it_is_refused_as_a_key_known_beforehand(pattern: str, point: bytes) -> None:
    with pytest.raises(InvalidKeyError):
        side(pattern, initiator=True, rs=point)


@pytest.mark.parametrize("top", [0, 1, 2**448 - 2**224 - 2, 2**448 - 2**224 - 1, 2**448 - 2**224])
def test_low_order_points_of_x448_are_refused(top: int) -> None:
    point = top.to_bytes(56, "little")
    own = KeyPair.generate(X448)
    with pytest.raises(InvalidKeyError):
        X448.exchange(own.private, point)
    name = "Noise_NN_448_ChaChaPoly_SHA512"
    initiator = HandshakeState(name, initiator=True)
    initiator.write_message()
    before = initiator.checkpoint()
    with pytest.raises(InvalidKeyError):
        initiator.read_message(point + bytes(16))
    assert initiator.checkpoint() == before


def test_ordinary_keys_are_not_refused() -> None:
    for key in (RESPONDER.public, (2).to_bytes(32, "little"), (9).to_bytes(32, "little")):
        X25519.check_public(key)
        assert X25519.exchange(INITIATOR.private, key) != bytes(32)
