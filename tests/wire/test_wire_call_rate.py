"""The supply of answers of each place."""

import pytest

from messenger.wire.call_rate import (
    CALL_EVERY_S,
    CALLS_AT_ONCE,
    OWN_HOST_PLACES,
    SITE_MAX_COUNT,
    CallRate,
)


def test_one_place_gets_its_supply_and_then_one_answer_after_the_other() -> None:
    rate = CallRate()
    assert sum(rate.take("192.0.2.1", 10.0) for _ in range(2 * CALLS_AT_ONCE)) == CALLS_AT_ONCE
    hour = [rate.take("192.0.2.1", 10.0 + tenth / 10) for tenth in range(36_000)]
    assert sum(hour) == pytest.approx(3_600 / CALL_EVERY_S, abs=1)


def test_a_flooder_takes_nothing_from_anybody_else() -> None:
    rate = CallRate()
    while rate.take("192.0.2.1", 0.0):
        pass
    assert rate.take("192.0.2.2", 0.0)


def test_an_ipv6_network_is_one_place() -> None:
    rate = CallRate()
    answered = [rate.take(f"2001:db8::{n:x}", 0.0) for n in range(CALLS_AT_ONCE + 10)]
    assert sum(answered) == CALLS_AT_ONCE
    assert rate.take("2001:db8:0:1::1", 0.0)


def test_those_whom_an_onion_service_brings_share_a_larger_supply() -> None:
    rate = CallRate()
    most = OWN_HOST_PLACES * CALLS_AT_ONCE
    hosts = ("127.0.0.1", "::1")
    flood = sum(rate.take(hosts[n % 2], 0.0) for n in range(2 * most))
    assert flood == pytest.approx(most, abs=1)  # floats
    assert not rate.take("127.0.0.2", 0.0)
    assert rate.take("192.0.2.1", 0.0)
    minute = sum(rate.take(hosts[n % 2], 60.0) for n in range(2 * most))
    assert minute == pytest.approx(60 * OWN_HOST_PLACES / CALL_EVERY_S, abs=1)


def test_the_supply_comes_back_whole_and_no_larger() -> None:
    rate = CallRate()
    while rate.take("192.0.2.1", 0.0):
        pass
    later = CALLS_AT_ONCE * CALL_EVERY_S + 10_000
    assert sum(rate.take("192.0.2.1", later) for _ in range(2 * CALLS_AT_ONCE)) == CALLS_AT_ONCE


def test_places_are_forgotten_before_there_are_too_many_and_flooders_last() -> None:
    rate = CallRate()
    while rate.take("192.0.2.1", 0.0):
        pass
    for n in range(3 * SITE_MAX_COUNT):
        assert rate.take(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 0.0)
        assert rate.site_count <= SITE_MAX_COUNT
    assert not rate.take("192.0.2.1", 0.0)
    rate = CallRate()
    for n in range(3 * SITE_MAX_COUNT):  # slowly: everybody's supply is whole before the next
        rate.take(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", 2.0 * n)
    assert rate.site_count <= SITE_MAX_COUNT
