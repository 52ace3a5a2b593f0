"""One place never has all of a relay, and is not answered without end."""

import pytest

from messenger.protocol.mailbox import MAX_OPEN_WAITS
from messenger.relay.places import Places, Waits
from messenger.wire.call_rate import CALLS_AT_ONCE

PLACE, NEXT_DOOR = "192.0.2.1", "192.0.2.2"


def filled(places: Places, host: str) -> int:
    """Let clients come from a place until there is no room; return how many came."""
    count = 0
    while places.has_room(host) and count < 100:
        places.enter(host)
        count += 1
    return count


def test_a_place_gets_half_of_the_connections_and_others_the_rest() -> None:
    places = Places(10)
    assert filled(places, PLACE) == 5
    assert filled(places, NEXT_DOOR) == 5
    places.leave(PLACE)
    assert filled(places, PLACE) == 1


def test_a_network_of_ipv6_is_one_place() -> None:
    places = Places(10)
    assert sum(filled(places, f"2001:db8::{n:x}") for n in range(1, 9)) == 5
    assert places.has_room("2001:db8:0:1::1")


def test_the_smallest_relay_lets_one_client_in() -> None:
    assert filled(Places(1), PLACE) == 1


def test_who_comes_by_an_onion_service_shares_no_place() -> None:
    places = Places(10)
    for host in ("127.0.0.1", "::1"):
        assert filled(places, host) == 100
        assert all(places.may_answer(host, 0.0) for _ in range(2 * CALLS_AT_ONCE))


def test_a_flood_of_handshakes_from_one_place_is_not_answered() -> None:
    places = Places(10)
    answered = [places.may_answer(PLACE, 0.0) for _ in range(2 * CALLS_AT_ONCE)]
    assert answered.count(True) == CALLS_AT_ONCE
    assert places.may_answer(NEXT_DOOR, 0.0)
    assert places.may_answer(PLACE, 1.0)


@pytest.mark.parametrize(("allowed", "most"), [(1, 2 * MAX_OPEN_WAITS), (50, 3_200)])
def test_waits_of_all_clients_together_have_a_cap(allowed: int, most: int) -> None:
    waits = Waits(allowed)
    assert [waits.take(f"192.0.2.{n % 9}") for n in range(2 * most)].count(True) == most
    waits.give_back("192.0.2.1")
    waits.give_back("192.0.2.2", 2)
    assert [waits.take("192.0.2.8") for _ in range(4)] == [True, True, True, False]


def test_a_place_gets_half_of_the_waits_and_others_the_rest() -> None:
    waits = Waits(50)
    assert [waits.take(PLACE) for _ in range(3_200)].count(True) == 1_600
    assert [waits.take(NEXT_DOOR) for _ in range(3_200)].count(True) == 1_600
    waits.give_back(PLACE, 3)
    assert [waits.take(PLACE) for _ in range(5)].count(True) == 3


def test_waits_of_those_who_come_by_an_onion_service_have_no_share() -> None:
    waits = Waits(50)
    assert [waits.take("127.0.0.1") for _ in range(2 * 3_200)].count(True) == 3_200
