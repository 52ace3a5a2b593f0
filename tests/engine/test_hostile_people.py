"""What people who know our link can try, and what may happen in the wrong moment."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from test_conversation import inject
from two_people import Person, connect, play, settled, until

from messenger.core.errors import FolderNotWritableError
from messenger.core.ids import new_message_id
from messenger.core.types import (
    Address,
    ContactId,
    Fork,
    MessageState,
    Presence,
    Relation,
    RelayId,
)
from messenger.crypto.fingerprint import fingerprint
from messenger.crypto.noise import KeyPair
from messenger.engine import allowance, contacts, control_talk
from messenger.engine import commands as c
from messenger.engine.control_talk import PROMPT_HELLO_COUNT
from messenger.engine.conversation import Conversation
from messenger.engine.events import (
    ContactChanged,
    ContactRemoved,
    ContactRequested,
    Failure,
    ForkSeen,
    MessageAdded,
    PresenceChanged,
    SessionReset,
)
from messenger.engine.greeting import Greeting
from messenger.engine.inbox import MAX_FRAME_COUNT
from messenger.engine.introductions import Introductions, Taken
from messenger.engine.relays import dialled_relays
from messenger.engine.strangers import MAX_ASKING_LINKS
from messenger.engine.twins import MAX_TWIN_WORDS
from messenger.protocol.bodies import (
    ADDRESSES_KIND,
    MAILBOXES_KIND,
    NEW_KEY_KIND,
    RECEIPT_KIND,
    Delete,
    Edit,
    KnownBody,
    Mailbox,
    NewKey,
    SetTimer,
    Text,
    encode_body,
)
from messenger.protocol.channels import Channel
from messenger.protocol.control import (
    Ack,
    ControlFrame,
    Forked,
    Goodbye,
    GoodbyeReason,
    Hello,
    Lineage,
    decode_control,
    encode_control,
    merged,
)
from messenger.protocol.file_chunks import Want, encode_bulk
from messenger.protocol.introduction import Asking
from messenger.protocol.message_channel import encode_envelope
from messenger.protocol.tagged import Unknown
from messenger.store import database
from messenger.store.database import Transaction
from messenger.store.declined import QUIET_MS
from messenger.store.reader import DIALLED
from messenger.store.relays import Relay
from messenger.wire.messages import FrameReceived, Left, LinkDown, LinkUp, SendFrame


def hello(name: str, *addresses: tuple[str, int]) -> bytes:
    return encode_control(Hello(1, name, True, (), 0, addresses))


def stranger(ada: Person, link: int, key: bytes, host: str = "198.51.100.7") -> None:
    """Somebody whom nobody knows completes a handshake with Ada."""
    up = LinkUp(link, False, False, key, b"e" * 32, b"h" * 32, host, 50_000, 0.5, "frames")
    ada.contacts.links.on_message(up)


def says(ada: Person, link: int, body: bytes, channel: Channel = Channel.CONTROL) -> None:
    ada.contacts.links.on_message(FrameReceived(link=link, channel=channel, body=body))


async def requests(ada: Person, count: int) -> list[ContactId]:
    """Wait for so many requests."""
    while True:
        contacts = await ada.contacts.list(c.ListContacts())
        found = [each.id for each in contacts if each.relation is Relation.REQUEST]
        if len(found) == count and set(found) <= set(ada.contacts._by_id):
            return found
        await asyncio.sleep(0.002)


async def online(conversation: Conversation) -> None:
    async def met() -> bool:
        return conversation.online

    await until(met)


async def until_offline(conversation: Conversation) -> None:
    async def met() -> bool:
        return not conversation.online

    await until(met)


def test_somebody_declined_and_then_added_stays(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        key = KeyPair.generate().public
        stranger(ada, 102, key)
        says(ada, 102, hello("Mallory"))
        (contact,) = await requests(ada, 1)
        conversation = ada.contacts.conversation(contact)
        await online(conversation)
        await ada.contacts.decline(c.DeclineContact(contact))
        link = conversation._link
        assert link is not None
        farewell = link.farewell
        assert farewell is not None
        await ada.contacts._agree(conversation)  # the person adds the link after all
        message = await ada.messages.send(c.SendMessage(contact, "sorry, wrong button"))
        ada.contacts.links.on_message(Left(link=102, frame=farewell))
        await conversation.call(conversation.refresh)
        assert conversation.contact.relation is Relation.ACCEPTED
        kept = await ada.store.read(lambda r: r.message(message.row))
        assert kept.state is MessageState.WAITING
        assert [e.contact for e in ada.of(ContactRemoved)] == [contact]  # of the decline only

    play(tmp_path, story)


async def declined(ada: Person, link: int, key: bytes) -> ContactId:
    """Somebody asks, Ada declines, and they hear it."""
    stranger(ada, link, key)
    says(ada, link, hello("Mallory"))
    (contact,) = await requests(ada, 1)
    conversation = ada.contacts.conversation(contact)
    await online(conversation)
    await ada.contacts.decline(c.DeclineContact(contact))
    assert conversation.live_link is not None
    assert conversation.live_link.farewell is not None
    farewell = Left(link=link, frame=conversation.live_link.farewell)
    ada.contacts.links.on_message(farewell)

    async def forgotten() -> bool:
        return ada.contacts.find(key) is None and not any(
            each.key == key for each in await ada.store.read(lambda r: r.contacts())
        )

    await until(forgotten)
    return contact


async def knock(ada: Person, link: int, key: bytes) -> None:
    """Ask, and wait for what becomes of it."""
    stranger(ada, link, key)
    says(ada, link, hello("Mallory"))

    async def heard() -> bool:
        return not ada.contacts.strangers.doorsteps

    await until(heard)


def test_few_links_of_people_who_only_ask_stand(tmp_path: Path) -> None:
    """Each sends as much as a contact's: a hundred would cost a hundred times the cover."""
    more = MAX_ASKING_LINKS + 4

    async def story(ada: Person, _: Person) -> None:
        links = range(102, 102 + 2 * more, 2)
        for link in links:
            await knock(ada, link, KeyPair.generate().public)
        asking = [ada.contacts.conversation(contact) for contact in await requests(ada, more)]
        for one in asking:
            await one.call(one.refresh)  # behind the link
        standing = [one for one in asking if one.live_link is not None]
        assert len(standing) == MAX_ASKING_LINKS
        # Whoever is accepted needs no such place, and leaves one to others.
        await ada.contacts.accept(c.AcceptContact(standing[0].contact.id))
        late = next(one for one in asking if one.live_link is None)
        stranger(ada, 400, late.contact.key)
        says(ada, 400, hello("Late"))
        await online(late)
        assert standing[0].live_link is not None

    play(tmp_path, story, linked=False)


def words_to(link: int, sent: list[object]) -> list[ControlFrame | Unknown]:
    frames = [f for f in sent if isinstance(f, SendFrame) and f.link == link]
    return [decode_control(frame.body) for frame in frames]


def test_whoever_was_declined_is_not_shown_again_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(ada: Person, _: Person) -> None:
        key, sent = KeyPair.generate().public, list[object]()
        await declined(ada, 102, key)
        monkeypatch.setattr(ada.end, "send", sent.append)
        for link in range(104, 124, 2):
            await knock(ada, link, key)
            assert words_to(link, sent) == [Goodbye(GoodbyeReason.DECLINED)]
        assert len(ada.of(ContactRequested)) == 1
        assert ada.contacts.request_count == 0
        ada.clock.advance(QUIET_MS / 1000 - 1)
        await knock(ada, 124, key)
        assert len(ada.of(ContactRequested)) == 1
        ada.clock.advance(1)
        await knock(ada, 126, key)  # asking in between has not made it longer
        await requests(ada, 1)
        assert len(ada.of(ContactRequested)) == 2

    play(tmp_path, story, linked=False)


def test_a_letter_of_whoever_was_declined_makes_no_request(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        mallory, introductions = KeyPair.generate(), Introductions(ada.context, ada.contacts)

        async def write() -> int:
            """Let a letter come; return how many requests that makes."""
            box = Mailbox("192.0.2.9", 4_433, bytes(32), bytes(24), bytes(32), True)
            asking = Asking.begin(
                mallory,
                ada.own.public,
                name="Mallory",
                boxes=(box,),
                addresses=(),
                unix_ms=ada.clock.unix_ms(),
            )
            before = len(ada.of(ContactRequested))
            assert await introductions.take(asking.envelope) is Taken.YES
            return len(ada.of(ContactRequested)) - before

        await declined(ada, 102, mallory.public)
        assert await write() == 0
        ada.clock.advance(QUIET_MS / 1000)
        assert await write() == 1
        (contact,) = await requests(ada, 1)
        await ada.contacts.decline(c.DeclineContact(contact))  # nobody is there to hear it
        ada.clock.advance(QUIET_MS / 1000)
        assert await write() == 0

    play(tmp_path, story, linked=False)


def test_a_letter_under_a_key_that_a_contact_only_announced_is_not_the_contacts(
    tmp_path: Path,
) -> None:
    """Else whoever owns that key would be answered, and appear under the contact's name."""

    async def story(ada: Person, _: Person) -> None:
        victim, introductions = KeyPair.generate(), Introductions(ada.context, ada.contacts)
        await ada.store.write(
            lambda tx: tx.contacts.adopt_key(ada.contact, victim.public, made_at=1, at=1)
        )
        await ada.conversation.call(ada.conversation.refresh)
        asking = Asking.begin(
            victim,
            ada.own.public,
            name="Victim",
            boxes=(Mailbox("192.0.2.9", 4_433, bytes(32), bytes(24), bytes(32), True),),
            addresses=(),
            unix_ms=ada.clock.unix_ms(),
        )
        for _ in range(2):
            assert await introductions.take(asking.envelope) is Taken.YES
        assert await ada.store.write(lambda tx: tx.introductions.to_answer()) == ()
        assert await ada.store.write(lambda tx: tx.contacts.ignored_count(ada.contact)) == 1
        assert not ada.conversation.contact.frozen  # a letter proves too little for that

    play(tmp_path, story, linked=False)


def test_whoever_was_declined_can_be_added(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        key = KeyPair.generate().public
        await declined(ada, 102, key)
        added = await ada.contacts.add(c.AddContact(fingerprint=fingerprint(key)))
        stranger(ada, 104, key)
        says(ada, 104, hello("Mallory"))
        await online(ada.contacts.conversation(added.id))
        assert ada.contacts.conversation(added.id).contact.relation is Relation.ACCEPTED
        await ada.contacts.remove(c.RemoveContact(added.id))
        await knock(ada, 106, key)  # that they were welcome since has ended it
        await requests(ada, 1)

    play(tmp_path, story, linked=False)


def test_those_who_never_hear_that_they_were_declined_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts, "MAX_UNTOLD_COUNT", 2)

    async def story(ada: Person, _: Person) -> None:
        keys = [KeyPair.generate().public for _ in range(4)]
        for number, key in enumerate(keys):
            link = 102 + 2 * number
            stranger(ada, link, key)
            says(ada, link, hello("Mallory"))
            (contact,) = await requests(ada, 1)
            ada.contacts.links.on_message(LinkDown(link, "closed"))
            await ada.contacts.decline(c.DeclineContact(contact))
        kept = {each.key for each in await ada.store.read(lambda r: r.contacts())}
        assert kept.intersection(keys) == set(keys[2:])
        for number, key in enumerate(keys):  # nobody is shown again, remembered this way or that
            stranger(ada, 202 + 2 * number, key)
            says(ada, 202 + 2 * number, hello("Mallory"))
        await knock(ada, 210, keys[0])
        assert len(ada.of(ContactRequested)) == len(keys)

    play(tmp_path, story, linked=False)


def test_a_flood_costs_the_flooder_the_link_and_nobody_else_anything(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await online(ada.conversation)
        for number in range(3 * MAX_FRAME_COUNT):
            ben.end.inject(Channel.CONTROL, hello(f"Ben {number % 2}"))
        await asyncio.sleep(0)
        await ada.contacts.rename(c.RenameContact(ada.contact, "Flooder"))
        assert ada.of(PresenceChanged)[-1].presence is Presence.OFFLINE
        changes = [e for e in ada.of(ContactChanged) if e.contact.name.startswith("Ben ")]
        assert len(changes) < MAX_FRAME_COUNT // 10
        connect(ada, ben)
        await ada.write("all the same")
        await settled(ada)

    play(tmp_path, story)


def test_of_a_storm_of_profile_changes_the_newest_is_taken_up_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control_talk, "HELLO_EVERY_S", 0.0)

    async def story(ada: Person, ben: Person) -> None:
        await online(ada.conversation)
        names = [f"Ben {number}" for number in range(10 * PROMPT_HELLO_COUNT)]
        for name in names:  # apart from each other: those that wait together count once anyway
            ben.end.inject(Channel.CONTROL, hello(name))
            ben.end.inject(Channel.CONTROL, encode_control(Ack((bytes(16),))))
            ben.end.inject(Channel.BULK, encode_bulk(Want(bytes(16), 0)))

        async def newest() -> bool:
            return ada.conversation.contact.name == names[-1]

        await until(newest)
        changes = [e for e in ada.of(ContactChanged) if e.contact.name in names]
        assert len(changes) <= 2 * PROMPT_HELLO_COUNT

    play(tmp_path, story)


def test_who_writes_more_in_a_day_than_is_kept_has_it_wait_on_their_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "DAY_LEN", 100 * allowance.FRAME_COST)

    async def story(ada: Person, ben: Person) -> None:
        await online(ada.conversation)
        written = [f"number {number}" for number in range(100)]
        for text in written:
            await ben.write(text)

        async def gone() -> bool:
            return not ada.conversation.online

        await until(gone)
        kept = await ada.texts()
        assert kept == written[: len(kept)]
        assert 0 < len(kept) < 100
        ada.clock.advance(2 * allowance.DAY_S)
        monkeypatch.undo()
        connect(ada, ben)
        await settled(ben)
        assert await ada.texts() == written

    play(tmp_path, story)


def test_a_supply_comes_back_slowly() -> None:
    supply = allowance.Allowance()
    tenth = [bytes(allowance.DAY_LEN // 10 - allowance.FRAME_COST)]
    assert [supply.take(tenth, 5.0) for _ in range(11)] == [True] * 10 + [False]
    assert supply.take(tenth, 5.0 + allowance.DAY_S / 10 + 1)
    assert not supply.take(tenth, 5.0 + allowance.DAY_S / 10 + 1)


def test_who_speaks_of_nothing_but_two_places_loses_the_link(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await online(ada.conversation)
        for number in range(2 * MAX_TWIN_WORDS):
            ben.end.inject(Channel.CONTROL, encode_control(Forked(Fork.IN_USE, own=bool(number))))
            ben.end.inject(Channel.CONTROL, encode_control(Ack((bytes(16),))))

        async def gone() -> bool:
            return not ada.conversation.online

        await until(gone)
        assert len(ada.of(ForkSeen)) <= MAX_TWIN_WORDS

    play(tmp_path, story)


@pytest.mark.parametrize("host", ["127.0.0.1", "::ffff:127.0.0.1", "169.254.169.254", "localhost"])
def test_no_contact_sends_us_to_a_relay_on_our_own_computer(host: str) -> None:
    theirs = Relay(RelayId(1), Address(host, 22), bytes(32), own=False)
    elsewhere = Relay(RelayId(2), Address("203.0.113.9", 4711), bytes(32), own=True)
    here = Relay(RelayId(3), Address("127.0.0.1", 4711), bytes(32), own=True)
    assert dialled_relays([elsewhere, theirs], at_home=False) == [elsewhere]
    assert dialled_relays([here, theirs], at_home=False) == [here, theirs]
    assert dialled_relays([theirs], at_home=True) == [theirs]


def test_hellos_that_wait_together_count_as_the_newest_and_acknowledgements_add_up() -> None:
    one, two = Hello(1, "a", True, (), 0, ()), Hello(1, "b", True, (), 0, ())
    acks = [Ack((bytes([n]) * 16,)) for n in range(3)]
    assert merged([one, acks[0], acks[1], two, acks[2]]) == [
        two,
        Ack(tuple(ack.ids[0] for ack in acks)),
    ]


def test_a_stranger_cannot_claim_the_address_of_somebody_else(tmp_path: Path) -> None:
    place = Address("203.0.113.9", 4711)

    async def story(ada: Person, _: Person) -> None:
        stranger(ada, 102, KeyPair.generate().public)
        says(ada, 102, hello("Mallory", (place.host, place.port)))
        (contact,) = await requests(ada, 1)
        await ada.contacts.conversation(contact).call(ada.contacts.conversation(contact).refresh)
        addresses = await ada.store.read(lambda r: r.addresses(contact))
        assert addresses == ()
        await ada.contacts.accept(c.AcceptContact(contact))  # now they may say where they are,
        assert place in await ada.store.read(lambda r: r.addresses(contact))
        assert await ada.store.read(lambda r: r.contacts_at(place)) == ()  # which proves nothing
        await ada.store.write(lambda tx: tx.contacts.save_address(contact, place, DIALLED, 1))
        (there,) = await ada.store.read(lambda r: r.contacts_at(place))
        assert there.id == contact

    play(tmp_path, story, linked=False)


def test_who_only_asks_warns_of_nothing_and_is_heard_once_accepted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger could say that our key is used elsewhere, and would be told our run."""
    run, sent = b"r" * 16, list[ControlFrame | Unknown]()

    async def story(ada: Person, _: Person) -> None:
        send = ada.contacts.links.send

        def noted(link: int, channel: int, body: bytes, *, numbered: bool = False) -> int:
            if (link, channel) == (102, Channel.CONTROL):
                sent.append(decode_control(body))
            return send(link, channel, body, numbered=numbered)

        monkeypatch.setattr(ada.contacts.links, "send", noted)
        stranger(ada, 102, KeyPair.generate().public)
        says(ada, 102, hello("Mallory"))
        for fork in Fork:
            says(ada, 102, encode_control(Forked(fork, own=False)))
            says(ada, 102, encode_control(Forked(fork, own=True)))
        says(ada, 102, encode_control(Lineage(b"?" * 16, bytes(16), None, 9)))
        says(ada, 102, encode_control(Lineage(run, None, None, 0)))
        (contact,) = await requests(ada, 1)
        conversation = ada.contacts.conversation(contact)
        await online(conversation)
        await conversation.call(conversation.refresh)
        assert not ada.of(ForkSeen)
        assert [type(frame) for frame in sent] == [Hello]
        await ada.contacts.accept(c.AcceptContact(contact))
        assert await ada.store.write(lambda tx: tx.lineage.last_heard(contact)) == run
        assert [type(frame) for frame in sent] == [Hello, Hello, Lineage]
        assert not ada.of(ForkSeen)

    play(tmp_path, story, linked=False)


def test_who_only_asks_again_writes_nothing_in_the_session_of_before(tmp_path: Path) -> None:
    """Whoever was blocked and is not any more has a session, and nobody's consent."""

    async def story(ada: Person, ben: Person) -> None:
        await ben.write("before")
        await settled(ben)
        for blocked in (True, False):
            await ada.contacts.block(c.BlockContact(ada.contact, blocked=blocked))
        assert ada.conversation.contact.relation is Relation.REQUEST
        key = KeyPair.generate().public
        bodies: list[KnownBody] = [
            Text(b"1" * 16, "unasked", 1),
            SetTimer(b"2" * 16, 60, 1 << 50),
            NewKey(b"3" * 16, key, 1),
        ]
        for body in bodies:
            connect(ben, ada)
            await online(ada.conversation)
            await online(ben.conversation)
            ratchet = ben.conversation.ratchet
            _, envelope = ratchet.session.seal(encode_body(body), ratchet.associated_data)
            ben.end.inject(Channel.MESSAGE, encode_envelope(envelope))
            await until_offline(ada.conversation)
        contact = await ada.store.write(lambda tx: tx.contact(ada.contact))
        assert (contact.key, contact.lifetime_s) == (ben.own.public, 0)
        assert await ada.texts() == ["before"]

    play(tmp_path, story)


def test_a_stranger_who_leaves_during_the_commit_is_not_online(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        stranger(ada, 102, KeyPair.generate().public)
        says(ada, 102, hello("Mallory"))
        ada.contacts.links.on_message(LinkDown(102, "lost"))
        (contact,) = await requests(ada, 1)
        conversation = ada.contacts.conversation(contact)
        await conversation.call(conversation.refresh)
        assert conversation.link_number is None
        assert not conversation.online

    play(tmp_path, story, linked=False)


def test_a_stranger_at_the_door_twice_is_one_request(tmp_path: Path) -> None:
    async def story(ada: Person, _: Person) -> None:
        key = KeyPair.generate().public
        for link in (102, 104):
            stranger(ada, link, key)
        for link in (102, 104):
            says(ada, link, hello("Mallory"))
        (contact,) = await requests(ada, 1)
        conversation = ada.contacts.conversation(contact)
        await conversation.call(conversation.refresh)
        assert not ada.contacts.strangers.doorsteps
        assert conversation.link_number in {102, 104}

    play(tmp_path, story, linked=False)


def test_a_full_disk_sends_a_stranger_away_and_the_next_one_is_heard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(ada: Person, _: Person) -> None:
        write = ada.store.write

        async def full(work: object) -> object:
            raise FolderNotWritableError("the disk is full")

        monkeypatch.setattr(ada.store, "write", full)
        stranger(ada, 102, KeyPair.generate().public)
        says(ada, 102, hello("First"))

        async def gone() -> bool:
            return not ada.contacts.strangers.doorsteps

        await until(gone)
        assert 102 not in ada.contacts.links._owners
        monkeypatch.setattr(ada.store, "write", write)
        stranger(ada, 104, KeyPair.generate().public)
        says(ada, 104, hello("Second"))
        await requests(ada, 1)

    play(tmp_path, story, linked=False)


def test_what_an_author_took_back_at_once_is_never_shown(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        ada.end.cut()
        await asyncio.sleep(0)
        regretted = await ada.write("regretted")
        await ada.write("meant")
        connect(ada, ben)
        await settled(ada)
        await ada.changes.delete(c.DeleteMessage(regretted.row, for_both=True))
        await settled(ada)
        shown = [e.message.text for e in ben.of(MessageAdded)]
        assert shown[-1] == "meant"

    play(tmp_path, story)


def test_a_damaged_session_locks_nobody_out(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ada.write("before")
        await settled(ada)
        await ada.stop()
        await ada.start_again_with_a_damaged_session()
        assert [type(e) for e in ada.of(Failure)] == [Failure]
        connect(ada, ben)
        await ada.write("after")
        await settled(ada)
        assert await ben.texts() == ["before", "after"]
        assert ben.of(SessionReset)

    play(tmp_path, story)


def test_a_link_that_waits_for_its_turn_ends_with_its_contact(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        async def busy() -> None:
            await asyncio.Event().wait()

        ada.conversation.soon(busy)
        connect(ben, ada)  # behind what keeps the conversation busy
        await ada.contacts.remove(c.RemoveContact(ada.contact))
        assert ada.end.other is None

    play(tmp_path, story, linked=False)


def test_a_goodbye_takes_what_waits_for_them_and_leaves_what_is_true_of_us(tmp_path: Path) -> None:
    """Once both agree again our key and mailboxes are told; the header waits for no wish."""

    async def story(ada: Person, ben: Person) -> None:
        await ada.write("waits")
        await ada.changes.set_timer(c.SetTimer(ada.contact, 3_600))

        def decline(tx: Transaction) -> list[int]:
            for kind in (NEW_KEY_KIND, MAILBOXES_KIND, ADDRESSES_KIND, RECEIPT_KIND):
                tx.outbox.add_body(ada.contact, bytes([kind]) * 16, b"body", kind=kind)
            asked = tx.contacts.set_relation(ada.contact, Relation.ASKED)
            assert asked.proposed_lifetime_s == 3_600
            greeting = Greeting(ada.context, ada.conversation.ratchet)
            greeting.on_goodbye(tx, asked, GoodbyeReason.DECLINED)
            return [entry.kind for entry in tx.outbox.waiting(ada.contact)]

        assert await ada.store.write(decline) == [NEW_KEY_KIND, MAILBOXES_KIND]
        contact = await ada.store.write(lambda tx: tx.contact(ada.contact))
        assert contact.relation is Relation.DECLINED
        assert contact.proposed_lifetime_s is None

    play(tmp_path, story, linked=False)


async def commits(person: Person, work: Callable[[], Awaitable[None]]) -> list[int]:
    """Return how many words each transaction put into the index or took out during ``work``."""
    counts = list[int]()
    write = person.store._write

    def counted(step: Callable[[Transaction], object]) -> object:
        result = write(step)
        counts.append(person.store._connection.indexed_count)
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(person.store, "_write", counted)
        await work()
    return counts


LONG = " ".join(f"w{number}" for number in range(50))


def test_many_small_frames_about_long_texts_are_many_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody else waits for the one writer: no transaction does the work of all of them."""
    monkeypatch.setattr(database, "COMMIT_WORDS_MAX", 60)

    async def story(ada: Person, ben: Person) -> None:
        await ben.write("before")
        await settled(ben)
        written = [new_message_id() for _ in range(20)]
        for number, message in enumerate(written):
            await inject(ben, Text(message, f"{LONG} n{number}", 1))

        async def there() -> bool:
            return len(await ada.texts()) == 1 + len(written)

        await until(there)
        held = list[SendFrame]()
        ben.end.filter = held.append
        changes: list[KnownBody] = [Edit(new_message_id(), m, LONG, 2) for m in written[:10]]
        changes += [Delete(new_message_id(), m, 3) for m in written[10:]]
        await inject(ben, *changes)
        ben.end.filter = lambda frame: frame

        async def all_at_once() -> None:
            for frame in held:
                ben.end.inject(frame.channel, frame.body)

            async def changed() -> bool:
                return await ada.texts() == ["before", *[LONG] * 10, *[""] * 10]

            await until(changed)

        counts = await commits(ada, all_at_once)
        assert sum(counts) == 10 * (51 + 50) + 10 * 51
        assert max(counts) < 60 + 51 + 50

    play(tmp_path, story)


def test_long_messages_that_end_together_end_in_many_commits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "COMMIT_WORDS_MAX", 60)

    async def story(ada: Person, ben: Person) -> None:
        await ben.write("before")
        await settled(ben)
        for _ in range(10):
            await inject(ben, Text(new_message_id(), LONG, 1, None, 60))

        async def there() -> bool:
            return len(await ada.texts()) == 11

        await until(there)
        ada.clock.advance(60)
        counts = await commits(ada, ada.upkeep.look)
        assert await ada.texts() == ["before"]
        assert sum(counts) == 10 * 50
        assert max(counts) < 60 + 50

    play(tmp_path, story)


def test_what_the_index_takes_on_the_disk_counts_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts of few bytes whose words are folded into many."""
    monkeypatch.setattr(allowance, "DAY_LEN", 100_000)

    async def story(ada: Person, ben: Person) -> None:
        await online(ada.conversation)

        async def over() -> bool:
            waiting, _ = await ben.store.write(lambda tx: tx.outbox.totals(ben.contact))
            return not waiting or not ada.conversation.online

        for number in range(10):  # one by one: what is taken together is charged afterwards
            await ben.write(" ".join(f"{number}x{n}" + "\ufdfa" * 20 for n in range(20)))
            await until(over)
        assert not ada.conversation.online
        assert 0 < len(await ada.texts()) < 10

    play(tmp_path, story)
