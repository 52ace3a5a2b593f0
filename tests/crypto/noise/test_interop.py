"""Byte-for-byte agreement with two independent implementations, in both roles."""

import pytest
from independent_noise import (
    DissononceSide,
    Maker,
    NoiseprotocolSide,
    OurSide,
    keys_for,
    play,
)

BASIC = ["N", "K", "X", *(a + b for a in "NXKI" for b in "NKX")]
PSK = ["NNpsk0", "NKpsk2", "XXpsk3", "XKpsk3", "IKpsk1", "KKpsk0", "IXpsk2", "Npsk0", "Xpsk1"]
DEFERRED = [
    "NK1",
    "NX1",
    "X1N",
    "X1K",
    "XK1",
    "X1K1",
    "X1X",
    "XX1",
    "X1X1",
    "K1N",
    "K1K",
    "KK1",
    "K1K1",
    "K1X",
    "KX1",
    "K1X1",
    "I1N",
    "I1K",
    "IK1",
    "I1K1",
    "I1X",
    "IX1",
    "I1X1",
]
HASHES = ["SHA256", "SHA512", "BLAKE2s", "BLAKE2b"]


def names(patterns: list[str]) -> list[str]:
    """Every pattern with ChaChaPoly and one hash in turn, and XX with everything."""
    return [
        f"Noise_{pattern}_25519_ChaChaPoly_{HASHES[index % 4]}"
        for index, pattern in enumerate(patterns)
    ] + [f"Noise_XX_25519_{cipher}_{h}" for cipher in ("ChaChaPoly", "AESGCM") for h in HASHES]


@pytest.mark.parametrize("name", names(BASIC + PSK))
def test_noiseprotocol_says_the_same_bytes(name: str) -> None:
    assert_same_bytes(name, NoiseprotocolSide)


@pytest.mark.parametrize("name", names(BASIC + PSK + DEFERRED))
def test_dissononce_says_the_same_bytes(name: str) -> None:
    assert_same_bytes(name, DissononceSide)


def assert_same_bytes(name: str, other: Maker) -> None:
    initiator, responder = keys_for(name)
    ours_first = play(name, OurSide(name, initiator), other(name, responder))
    theirs_first = play(name, other(name, initiator), OurSide(name, responder))
    assert ours_first == theirs_first
    assert ours_first == play(name, OurSide(name, initiator), OurSide(name, responder))
