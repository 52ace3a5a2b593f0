"""Doors: who stands at which, and sockets that share one port."""

import socket
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messenger.core.errors import AddressInUseError
from messenger.core.types import Address
from messenger.relay.doors import deal, door_count, open_doors

held = st.dictionaries(st.integers(0, 11), st.integers(1, 9))


@given(st.integers(1, 12), st.sets(st.integers(1, 9), max_size=6), held)
def test_every_door_has_one_opener_and_shares_are_even(
    count: int, members: set[int], held: dict[int, int]
) -> None:
    dealt = deal(count, members, held)
    if not members:
        assert dealt == {}
        return
    assert sorted(dealt) == list(range(count))
    shares = Counter(dict.fromkeys(members, 0))
    shares.update(dealt.values())
    assert set(shares) == members
    assert max(shares.values()) - min(shares.values()) <= 1


@given(st.integers(1, 12), st.sets(st.integers(1, 9), min_size=1, max_size=6))
def test_nobody_moves_without_need(count: int, members: set[int]) -> None:
    dealt = deal(count, members, {})
    assert deal(count, members, dealt) == dealt
    without = members - {min(members)}
    if without:
        again = deal(count, without, dealt)
        assert all(again[door] == dealt[door] for door in dealt if dealt[door] in without)


def test_one_more_takes_as_few_doors_as_are_its_share() -> None:
    two = deal(12, {1, 2}, {})
    three = deal(12, {1, 2, 3}, two)
    assert Counter(three.values()) == {1: 4, 2: 4, 3: 4}
    assert sum(two[door] != three[door] for door in two) == 4


@pytest.mark.parametrize("most", [1, 2, 3, 4])
def test_up_to_four_share_without_a_rest(most: int) -> None:
    assert all(door_count(most) % each == 0 for each in range(1, 5))


def test_many_share_almost_evenly() -> None:
    assert door_count(9) == 36


def test_doors_share_a_port_and_a_caller_waits_at_one_of_them() -> None:
    doors = open_doors(Address("127.0.0.1", 0), 3)
    port = doors[0].getsockname()[1]
    try:
        assert {door.getsockname()[1] for door in doors} == {port}
        with socket.create_connection(("127.0.0.1", port)):
            found = 0
            for door in doors:
                try:
                    door.accept()[0].close()
                    found += 1
                except BlockingIOError:
                    pass
            assert found == 1
    finally:
        for door in doors:
            door.close()


@pytest.mark.parametrize("count", [1, 3])
def test_a_port_of_another_program_is_not_shared(count: int) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        pytest.raises(AddressInUseError, match="another program"),
    ):
        open_doors(Address("127.0.0.1", other.getsockname()[1]), count)


def test_every_interface_is_both_families() -> None:
    (door,) = open_doors(Address("::", 0), 1)
    with door, socket.create_connection(("127.0.0.1", door.getsockname()[1])):
        accepted, _ = door.accept()
        accepted.close()
