"""Tags of the local network: known to who knows the key, for an hour."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from messenger.protocol.lan_tag import HOUR_MS, TAG_LEN, hour_of, tag_of, tags_around

KEY = bytes(range(32))


def test_a_tag_is_the_keyed_hash_of_the_hour() -> None:
    """Computed once more from the definition of docs/reach.md."""
    hour = 495_000
    expected = hashlib.blake2s(
        b"\x00\x00\x00\x00\x00\x07\x8d\x98", key=KEY, person=b"hum lan\x00", digest_size=16
    ).digest()
    assert hour.to_bytes(8, "big") == b"\x00\x00\x00\x00\x00\x07\x8d\x98"
    assert tag_of(KEY, hour) == expected
    assert len(expected) == TAG_LEN


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**40), st.integers(-3, 3))
def test_clocks_may_be_an_hour_apart_and_no_more(key: bytes, hour: int, apart: int) -> None:
    announced = tag_of(key, hour + 3)
    assert (announced in tags_around(key, hour + 3 + apart)) == (abs(apart) <= 1)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_two_people_and_two_hours_have_nothing_in_common(one: bytes, other: bytes) -> None:
    tags = {tag_of(key, hour) for key in (one, other) for hour in range(4)}
    assert len(tags) == 4 * len({one, other})


def test_an_hour_begins_at_the_hour() -> None:
    assert hour_of(HOUR_MS - 1) == 0
    assert hour_of(HOUR_MS) == 1
