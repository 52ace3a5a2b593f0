"""Which of our addresses go into a link, and which of a peer's we dial."""

import pytest

from messenger.core.onion import onion_of
from messenger.core.types import Address
from messenger.engine.addresses import fitting_link, is_loopback, leads_astray, own_addresses
from messenger.engine.greeting import reachable_addresses
from messenger.engine.links import Links
from messenger.engine.live_link import LiveLink
from messenger.protocol.card import Card, decode_link
from messenger.protocol.control import Hello
from messenger.wire.messages import LinkUp


def test_a_bound_address_is_named_as_it_is() -> None:
    assert own_addresses(Address("127.0.0.1", 9)) == (Address("127.0.0.1", 9),)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_all_interfaces_become_addresses_that_can_be_dialled(host: str) -> None:
    addresses = own_addresses(Address(host, 4321))
    assert addresses
    for address in addresses:
        assert address.port == 4321
        assert address.host not in {"0.0.0.0", "::"}


def link_from(host: str, port: int, *, outgoing: bool) -> LiveLink:
    up = LinkUp(2, outgoing, False, b"k" * 32, b"e" * 32, b"h" * 32, host, port, 0.5, "frames")
    return LiveLink(up, 0.0, Links.__new__(Links))


def hello(port: int, *addresses: tuple[str, int]) -> Hello:
    return Hello(1, "Ben", True, (), port, addresses)


def test_a_caller_is_dialled_where_it_was_seen_on_the_port_it_names() -> None:
    link = link_from("198.51.100.7", 50_000, outgoing=False)
    assert reachable_addresses(link, hello(4321)) == [Address("198.51.100.7", 4321)]


def test_where_we_reached_a_peer_stays_known() -> None:
    link = link_from("198.51.100.7", 4321, outgoing=True)
    found = reachable_addresses(link, hello(9, ("203.0.113.5", 77)))
    assert found == [Address("198.51.100.7", 4321), Address("203.0.113.5", 77)]


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "::1", "0.0.0.0", "::", "localhost", "printer.lan"),
        *("169.254.169.254", "fe80::1", "224.0.0.251", "ff02::1", "255.255.255.255", "240.0.0.1"),
        *("0.1.2.3", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1"),
    ],
)
def test_a_peer_elsewhere_cannot_make_us_dial_ourselves(host: str) -> None:
    link = link_from("198.51.100.7", 4321, outgoing=False)
    assert reachable_addresses(link, hello(0, (host, 22))) == []


def test_a_peer_on_this_computer_may_name_it_and_nothing_else_that_leads_astray() -> None:
    link = link_from("127.0.0.1", 50_000, outgoing=False)
    told = hello(0, ("::1", 22), ("169.254.169.254", 80), ("0.0.0.0", 22), ("10.0.0.7", 9))
    found = reachable_addresses(link, told, near=True)
    assert found == [Address("::1", 22), Address("10.0.0.7", 9)]


def test_who_comes_through_a_tunnel_of_this_computer_cannot_make_us_dial_it() -> None:
    """We listen for others too, so somebody else's words arrive from the loopback address."""
    for host in ("127.0.0.1", "::1"):
        link = link_from(host, 50_000, outgoing=False)
        told = hello(22, (host, 22), ("203.0.113.5", 77))
        assert reachable_addresses(link, told) == [Address("203.0.113.5", 77)]
        assert reachable_addresses(link, told, near=True)[0] == Address(host, 22)


@pytest.mark.parametrize(
    "host", ["10.0.0.7", "192.168.1.2", "fd00::7", "203.0.113.5", "ben.example"]
)
def test_other_computers_are_no_astray(host: str) -> None:
    assert not leads_astray(host)
    assert not is_loopback(host)


@pytest.mark.parametrize("host", ["localhost", "LocalHost.", "a.localhost", "::ffff:127.0.0.1"])
def test_our_own_computer_has_several_names(host: str) -> None:
    assert is_loopback(host)
    assert leads_astray(host)


def test_an_onion_address_is_dialled_and_one_with_a_wrong_letter_is_not() -> None:
    link = link_from("127.0.0.1", 50_000, outgoing=False)
    onion = onion_of(bytes(range(32)))
    wrong = onion.replace(onion[0], "a" if onion[0] != "a" else "b", 1)
    told = hello(0, (onion, 4567), (wrong, 4567), ("ben.example", 4567))
    assert reachable_addresses(link, told) == [Address(onion, 4567)]


def test_who_comes_by_an_onion_service_is_not_where_they_seem_to_be() -> None:
    link = link_from("127.0.0.1", 50_000, outgoing=False)
    told = hello(4321, ("127.0.0.1", 4321), ("203.0.113.5", 77))
    assert reachable_addresses(link, told, direct=False) == [Address("203.0.113.5", 77)]


def test_a_link_says_as_many_addresses_as_it_has_room_for() -> None:
    key = bytes([9, *bytes(31)])
    long = Address(("a" * 60 + ".") * 3 + "example", 1)
    others = (Address("192.0.2.1", 2), Address("2001:db8::1", 3), long)
    card = Card(key, (long, *others))
    assert decode_link(fitting_link(card)).addresses == (long, *others[:2])
    assert decode_link(fitting_link(Card(key))).addresses == ()
