"""From the first byte on, everything is uniformly random; what was changed is refused."""

import math
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from fake_wire import ALICE, BOB, FixedKeys, dial

from messenger.core.errors import DecryptionError, HandshakeError
from messenger.crypto.kem import KemKeyPair
from messenger.crypto.noise.keys import KeyPair
from messenger.protocol import veil
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.veil import FIRST_USE_SECRET, HEAD_LEN, Header, Veil

COUNT = 3_000
START = veil.MIN_CELL_COUNT * CELL_LEN  # bytes every flight has


def flight_of_zeros(random: Random) -> bytes:
    """The worst content there is: whatever shows through is not random."""
    cell_count = random.randint(veil.MIN_CELL_COUNT, veil.MAX_CELL_COUNT)
    cover = Veil(BOB.public, salt=random.randbytes(32), number=1, previous_salt=b"")
    return cover.seal(Header(cell_count, 494_444), bytes(veil.message_len(cell_count)))


def z_score(statistic: float, freedom: int) -> float:
    """How many standard deviations a chi-square statistic lies from what chance gives."""
    return (statistic - freedom) / math.sqrt(2 * freedom)


def chi_square(counts: Counter[int], kinds: int) -> float:
    expected = counts.total() / kinds
    return z_score(
        sum((counts[kind] - expected) ** 2 / expected for kind in range(kinds)), kinds - 1
    )


@pytest.fixture(scope="module", params=["zeros", "known key", "first use"])
def flights(request: pytest.FixtureRequest) -> list[bytes]:
    """First flights, the same in every run."""
    random = Random(20_26)
    if request.param == "zeros":
        return [flight_of_zeros(random) for _ in range(COUNT)]
    keys = FixedKeys(random)
    peer_key = BOB.public if request.param == "known key" else None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KeyPair, "generate", keys.key_pair)
        patch.setattr(KemKeyPair, "generate", keys.kem_key_pair)
        return [dial(peer_key, seed=seed).data_to_send() for seed in range(COUNT)]


def test_flights_are_whole_cells_and_every_count_is_as_likely(flights: list[bytes]) -> None:
    assert all(len(flight) % CELL_LEN == 0 for flight in flights)
    extra = Counter(len(flight) // CELL_LEN - veil.MIN_CELL_COUNT for flight in flights)
    assert abs(chi_square(extra, veil.MAX_CELL_COUNT - veil.MIN_CELL_COUNT + 1)) < 4


def test_bytes_are_uniform(flights: list[bytes]) -> None:
    assert abs(chi_square(Counter(b"".join(flights)), 256)) < 4


def test_bits_are_fair_at_every_position(flights: list[bytes]) -> None:
    columns = zip(*(flight[:START] for flight in flights), strict=True)
    squares, worst = 0.0, 0.0
    for column in columns:
        ones_of = int.from_bytes(bytes(column), "big")
        for bit in range(8):
            mask = int.from_bytes(bytes([1 << bit]) * len(column), "big")
            deviation = ((ones_of & mask).bit_count() - COUNT / 2) / math.sqrt(COUNT / 4)
            squares += deviation**2
            worst = max(worst, abs(deviation))
    assert abs(z_score(squares, START * 8)) < 4
    assert worst < 5.5


def test_bytes_tell_nothing_of_their_neighbours(flights: list[bytes]) -> None:
    sample = b"".join(flights[:300])
    for distance in (1, 2, 16, 64, CELL_LEN):
        pairs = Counter(
            a >> 4 << 4 | b >> 4 for a, b in zip(sample, sample[distance:], strict=False)
        )
        assert abs(chi_square(pairs, 256)) < 4


def test_first_bytes_tell_nothing_of_the_length(flights: list[bytes]) -> None:
    for position in (0, 31, 32, 36, 52, 53, 69):
        table = Counter(
            (flight[position] >> 5) + 8 * (len(flight) // CELL_LEN - 3) for flight in flights
        )
        assert abs(chi_square(table, 64)) < 4


def test_the_statistics_find_what_is_not_random() -> None:
    biased = [bytes([0x16, 0x03, 0x01]) + flight_of_zeros(Random(s))[3:] for s in range(COUNT)]
    with pytest.raises(AssertionError):
        test_bits_are_fair_at_every_position(biased)
    ascii_only = [bytes(byte & 0x7F for byte in flight) for flight in biased[:50]]
    with pytest.raises(AssertionError):
        test_bytes_are_uniform(ascii_only)
    counting = [bytes(i & 0xFF for i in range(START))] * 300
    with pytest.raises(AssertionError):
        test_bytes_tell_nothing_of_their_neighbours(counting)


# -- opening ------------------------------------------------------------------------------------


def cover(secret: bytes = BOB.public, number: int = 1, previous_salt: bytes = b"") -> Veil:
    return Veil(secret, salt=bytes(32), number=number, previous_salt=previous_salt)


def flight() -> bytes:
    return cover().seal(Header(3, 7), bytes(veil.message_len(3)))


def test_a_flight_opens_under_its_own_veil() -> None:
    assert len(flight()) == 3 * CELL_LEN
    assert cover().open_header(flight()[:HEAD_LEN]) == Header(3, 7)
    assert cover().open_message(flight()) == bytes(veil.message_len(3))


@pytest.mark.parametrize(
    "other",
    [
        cover(ALICE.public),
        cover(FIRST_USE_SECRET),
        cover(number=2),
        cover(previous_salt=bytes(32)),
        Veil(BOB.public, salt=bytes(31) + b"\1", number=1, previous_salt=b""),
    ],
    ids=["key", "first use", "number", "previous salt", "salt"],
)
@pytest.mark.parametrize("reading", [Veil.open_header, Veil.open_message])
def test_it_opens_under_no_other(other: Veil, reading: Callable[[Veil, bytes], object]) -> None:
    with pytest.raises(DecryptionError):
        reading(other, flight())


def test_every_bit_counts() -> None:
    original = flight()
    for bit in range(len(original) * 8):
        changed = bytearray(original)
        changed[bit // 8] ^= 1 << bit % 8
        salt = bytes(changed[:32])
        lifted = Veil(BOB.public, salt=salt, number=1, previous_salt=b"")
        with pytest.raises(DecryptionError):
            (lifted.open_header if bit < HEAD_LEN * 8 else lifted.open_message)(bytes(changed))


@pytest.mark.parametrize("cell_count", [0, 1, 2, 11, 255])
def test_a_count_out_of_range_is_refused_even_under_the_right_veil(cell_count: int) -> None:
    head = cover().seal(Header(cell_count), b"")[:HEAD_LEN]
    with pytest.raises(HandshakeError, match="cells"):
        cover().open_header(head)


def test_the_public_constant_is_what_the_documentation_says() -> None:
    assert FIRST_USE_SECRET.hex() == (
        "2e2c501196f3e91aa8bd3b47228781084325b508c9732918190d8c3f3f9050df"
    )
