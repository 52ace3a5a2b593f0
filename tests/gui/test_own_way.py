"""What the strip says about whether others can reach this computer."""

from dataclasses import replace

import pytest
from people import NODE

from messenger.core.types import (
    Address,
    OwnRelay,
    PortMapping,
    RelayId,
    RelayOverview,
    RelayState,
)
from messenger.gui.own_way import connected_relay, way_in_words

ASKING, OFF = PortMapping("asking"), PortMapping()


@pytest.mark.parametrize(
    ("hosts", "mapping", "relay", "words"),
    [
        (["192.168.1.5", "198.51.100.2"], OFF, "", "Reachable at \u2068198.51.100.2:7\u2069"),
        (["10.0.0.4", "2001:db8::7"], ASKING, "r", "Reachable at \u2068[2001:db8::7]:7\u2069"),
        (["abc.onion"], OFF, "", "Reachable at \u2068abc.onion:7\u2069"),
        (["192.168.1.5"], ASKING, "", "Looking for a way in"),
        (
            ["192.168.1.5"],
            PortMapping("failed"),
            "r.example",
            "Through relay \u2068r.example\u2069",
        ),
        (
            ["192.168.1.5"],
            PortMapping("failed"),
            "",
            "In this network at \u2068192.168.1.5:7\u2069",
        ),
        (["fd00::5"], OFF, "", "In this network at \u2068[fd00::5]:7\u2069"),
        (["127.0.0.1"], OFF, "", "On this computer at \u2068127.0.0.1:7\u2069"),
        ([], OFF, "", "Offline"),
        ([], ASKING, "", "Looking for a way in"),
    ],
)
def test_the_best_way_is_said(
    hosts: list[str], mapping: PortMapping, relay: str, words: str
) -> None:
    info = replace(NODE, addresses=tuple(Address(host, 7) for host in hosts))
    assert way_in_words(info, mapping, relay) == words


def test_who_wants_no_callers_is_not_called_offline() -> None:
    hidden = replace(NODE, addresses=(), listen=Address("127.0.0.1", 7))
    assert way_in_words(hidden, OFF, "") == ""


def test_only_a_relay_that_stands_counts() -> None:
    away, here = (
        OwnRelay(RelayId(number), Address(host, 7), b"", state)
        for number, host, state in (
            (1, "a.example", RelayState.CONNECTING),
            (2, "b.example", RelayState.CONNECTED),
        )
    )
    assert connected_relay(RelayOverview((away, here), ())) == "b.example"
    assert connected_relay(RelayOverview((away,), ())) == ""
