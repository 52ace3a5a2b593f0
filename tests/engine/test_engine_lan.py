"""Contacts in the local network: whose tags are known, where they are dialled, when it is off."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from two_people import Person, play

from messenger.core.types import Address, Contact, NetworkSettings, Proxy
from messenger.engine import lan
from messenger.engine.lan import AGAIN_S, MAX_NEWS, Lan
from messenger.net.lan import Sighting, Wish
from messenger.protocol.lan_tag import HOUR_MS, hour_of, tag_of

EVERYWHERE = Address("0.0.0.0", 4567)
PROXY = Proxy("127.0.0.1", 9050)
HERE, THERE = Address("192.0.2.1", 4567), Address("2001:db8::1", 4567)


class Finder:
    """Stands where the process is that speaks to the network."""

    def __init__(self, on_sighting: Callable[[Sighting], None]) -> None:
        self.on_sighting = on_sighting
        self.is_running = False
        self.wishes: list[Wish] = []

    def start(self) -> None:
        self.is_running = True

    def announce(self, wish: Wish) -> None:
        self.wishes.append(wish)

    async def stop(self) -> None:
        self.is_running = False


class Street:
    """Ada's local network; Ben is her contact."""

    def __init__(self, ada: Person) -> None:
        assert ada.peer is not None
        self.ada, self.ben = ada, ada.peer
        self.found: list[tuple[str, tuple[Address, ...]]] = []
        self.wanted: list[Contact] = [ada.conversation.contact]
        self.lan = Lan(ada.context, lambda: self.wanted, self._on_found)
        self.finder = self.lan._finder
        assert isinstance(self.finder, Finder)

    def _on_found(self, contact: Contact, addresses: tuple[Address, ...]) -> None:
        self.found.append((contact.name, addresses))

    def heard(self, *addresses: str, hours: int = 0, key: bytes | None = None) -> None:
        """Somebody announces a key."""
        hour = hour_of(self.ada.clock.unix_ms()) + hours
        tag = tag_of(key or self.ben.own.public, hour)
        assert isinstance(self.finder, Finder)
        self.finder.on_sighting(Sighting(tag, addresses, 4567))


def on_street(
    monkeypatch: pytest.MonkeyPatch, folder: Path, story: Callable[[Street], None]
) -> None:
    async def run(ada: Person, _: Person) -> None:
        story(Street(ada))

    _play(monkeypatch, folder, run)


def _play(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    story: Callable[[Person, Person], Coroutine[Any, Any, None]],
) -> None:
    monkeypatch.setattr(lan, "LanFinder", Finder)
    play(folder, story, linked=False)


def test_a_contact_is_known_by_the_tags_of_three_hours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def story(street: Street) -> None:
        for hours in (-2, 2):
            street.heard("192.0.2.9", hours=hours)
        assert street.found == []
        for number, hours in enumerate((-1, 0, 1)):
            street.heard(f"192.0.2.{number}", "2001:db8::1", hours=hours)
        assert street.found == [
            ("Ben", (Address(f"192.0.2.{number}", 4567), THERE)) for number in range(3)
        ]
        assert street.lan.heard_count == 1

    on_street(monkeypatch, tmp_path, story)


def test_nobody_else_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def story(street: Street) -> None:
        street.heard("192.0.2.1", key=street.ada.own.public)
        street.heard("192.0.2.1", key=bytes(32))
        street.wanted.clear()  # blocked, frozen, or forgotten by now
        street.heard("192.0.2.1")
        assert street.found == []
        assert street.lan.heard_count == 0

    on_street(monkeypatch, tmp_path, story)


def test_only_addresses_of_others_are_dialled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def story(street: Street) -> None:
        for nowhere in (
            *("127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::", "224.0.0.251", "ff02::fb%2"),
            *("printer.local", "", "192.0.2.1.", "%eth0"),
            *("::ffff:127.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1"),
            *("::ffff:0.0.0.0", "::ffff:224.0.0.251"),
        ):
            street.heard(nowhere)
        assert street.found == []
        street.heard("127.0.0.1", "192.0.2.1", "fe80::1%2", "ff02::fb")
        assert street.found == [("Ben", (HERE, Address("fe80::1%2", 4567)))]

    on_street(monkeypatch, tmp_path, story)


def test_the_same_is_news_again_after_a_minute(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def story(street: Street) -> None:
        street.heard("192.0.2.1")
        street.heard("192.0.2.1")
        street.heard("192.0.2.1", "127.0.0.1", hours=1)
        assert street.found == [("Ben", (HERE,))]
        street.heard("2001:db8::1")
        street.heard("192.0.2.1", "2001:db8::1")
        street.heard("2001:db8::1", "192.0.2.1")
        assert len(street.found) == 3
        street.ada.clock.advance(AGAIN_S)
        street.heard("192.0.2.1")
        assert len(street.found) == 3
        street.ada.clock.advance(0.1)
        street.heard("192.0.2.1")
        assert street.found[3:] == [("Ben", (HERE,))]

    on_street(monkeypatch, tmp_path, story)


def test_who_repeats_a_tag_beside_many_addresses_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def story(street: Street) -> None:
        for number in range(50):
            street.heard(f"192.0.2.{number}")
        assert len(street.found) == MAX_NEWS

    on_street(monkeypatch, tmp_path, story)


@pytest.mark.parametrize(
    ("network", "listen", "runs"),
    [
        (NetworkSettings(), EVERYWHERE, True),
        (NetworkSettings(map_port=False), Address("192.0.2.1", 4567), True),
        (NetworkSettings(), Address("::", 4567), True),
        (NetworkSettings(lan=False), EVERYWHERE, False),
        (NetworkSettings(direct=False), EVERYWHERE, False),
        (NetworkSettings(proxy=PROXY), EVERYWHERE, False),
        (NetworkSettings(proxy=PROXY, direct=False), EVERYWHERE, False),
        (NetworkSettings(), None, False),
        (NetworkSettings(), Address("127.0.0.1", 4567), False),
        (NetworkSettings(), Address("::1", 4567), False),
    ],
)
def test_it_is_on_only_where_nothing_else_was_asked_for(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    network: NetworkSettings,
    listen: Address | None,
    *,
    runs: bool,
) -> None:
    async def story(ada: Person, _: Person) -> None:
        street = Street(ada)
        finder = street.finder
        assert isinstance(finder, Finder)
        ada.context.network, ada.context.listen = network, listen
        await street.lan.follow()
        await asyncio.sleep(0)  # the task that announces begins
        assert (street.lan.is_wanted, street.lan.is_running) == (runs, runs)
        tag = tag_of(ada.own.public, ada.clock.unix_ms() // HOUR_MS)
        assert finder.wishes == ([Wish(tag, 4567)] if runs else [])

        # What was on goes off, and on again: nothing is announced meanwhile.
        ada.context.network = NetworkSettings(lan=False)
        await street.lan.follow()
        assert not street.lan.is_running
        finder.wishes.clear()
        ada.context.network = network
        await street.lan.follow()
        await asyncio.sleep(0)
        assert (street.lan.is_running, bool(finder.wishes)) == (runs, runs)
        await street.lan.stop()
        assert not street.lan.is_running

    _play(monkeypatch, tmp_path, story)
