"""Who is told by mail where we are, how often, and what is believed of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from two_people import Person, Story, play, settled, until

from messenger.core.types import Address, ContactId, NetworkSettings, Proxy, Relation
from messenger.engine.whereabouts import AGAIN_MS, SEALED_MS, UNHEARD_MS, Whereabouts
from messenger.protocol.bodies import ADDRESSES_KIND, Addresses, decode_body, encode_body
from messenger.protocol.mailbox import Access, Size
from messenger.store.database import Transaction
from messenger.store.mail import Deposit, ToldMailbox

RELAY = Address("relay.example", 4711)
BOX = ToldMailbox(RELAY, bytes(range(32)), Access(bytes(24), bytes(32)))
HOME, CAFE, TRAIN = (Address(f"192.0.2.{number}", 4567) for number in (1, 2, 3))
ONION = Address("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion", 4567)
HERE = Address("127.0.0.1", 4567)
DAY_MS = 24 * 3600 * 1000


def apart(folder: Path, story: Story) -> None:
    """Ada and Ben have a session and no link any more; Ada knows a mailbox of Ben's."""

    async def run(ada: Person, ben: Person) -> None:
        await ada.write("before")
        await settled(ada, ben)
        ada.end.cut()
        await until(lambda: offline(ada))
        now = ada.clock.unix_ms()
        await ada.store.write(lambda tx: tx.mail.learn(ada.contact, [BOX], 1, now))
        await story(ada, ben)

    play(folder, run)


async def offline(person: Person) -> bool:
    return not person.conversation.online


async def waiting(ada: Person) -> list[Addresses]:
    """What waits in Ada's outbox to be told."""

    def work(tx: Transaction) -> tuple[bytes, ...]:
        return tx.outbox.bodies(ada.contact, ADDRESSES_KIND)

    found = [decode_body(body) for body in await ada.store.write(work)]
    return [body for body in found if isinstance(body, Addresses)]


async def said(ada: Person) -> list[tuple[Address, ...]]:
    return [tuple(Address(*place) for place in body.addresses) for body in await waiting(ada)]


async def acknowledge(ada: Person) -> None:
    """Ben has committed what waits."""
    await ada.store.write(lambda tx: tx.outbox.drop_kind(ada.contact, ADDRESSES_KIND))


def test_whoever_has_no_link_is_told_once(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        whereabouts = Whereabouts(ada.context, ada.contacts)
        ada.context.addresses = (HOME, ONION)
        assert await whereabouts.look() is None
        (body,) = await waiting(ada)
        assert body.addresses == ((HOME.host, HOME.port), (ONION.host, ONION.port))
        assert body.at == ada.clock.unix_ms()
        assert await whereabouts.look() is None
        assert await waiting(ada) == [body]
        await acknowledge(ada)

        # Neither a start nor another order is a move.
        ada.context.addresses = (ONION, HOME)
        assert await Whereabouts(ada.context, ada.contacts).look() is None
        assert await waiting(ada) == []

    apart(tmp_path, story)


def test_it_is_an_envelope_like_others_by_itself(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        await ada.write("a message beside it")
        ada.context.addresses = (HOME,)
        await Whereabouts(ada.context, ada.contacts).look()
        assert [len(d.envelope) for d in await sealed(ada)] == 2 * [Size.SMALL.length]

    apart(tmp_path, story)


async def sealed(ada: Person) -> list[Deposit]:
    """Seal all that waits for Ben's mailbox; return what is to be put there, in order."""

    await pack(ada)
    return await unput(ada)


async def unput(ada: Person) -> list[Deposit]:
    """Return what no relay has yet."""

    def work(tx: Transaction) -> list[Deposit]:
        (box,) = tx.mail.mailboxes_of(ada.contact)
        found = []
        while deposits := tx.mail.next_deposits(box.relay):
            found += deposits
            tx.mail.accepted(deposits[0].number)
        return found

    return await ada.store.write(work)


def test_what_no_relay_has_is_taken_back(tmp_path: Path) -> None:
    """Who chooses never to be reached in the open does not say where they are any more."""

    async def story(ada: Person, _: Person) -> None:
        whereabouts = Whereabouts(ada.context, ada.contacts)
        ada.context.addresses = (HOME, ONION)
        await whereabouts.look()
        message = await ada.write("beside it")
        await pack(ada)
        await whereabouts.withdraw()  # nothing was chosen: all of it stays
        assert len(await waiting(ada)) == 1

        ada.context.network = NetworkSettings(direct=False, announced=(ONION,))
        ada.context.addresses = (ONION,)
        await whereabouts.withdraw()
        assert await waiting(ada) == []
        assert len(await unput(ada)) == 1  # the message
        assert (await ada.history())[-1].id == message.id

        # The onion address may be told, and stays when it is looked again.
        await whereabouts.look()
        await whereabouts.withdraw()
        assert await said(ada) == [(ONION,)]

    apart(tmp_path, story)


@pytest.mark.parametrize(
    ("network", "addresses", "told"),
    [
        (NetworkSettings(), (HERE,), ()),
        (NetworkSettings(), (), ()),
        (NetworkSettings(), (HERE, HOME), (HOME,)),
        (NetworkSettings(direct=False), (), ()),
        (NetworkSettings(direct=False, proxy=Proxy("127.0.0.1", 9050)), (ONION,), (ONION,)),
    ],
)
def test_only_what_others_can_dial_is_told(
    tmp_path: Path,
    network: NetworkSettings,
    addresses: tuple[Address, ...],
    told: tuple[Address, ...],
) -> None:
    async def story(ada: Person, _: Person) -> None:
        ada.context.network, ada.context.addresses = network, addresses
        if not network.direct:
            ada.context.listen = HERE
        await Whereabouts(ada.context, ada.contacts).look()
        assert await said(ada) == ([told] if told else [])

    apart(tmp_path, story)


@pytest.mark.parametrize("relation", [r for r in Relation if r is not Relation.ACCEPTED])
def test_nobody_else_is_told(tmp_path: Path, relation: Relation) -> None:
    await_told(tmp_path, lambda tx, c: tx.contacts.set_relation(c, relation))


def test_nobody_is_told_whose_key_has_changed(tmp_path: Path) -> None:
    await_told(tmp_path, lambda tx, c: tx.contacts.set_changed_key(c, bytes(range(32)), 1))


def test_nobody_is_told_who_has_no_mailbox(tmp_path: Path) -> None:
    await_told(tmp_path, lambda tx, c: tx.mail.learn(c, [], 2, 2))


def await_told(folder: Path, change: Callable[[Transaction, ContactId], object]) -> None:
    """Nothing is told after a change."""

    async def story(ada: Person, _: Person) -> None:
        conversation = ada.conversation
        await ada.store.write(lambda tx: change(tx, ada.contact))
        await conversation.call(conversation.refresh)
        ada.context.addresses = (HOME,)
        assert await Whereabouts(ada.context, ada.contacts).look() is None
        assert await waiting(ada) == []

    apart(folder, story)


def test_a_hello_has_said_it_to_whoever_is_linked(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ada.write("before")
        await settled(ada, ben)
        await ada.store.write(lambda tx: tx.mail.learn(ada.contact, [BOX], 1, 1))
        ada.context.addresses = (HOME,)
        whereabouts = Whereabouts(ada.context, ada.contacts)
        assert await whereabouts.look() is None
        assert await waiting(ada) == []
        ada.end.cut()
        await until(lambda: offline(ada))
        assert await whereabouts.look() is None
        assert await waiting(ada) == []

    play(tmp_path, story)


def test_a_traveller_does_not_fill_the_mailbox(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        whereabouts = Whereabouts(ada.context, ada.contacts)
        ada.context.addresses = (HOME,)
        await whereabouts.look()

        # Ben has acknowledged: a quarter of an hour between two.
        await acknowledge(ada)
        ada.clock.advance(AGAIN_MS / 1000 - 10)
        ada.context.addresses = (CAFE,)
        assert await whereabouts.look() == pytest.approx(10)
        assert await said(ada) == []
        ada.clock.advance(10)
        assert await whereabouts.look() is None
        assert await said(ada) == [(CAFE,)]

        # No relay was there to take it: the newest takes its place.
        ada.context.addresses = (TRAIN,)
        assert await until_told(ada, whereabouts) == pytest.approx(AGAIN_MS)
        assert await said(ada) == [(TRAIN,)]

        # It was sealed, and no relay takes it: a day between two.
        await pack(ada)
        ada.context.addresses = (CAFE,)
        assert await until_told(ada, whereabouts) == pytest.approx(SEALED_MS)
        assert await said(ada) == [(CAFE,)]

        # It lies in the mailbox, and Ben is away: no other goes there as long as it is kept.
        assert len(await sealed(ada)) == 1
        for day in range(UNHEARD_MS // DAY_MS):
            ada.context.addresses = (HOME, Address(f"2001:db8::{day + 1}", 4567))
            ada.clock.advance(DAY_MS / 1000 - 1)
            assert await whereabouts.look() is not None
            assert await said(ada) == [(CAFE,)]
        assert await sealed(ada) == []
        await until_told(ada, whereabouts)
        assert await said(ada) == [ada.context.addresses]

        # Ben comes back and has read it: the newest is told soon.
        assert len(await sealed(ada)) == 1
        ada.context.addresses = (CAFE,)
        assert await whereabouts.look() is not None
        ada.clock.advance(AGAIN_MS / 1000)
        await acknowledge(ada)
        assert await whereabouts.look() is None
        assert await said(ada) == [(CAFE,)]

        # A clock that is set back by years delays by one such pause, not by years.
        ada.context.addresses = (HOME,)
        ada.clock.epoch_ms -= 10**11
        again_s = await whereabouts.look()
        assert again_s is not None
        assert 0 < again_s <= AGAIN_MS / 1000

    apart(tmp_path, story)


async def pack(ada: Person) -> None:
    """Seal all that waits for Ben's mailbox."""
    (box,) = await ada.store.write(lambda tx: tx.mail.mailboxes_of(ada.contact))
    conversation = ada.conversation
    while await conversation.call(lambda: conversation.mail.pack(box.number)):
        pass


async def until_told(ada: Person, whereabouts: Whereabouts) -> float:
    """Turn the clock until Ben is told again, and what waits does not change before."""
    before, passed_ms = await said(ada), 0.0
    while (again_s := await whereabouts.look()) is not None:
        assert await said(ada) == before
        assert 0 < again_s <= AGAIN_MS / 1000
        ada.clock.advance(again_s)
        passed_ms += again_s * 1000
    return passed_ms


def test_what_is_believed(tmp_path: Path) -> None:
    """A contact sends us to no loopback, group or name, and says nothing twice."""

    async def story(ada: Person, ben: Person) -> None:
        now = ada.clock.unix_ms()
        old, late = now - 3 * 24 * 3600 * 1000, now + 3600 * 1000
        first = Addresses(bytes(16), ((HOME.host, 1), (ONION.host, 1)), late)
        nowhere = ("127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0")
        second = Addresses(bytes(range(16)), tuple((host, 1) for host in nowhere), now)
        named = ("224.0.0.1", "evil.example", "short.onion", CAFE.host)
        third = Addresses(bytes(range(1, 17)), tuple((host, 1) for host in named), old)
        for body in (first, second, third):
            await tell(ada, body)
        await settled(ada, ben)
        # The old report comes behind the new one, whose time counts as now.
        assert await places(ben) == (
            Address(HOME.host, 1),
            Address(ONION.host, 1),
            Address(CAFE.host, 1),
        )
        await ben.store.write(lambda tx: tx.contacts.clear_addresses(ben.contact))
        await tell(ada, first)  # the same once more
        await settled(ada, ben)
        assert await places(ben) == ()
        assert await ben.texts() == []

    play(tmp_path, story)


async def tell(ada: Person, body: Addresses) -> None:
    def work(tx: Transaction) -> None:
        tx.outbox.add_body(ada.contact, body.id, encode_body(body), kind=ADDRESSES_KIND)

    await ada.store.write(work)
    ada.conversation.nudge()


async def places(person: Person) -> tuple[Address, ...]:
    return await person.store.write(lambda tx: tx.contacts.addresses(person.contact))
