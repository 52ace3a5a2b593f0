"""The caps on callers who have proven nothing."""

import pytest

from messenger.wire.half_open import (
    HALF_OPEN_MAX_COUNT,
    HALF_OPEN_MAX_OWN_HOST,
    HALF_OPEN_MAX_PER_ADDRESS,
    HALF_OPEN_MAX_PER_NETWORK,
    HalfOpen,
    plain_host,
)


def test_one_address_gets_its_share_and_no_more() -> None:
    half_open = HalfOpen()
    admitted = [half_open.admit("192.0.2.1") for _ in range(20)]
    assert admitted.count(True) == HALF_OPEN_MAX_PER_ADDRESS
    assert half_open.admit("192.0.2.2")


def test_all_addresses_together_have_a_cap() -> None:
    half_open = HalfOpen()
    admitted = [half_open.admit(f"192.0.2.{n}") for n in range(200)]
    assert admitted.count(True) == HALF_OPEN_MAX_COUNT == half_open.count


def test_who_is_released_makes_room() -> None:
    half_open = HalfOpen()
    for _ in range(HALF_OPEN_MAX_PER_ADDRESS):
        half_open.admit("192.0.2.1")
    assert not half_open.admit("192.0.2.1")
    half_open.release("192.0.2.1")
    assert half_open.admit("192.0.2.1")


def test_the_count_returns_to_zero() -> None:
    half_open = HalfOpen()
    hosts = [f"2001:db8::{n:x}" for n in range(5)] + ["192.0.2.9"]
    for host in hosts:
        assert half_open.admit(host)
    for host in hosts:
        half_open.release(host)
    assert half_open.count == 0


def test_addresses_of_one_ipv6_network_share_their_cap() -> None:
    half_open = HalfOpen()
    admitted = [half_open.admit(f"2001:db8::{n:x}") for n in range(20)]
    assert admitted.count(True) == HALF_OPEN_MAX_PER_ADDRESS
    assert half_open.admit("2001:db8:0:1::1")


def test_those_whom_an_onion_service_brings_do_not_share_the_cap_of_one_address() -> None:
    half_open = HalfOpen()
    hosts = ["127.0.0.1", "::1", "127.0.0.2", "127.0.0.1"]
    admitted = [half_open.admit(hosts[n % 4]) for n in range(2 * HALF_OPEN_MAX_OWN_HOST)]
    assert admitted.count(True) == HALF_OPEN_MAX_OWN_HOST == half_open.count
    half_open.release("::1")
    assert half_open.admit("127.0.0.1")
    assert not half_open.admit("127.0.0.1")


def test_who_is_silent_behind_an_onion_service_keeps_out_nobody_from_elsewhere_nor_they_them() -> (
    None
):
    half_open = HalfOpen()
    while half_open.admit("127.0.0.1"):
        pass
    elsewhere = [half_open.admit(f"192.0.2.{n}") for n in range(200)]
    assert elsewhere.count(True) == HALF_OPEN_MAX_COUNT
    half_open.release("127.0.0.1")
    assert half_open.admit("127.0.0.1")
    assert half_open.count == HALF_OPEN_MAX_OWN_HOST + HALF_OPEN_MAX_COUNT


def test_one_ipv6_subscriber_never_takes_all_places() -> None:
    half_open = HalfOpen()
    networks = [f"2001:db8:7:{n:x}::1" for n in range(HALF_OPEN_MAX_COUNT)]
    admitted = [half_open.admit(host) for host in networks]
    assert admitted.count(True) == HALF_OPEN_MAX_PER_NETWORK
    assert half_open.admit("2001:db8:8::1")
    half_open.release("2001:db8:7::1")
    assert half_open.admit("2001:db8:7:ffff::1")
    assert not half_open.admit("2001:db8:7:fffe::1")


@pytest.mark.parametrize(
    ("host", "plain"),
    [("::ffff:192.0.2.1", "192.0.2.1"), ("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::1")],
)
def test_hosts_are_written_the_short_way(host: str, plain: str) -> None:
    assert plain_host(host) == plain
