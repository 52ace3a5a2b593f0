"""Cards and links: what goes in comes out, anything else is refused with a reason."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messenger.core.errors import InputError, LinkDamagedError, LinkTooNewError
from messenger.core.ids import base32_decode
from messenger.core.onion import onion_of
from messenger.core.types import MAX_NAME_LEN, Address
from messenger.crypto.checked_base32 import CheckedBase32
from messenger.protocol.card import MAX_CARD_LEN, Card, Introduction, decode_link, encode_link
from messenger.protocol.link_text import MAX_TEXT_LEN

KEY = bytes(range(100, 132))
TEXT = CheckedBase32(b"Hum card", 4)
FULL = Card(
    KEY,
    (Address("192.0.2.7", 4711), Address("2001:db8::7", 443), Address("mara.example", 65535)),
    "Mara 🐝",
    Introduction(Address("relay.example", 443), bytes(range(32)), bytes(24), b"\x07" * 32),
)

keys = st.binary(min_size=32, max_size=32).filter(lambda key: key[5:20] != bytes(15))
ports = st.integers(1, 65_535)
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
host_names = st.builds(
    lambda parts: ".".join([*parts, "example"]), st.lists(labels, min_size=1, max_size=3)
)
hosts = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(lambda ip: str(ipaddress.IPv6Address(ip.packed))),
    host_names,
)
addresses = st.builds(Address, hosts, ports)
names = st.text(
    st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=12
)
introductions = st.builds(
    Introduction,
    addresses,
    st.binary(min_size=32, max_size=32),
    st.binary(min_size=24, max_size=24),
    st.binary(min_size=32, max_size=32),
)
cards = st.builds(
    Card,
    keys,
    st.lists(addresses, max_size=2).map(tuple),
    st.none() | names,
    st.none() | introductions,
)


@given(cards)
def test_a_link_is_the_card(card: Card) -> None:
    assert decode_link(encode_link(card)) == card


@given(cards)
def test_a_card_is_short_enough_for_a_qr_code(card: Card) -> None:
    link = encode_link(card)
    assert len(base32_decode(link.removeprefix("hum:"))) <= MAX_CARD_LEN
    assert set(link.upper()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:")


def test_the_smallest_link_never_changes() -> None:
    """Links were printed and sent: their form is part of the protocol."""
    link = encode_link(Card(KEY, (Address("192.0.2.7", 4711),), "Mara"))
    assert link == (
        "hum:aeewizlgm5ugs2tlnrww433qofzhg5dvoz3xq6l2pn6h27t7qcayfayeyaaaebysm4ce2ylsmgolzt3j"
    )


@pytest.mark.parametrize(
    "written",
    [
        "{link}",
        "  {link}\n",
        "<{link}>",
        "<\n{link}\r\n>",
        "{upper}",
        "{wrapped}",
    ],
)
def test_what_mail_and_chat_programs_do_to_a_link_does_not_matter(written: str) -> None:
    link = encode_link(FULL)
    wrapped = "\n  ".join(link[start : start + 40] for start in range(0, len(link), 40))
    text = written.format(link=link, upper=link.upper(), wrapped=wrapped)
    assert decode_link(text) == FULL


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_one_wrong_character_is_found(data: st.DataObject) -> None:
    payload = encode_link(Card(KEY, name="Mara")).removeprefix("hum:")
    place = data.draw(st.integers(0, len(payload) - 1))
    others = "abcdefghijklmnopqrstuvwxyz2345670189!é".replace(payload[place], "")
    wrong = data.draw(st.sampled_from(others))
    with pytest.raises(LinkDamagedError, match=f"Character {place + 1} after hum: is wrong"):
        decode_link("hum:" + payload[:place] + wrong + payload[place + 1 :])


@pytest.mark.parametrize("missing", [1, 2, 5, 8, 40])
def test_a_missing_end_is_named(missing: int) -> None:
    with pytest.raises(LinkDamagedError, match="end is missing"):
        decode_link(encode_link(Card(KEY, name="Mara"))[:-missing])


def test_other_damage_is_named() -> None:
    link = encode_link(Card(KEY, name="Mara"))
    for text, part in (
        ("", "no link"),
        (" <> ", "no link"),
        (link[2:], "beginning"),
        (link.removeprefix("hum:"), "beginning"),
        ("https://example.org", "beginning"),
        ("hum:", "end is missing"),
        (link + "abcd", "something was added"),
        (link + link, "something was added"),
        (link + "a" * 600, "something was added"),
        ("hum:" + "a" * 5000, "longer than a link"),
    ):
        with pytest.raises(LinkDamagedError, match=part):
            decode_link(text)


def test_a_link_may_stand_in_much_white_space_but_not_in_endless() -> None:
    card = Card(KEY, name="Mara")
    link = encode_link(card)
    assert decode_link(link + " " * (MAX_TEXT_LEN - len(link))) == card
    with pytest.raises(LinkDamagedError, match="longer than a link"):
        decode_link(link + " " * (MAX_TEXT_LEN + 1 - len(link)))


def relabelled(body: bytes) -> str:
    """Make a link of arbitrary bytes with a right checksum."""
    return "hum:" + TEXT.encode(body)


@pytest.mark.parametrize("version", [2, 3, 255])
def test_a_later_version_is_told_from_damage(version: int) -> None:
    for rest in (b"", b"whatever comes later", KEY * 4):
        with pytest.raises(LinkTooNewError):
            decode_link(relabelled(bytes([version]) + rest))


ADDRESS = b"\x04\xc0\x00\x02\x07\x12\x67"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x01",
        b"\x00\x00" + KEY,  # version 0
        b"\x01\x00" + KEY[:-1],
        b"\x01\x00" + KEY + b"\x00",  # something behind the end
        b"\x01\x20" + KEY,  # unknown flags
        b"\x01\x80" + KEY,
        b"\x01\x01" + KEY,  # an address announced, none there
        b"\x01\x05" + KEY + ADDRESS * 5,
        b"\x01\x01" + KEY + b"\x05" + ADDRESS[1:],  # unknown kind
        b"\x01\x01" + KEY + ADDRESS[:5] + b"\x00\x00",  # port 0
        b"\x01\x01" + KEY + b"\x01\x00\x12\x67",  # empty host name
        b"\x01\x01" + KEY + b"\x01\x09127.0.0.1\x12\x67",  # an IP address as a host name
        b"\x01\x01" + KEY + b"\x01\x07Mara.ex\x12\x67",  # upper case
        b"\x01\x01" + KEY + b"\x01\x03a b\x12\x67",
        b"\x01\x01" + KEY + b"\x01\x050x7.1\x12\x67",
        b"\x01\x01" + KEY + b"\x01\x02\xc3\xa9\x12\x67",
        b"\x01\x01" + KEY + b"\x01\x0bexpyu.onion\x12\x67",  # no onion address
        b"\x01\x08" + KEY,  # a name announced, none there
        b"\x01\x08" + KEY + b"\x00",
        b"\x01\x08" + KEY + b"\x02\xc3\x28",  # not UTF-8
        b"\x01\x08" + KEY + b"\x03a\nb",
        b"\x01\x08" + KEY + b"\x03a\x00b",
        b"\x01\x08" + KEY + b"\x03\xe2\x80\xa8",  # line separator
        b"\x01\x08" + KEY + b"\x41" + b"x" * 65,  # longer than a name may be
        b"\x01\x10" + KEY,
        b"\x01\x10" + KEY + ADDRESS + bytes(87),
        b"\x01\x00" + bytes(32),  # a low-order point
        b"\x01\x00\x01" + bytes(31),
    ],
)
def test_what_no_hum_would_write_is_refused(body: bytes) -> None:
    with pytest.raises(LinkDamagedError):
        decode_link(relabelled(body))


@given(st.binary(max_size=296))
def test_random_bytes_under_a_right_checksum_are_a_card_or_refused(body: bytes) -> None:
    try:
        card = decode_link(relabelled(b"\x01" + body[:295]))
    except LinkDamagedError:
        return
    assert encode_link(card) == relabelled(b"\x01" + body[:295])


@given(st.text(max_size=60), st.booleans())
def test_garbage_is_only_ever_refused(text: str, prefixed: bool) -> None:
    with pytest.raises(InputError):
        decode_link("hum:" + text if prefixed else text)


def test_bits_that_base32_ignores_are_not_ignored() -> None:
    payload = encode_link(Card(KEY, name="Mara!")).removeprefix("hum:")
    assert len(payload) * 5 % 8 != 0
    for other in "abcdefghijklmnopqrstuvwxyz234567".replace(payload[-1], ""):
        with pytest.raises(LinkDamagedError):
            decode_link("hum:" + payload[:-1] + other)


@pytest.mark.parametrize("name", ["🐝" * MAX_NAME_LEN, "ä" * MAX_NAME_LEN])
def test_a_long_name_is_shortened_between_characters(name: str) -> None:
    addresses = tuple(Address(f"2001:db8::{number}", 443) for number in range(1, 5))
    card = Card(KEY, addresses, name, FULL.introduction)
    read = decode_link(encode_link(card))
    assert (read.key, read.addresses, read.introduction) == (KEY, addresses, FULL.introduction)
    assert read.name is not None
    assert name.startswith(read.name)
    assert len(base32_decode(encode_link(card)[4:])) <= MAX_CARD_LEN


@pytest.mark.parametrize(("length", "name"), [(115, "Ma"), (116, "M"), (117, None), (118, None)])
def test_addresses_may_leave_no_room_for_a_name(length: int, name: str | None) -> None:
    long_name = ".".join(["a" * 60, "b" * 60, "example"])  # 129 characters
    other = "c" * 60 + "." + "d" * (length - 61)
    addresses = (Address(long_name, 1), Address(other, 1), Address("192.0.2.1", 1))
    read = decode_link(encode_link(Card(KEY, addresses, "Mara")))
    assert read.addresses == addresses
    assert read.name == name


@pytest.mark.parametrize(
    "addresses",
    [
        (Address("a" * 60 + ".example", 1),) * 4,
        (Address("192.0.2.1", 0),),
        (Address("192.0.2.1", 65_536),),
        (Address("", 1),),
        (Address("two words", 1),),
        (Address("fe80::1%eth0", 1),),
        (Address("-.example", 1),),
        (Address("mära.example", 1),),
    ],
)
def test_addresses_that_cannot_be_written_are_our_own_mistake(
    addresses: tuple[Address, ...],
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message differs with each
        encode_link(Card(KEY, addresses))


@pytest.mark.parametrize("name", ["", "a\nb", "a\0b", "\u2028", "x" * (MAX_NAME_LEN + 1)])
def test_names_that_cannot_be_read_back_are_our_own_mistake(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Card(KEY, name=name)


def test_wrong_lengths_are_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="32"):
        Card(KEY[:-1])
    with pytest.raises(ValueError, match="at most 4"):
        Card(KEY, (Address("192.0.2.1", 1),) * 5)
    with pytest.raises(ValueError, match="wrong length"):
        Introduction(Address("192.0.2.1", 1), KEY, bytes(23), bytes(32))


def test_the_deposit_token_is_not_printed() -> None:
    assert repr(b"\x07" * 32) not in repr(FULL)


def test_an_onion_address_goes_into_a_card_and_one_with_a_wrong_letter_does_not() -> None:
    onion = onion_of(bytes(range(32)))
    card = Card(KEY, (Address(onion, 4567),))
    assert decode_link(encode_link(card)) == card
    with pytest.raises(ValueError, match="onion"):
        encode_link(Card(KEY, (Address("b" + onion[1:], 4567),)))
