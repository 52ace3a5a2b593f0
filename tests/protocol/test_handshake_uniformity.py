"""The flights of real handshakes, with real randomness, beside what uniform bytes would do."""

import os
from collections.abc import Callable

import pytest
from fake_wire import BOB, UNIX_S
from handshake_statistics import Flight, judge, judge_flights, judge_handshakes

from messenger.crypto.noise.functions import TAG_LEN
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol.link import Link
from messenger.protocol.veil import HEADER_LEN, Header, Veil

COUNT = 1_000  # `make handshakes` takes 10,000


def test_a_thousand_handshakes_of_each_kind_look_like_nothing() -> None:
    alarms = {
        (name, verdict.name): verdict.p
        for name, verdicts in judge(COUNT).items()
        for verdict in verdicts
        if verdict.alarming
    }
    assert alarms == {}


def alarms_of(flights: list[Flight]) -> set[str]:
    return {verdict.name for verdict in judge_flights(flights) if verdict.alarming}


def noise_without_a_veil(self: Veil, header: Header, message: bytes) -> bytes:
    head = self.salt + os.urandom(HEADER_LEN + TAG_LEN)
    return head + message + os.urandom(TAG_LEN)


def test_keys_that_are_not_veiled_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """X25519 keys have a bit that is never set, ML-KEM keys numbers below 3,329."""
    monkeypatch.setattr(Veil, "seal", noise_without_a_veil)
    first_flights = [
        Link.dial(KeyPair.generate(), BOB.public, now=0.0, unix_s=UNIX_S).data_to_send()
        for _ in range(COUNT)
    ]
    assert "each bit at each position" in alarms_of(first_flights)


def changed(change: Callable[[bytearray], None]) -> list[Flight]:
    flights = []
    for _ in range(COUNT):
        flight = bytearray(os.urandom(512 * (3 + os.urandom(1)[0] % 8)))
        change(flight)
        flights.append(bytes(flight))
    return flights


def magic(flight: bytearray) -> None:
    flight[:3] = b"\x16\x03\x01"


def length_at_the_front(flight: bytearray) -> None:
    flight[40] = len(flight) // 512


def a_soft_bit(flight: bytearray) -> None:
    """One bit of one byte is set in 70 of 100 flights."""
    if os.urandom(1)[0] < 102:
        flight[100] |= 1


def echo(flight: bytearray) -> None:
    """Every tenth byte is the one 16 places before it."""
    for at in range(20, len(flight), 10):
        flight[at] = flight[at - 16]


def text(flight: bytearray) -> None:
    flight[200:230] = bytes(byte & 0x7F for byte in flight[200:230])


@pytest.mark.parametrize("change", [magic, length_at_the_front, a_soft_bit, echo, text])
def test_the_statistics_find_what_is_not_random(change: Callable[[bytearray], None]) -> None:
    assert alarms_of(changed(change))


def test_they_do_not_alarm_at_uniform_bytes() -> None:
    assert alarms_of(changed(lambda _flight: None)) == set()


def test_flights_of_unequal_odds_and_parts_of_cells_are_found() -> None:
    same = [flight[: 512 * 3] for flight in changed(lambda _flight: None)]
    assert alarms_of(same) == {"every count of cells as often"}
    assert "every count of cells as often" in alarms_of([f + b"x" for f in same])


def test_an_answer_that_repeats_the_question_is_found() -> None:
    flights = changed(lambda _flight: None)
    repeated = [(flight, flight, os.urandom(512 * 3)) for flight in flights]
    names = {verdict.name for verdict in judge_handshakes(repeated) if verdict.alarming}
    assert names == {
        "flight 1 with flight 2: bits that differ",
        "flight 1 with flight 2: correlation",
    }
