"""The link of a relay: what goes in comes out, anything else is refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_card import addresses, keys

from messenger.core.errors import InputError, LinkDamagedError, LinkTooNewError
from messenger.core.types import Address
from messenger.crypto.checked_base32 import CheckedBase32
from messenger.protocol.card import Card, decode_link, encode_link
from messenger.protocol.relay_card import RelayCard, decode_relay_link, encode_relay_link

KEY = bytes(range(100, 132))
CARD = RelayCard(Address("192.0.2.7", 4711), KEY)
LINK = encode_relay_link(CARD)
TEXT = CheckedBase32(b"Hum relay", 4)
ADDRESS = b"\x04\xc0\x00\x02\x07\x12\x67"

cards = st.builds(RelayCard, addresses, keys)


@given(cards)
def test_a_link_is_the_relay(card: RelayCard) -> None:
    link = encode_relay_link(card)
    assert decode_relay_link(link) == card
    assert decode_relay_link(f" <{link.upper()[:30]}\n{link.upper()[30:]}> ") == card
    assert set(link.upper()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:-")


def test_the_smallest_link_never_changes() -> None:
    """Links are printed and hung up: their form is part of the protocol."""
    assert LINK == (
        "hum-relay:afsgkzthnbuwu23mnvxg64drojzxi5lwo54hs6t3pr6x474aqgbigbgaaabaoethnexmbpq"
    )


@pytest.mark.parametrize("place", range(10, len(LINK), 7))
def test_one_wrong_character_is_found(place: int) -> None:
    wrong = "7" if LINK[place] != "7" else "a"
    with pytest.raises(LinkDamagedError, match=f"Character {place - 9} after hum-relay: is wrong"):
        decode_relay_link(LINK[:place] + wrong + LINK[place + 1 :])


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "no link"),
        (LINK[4:], "beginning"),
        (LINK[:-3], "end is missing"),
        (LINK + "abcd", "something was added"),
        (LINK + "a" * 600, "something was added"),
        ("hum-relay:", "end is missing"),
        ("hum-relay:" + "a" * 5000, "longer than a link"),
    ],
)
def test_other_damage_is_named(text: str, part: str) -> None:
    with pytest.raises(LinkDamagedError, match=part):
        decode_relay_link(text)


def test_links_of_people_and_of_relays_are_not_mistaken_for_each_other() -> None:
    person = encode_link(Card(KEY, (CARD.address,)))
    with pytest.raises(LinkDamagedError, match="begins with hum-relay:"):
        decode_relay_link(person)
    with pytest.raises(LinkDamagedError, match="begins with hum:"):
        decode_link(LINK)
    with pytest.raises(LinkDamagedError):
        decode_relay_link(person.replace("hum:", "hum-relay:"))
    with pytest.raises(LinkDamagedError):
        decode_link(LINK.replace("hum-relay:", "hum:"))


def relabelled(body: bytes) -> str:
    """Make a link of arbitrary bytes with a right checksum."""
    return "hum-relay:" + TEXT.encode(body)


@pytest.mark.parametrize("version", [2, 255])
def test_a_later_version_is_told_from_damage(version: int) -> None:
    with pytest.raises(LinkTooNewError):
        decode_relay_link(relabelled(bytes([version]) + b"whatever comes later"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x01",
        b"\x00" + KEY + ADDRESS,  # version 0
        b"\x01" + KEY,
        b"\x01" + KEY[:-1] + ADDRESS,
        b"\x01" + KEY + ADDRESS + b"\x00",  # something behind the end
        b"\x01" + KEY + ADDRESS[:-1],
        b"\x01" + KEY + b"\x05" + ADDRESS[1:],  # unknown kind
        b"\x01" + KEY + ADDRESS[:5] + b"\x00\x00",  # port 0
        b"\x01" + KEY + b"\x01\x00\x12\x67",  # empty host name
        b"\x01" + KEY + b"\x01\x09127.0.0.1\x12\x67",  # an IP address as a host name
        b"\x01" + KEY + b"\x01\x08relay.1.\x12\x67",  # a name that ends as only an IP address does
        b"\x01" + KEY + b"\x01\x08Relay.ex\x12\x67",  # upper case
        b"\x01" + KEY + b"\x01\x02\xc3\xa9\x12\x67",
        b"\x01" + bytes(32) + ADDRESS,  # a low-order point
    ],
)
def test_what_no_relay_would_write_is_refused(body: bytes) -> None:
    with pytest.raises(LinkDamagedError):
        decode_relay_link(relabelled(body))


@given(st.binary(max_size=120))
def test_random_bytes_under_a_right_checksum_are_a_relay_or_refused(body: bytes) -> None:
    try:
        card = decode_relay_link(relabelled(b"\x01" + body))
    except LinkDamagedError:
        return
    assert encode_relay_link(card) == relabelled(b"\x01" + body)


@given(st.text(max_size=60), st.booleans())
def test_garbage_is_only_ever_refused(text: str, prefixed: bool) -> None:
    with pytest.raises(InputError):
        decode_relay_link("hum-relay:" + text if prefixed else text)


@pytest.mark.parametrize(
    "address", [Address("192.0.2.1", 0), Address("fe80::1%eth0", 1), Address("two words", 1)]
)
def test_an_address_that_cannot_be_written_is_our_own_mistake(address: Address) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message differs with each
        encode_relay_link(RelayCard(address, KEY))


def test_a_wrong_length_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="32"):
        RelayCard(CARD.address, KEY[:-1])
