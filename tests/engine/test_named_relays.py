"""To which relays a contact may send us."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from two_people import Person, play, until

from messenger.core.types import (
    Address,
    MailTrouble,
    NetworkSettings,
    Proxy,
    RelayId,
    RelayState,
)
from messenger.engine import relay_places
from messenger.engine.commands import RemoveRelay
from messenger.engine.links import DialRefusedError
from messenger.engine.options import LISTEN_EVERYWHERE
from messenger.engine.relay_post import RelayPost
from messenger.engine.relays import Relays
from messenger.protocol.mailbox import Access
from messenger.store.mail import ToldMailbox
from messenger.store.relays import Relay
from messenger.wire.messages import LinkUp

HERE, AWAY = Address("127.0.0.1", 4711), Address("192.0.2.7", 4711)
EVERYWHERE, LOOPBACK = Address(LISTEN_EVERYWHERE, 4567), Address("127.0.0.1", 4567)
PROXY = Proxy("127.0.0.1", 9050)


LISTENING = (  # listen, network, own, places
    (EVERYWHERE, NetworkSettings(), None, {AWAY}),
    (Address("0.0.0.0", 4567), NetworkSettings(), None, {AWAY}),
    (None, NetworkSettings(), None, {AWAY}),
    (LOOPBACK, NetworkSettings(), None, {HERE, AWAY}),  # so do our contacts
    (EVERYWHERE, NetworkSettings(), HERE, {HERE, AWAY}),
    (LOOPBACK, NetworkSettings(direct=False), None, set[Address]()),
    (LOOPBACK, NetworkSettings(direct=False), HERE, {HERE}),
    (LOOPBACK, NetworkSettings(direct=False, proxy=PROXY), None, {AWAY}),
)


def test_a_contact_sends_us_to_no_relay_on_this_computer(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        for listen, network, own, places in LISTENING:
            ada.context.listen, ada.context.network = listen, network
            first = Relay(RelayId(1), own or HERE, bytes(32), own=own is not None)
            relays = [first, Relay(RelayId(2), AWAY, bytes(32), own=False)]
            allowed = Relays(ada.context, ada.contacts)._allowed(relays)
            assert {relay.address for relay in allowed} == places

    play(tmp_path, story, linked=False)


@pytest.mark.parametrize(
    ("hosts", "followed"),
    [
        (["127.0.0.1"], []),
        (["::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "0.0.0.0"], []),
        (["192.168.1.1", "10.0.0.138", "172.16.0.1", "fd00::1", "100.64.0.1"], []),
        (["169.254.169.254", "fe80::1", "224.0.0.1", "255.255.255.255"], []),
        (["192.168.1.1", "1.1.1.1", "127.0.0.1", "2606:4700::1"], ["1.1.1.1", "2606:4700::1"]),
    ],
)
def test_a_name_that_a_contact_chose_leads_to_the_open_network_only(
    monkeypatch: pytest.MonkeyPatch, hosts: list[str], followed: list[str]
) -> None:
    async def look_up(*_: object) -> list[str]:
        return hosts

    monkeypatch.setattr(relay_places, "look_up", look_up)
    found = relay_places.public_places(Address("relay.example", 4711))
    if followed:
        assert asyncio.run(found) == [Address(host, 4711) for host in followed]
    else:
        with pytest.raises(DialRefusedError) as refused:
            asyncio.run(found)
        assert refused.value.reason == "astray"


def test_a_name_that_leads_nowhere_may_lead_somewhere_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def look_up(*_: object) -> list[str]:
        return []

    monkeypatch.setattr(relay_places, "look_up", look_up)
    with pytest.raises(DialRefusedError) as refused:
        asyncio.run(relay_places.public_places(Address("relay.example", 4711)))
    assert refused.value.reason == "unreachable"


class Dialled:
    """Stands where links are: nobody answers, and every address is written down."""

    def __init__(self) -> None:
        self.addresses: list[Address] = []

    async def dial(self, address: Address, *_: object, **__: object) -> LinkUp:
        self.addresses.append(address)
        raise DialRefusedError("unreachable")


NAMED = Address("relay.example", 4711)
ONION = Address("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion", 4711)
OPEN = [Address("1.1.1.1", 4711), Address("2606:4700::1", 4711)]


PRIVATE = Address("192.168.1.9", 4711)
CASES = (  # relay, own, network, anywhere, dialled
    (NAMED, False, NetworkSettings(), False, OPEN),
    (NAMED, True, NetworkSettings(), False, [NAMED]),  # our own may be anywhere
    (NAMED, False, NetworkSettings(), True, [NAMED]),
    (NAMED, False, NetworkSettings(proxy=PROXY), False, [NAMED]),  # the proxy looks it up
    (ONION, False, NetworkSettings(), False, [ONION]),  # and nobody else
    (PRIVATE, False, NetworkSettings(), False, [PRIVATE]),
)


def test_where_a_relay_is_dialled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up = list[str]()

    async def look_up(host: str, _: int) -> list[str]:
        looked_up.append(host)
        return ["192.168.1.1", *(address.host for address in OPEN)]

    monkeypatch.setattr(relay_places, "look_up", look_up)

    async def story(ada: Person, _: Person) -> None:
        for address, own, network, anywhere, dialled in CASES:
            looked_up.clear()
            ada.context.network = network
            links: Any = Dialled()
            post = RelayPost(
                ada.context,
                links,
                Relay(RelayId(1), address, bytes(32), own=own),
                Relays(ada.context, ada.contacts),
                lambda: None,
                partial(bool, anywhere),
            )
            await until(partial(tried, post))
            await post.stop()
            assert links.addresses == dialled
            assert looked_up == ([address.host] if dialled == OPEN else [])

    play(tmp_path, story, linked=False)


@pytest.fixture
def names_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads into a private network."""

    async def look_up(*_: object) -> list[str]:
        return ["192.168.1.1"]

    monkeypatch.setattr(relay_places, "look_up", look_up)


async def tried(post: RelayPost) -> bool:
    return post.state is RelayState.UNREACHABLE


@pytest.mark.usefixtures("names_at_home")
def test_a_relay_that_becomes_one_of_our_own_is_dialled_wherever_it_is(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        links: Any = Dialled()
        theirs = Relay(RelayId(1), NAMED, bytes(32), own=False)
        told = list[bool]()
        post = RelayPost(
            ada.context,
            links,
            theirs,
            Relays(ada.context, ada.contacts),
            lambda: told.append(post.astray),
        )
        await until(lambda: tried(post))
        assert (post.astray, links.addresses) == (True, [])
        await post.look_again(Relay(RelayId(1), NAMED, bytes(32), own=True))

        async def dialled() -> bool:
            return links.addresses == [NAMED]

        await until(dialled)
        await post.stop()
        assert told == [True, False]

    play(tmp_path, story, linked=False)


@pytest.mark.usefixtures("names_at_home")
def test_an_own_relay_that_is_being_left_may_be_anywhere_after_a_restart_too(
    tmp_path: Path,
) -> None:
    async def story(ada: Person, _: Person) -> None:
        links: Any = Dialled()
        ada.context.listen, ada.contacts.links = EVERYWHERE, links
        numbers = [
            await ada.store.write(lambda tx, a=address: tx.relays.choose(a, bytes(32)))
            for address in (NAMED, HERE)
        ]
        before = Relays(ada.context, ada.contacts)
        await before.start()
        for number in numbers:
            await before.remove(RemoveRelay(number))
        await before.stop()
        links.addresses.clear()
        after = Relays(ada.context, ada.contacts)
        await after.start()
        posts = tuple(after._posts.values())
        for post in posts:
            await until(partial(tried, post))
        await after.stop()
        assert set(links.addresses) == {NAMED, HERE}
        assert not any(post.astray for post in posts)

    play(tmp_path, story, linked=False)


def test_what_is_not_followed_is_told(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        ada.context.listen = EVERYWHERE
        box = ToldMailbox(HERE, bytes(32), Access(bytes(24), bytes(32)))
        await ada.store.write(lambda tx: tx.mail.learn(ada.contact, [box], 1, 1))
        relays = Relays(ada.context, ada.contacts)
        (route,) = (await relays.overview()).routes
        assert (route.state, route.trouble) == (RelayState.UNREACHABLE, MailTrouble.ASTRAY)

    play(tmp_path, story, linked=False)
