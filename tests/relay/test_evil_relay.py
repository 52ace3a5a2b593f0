"""Whoever holds the relay, or the line to it, against real people: keys exchanged, letters forged.

With test_lying_relay.py (replay, drop, reorder, duplicate, another's mailbox) and
test_mail_troubles.py (another relay in its place) this is the harness of docs/relay.md, "An evil
relay": each attack is refused, or harmless, or can be seen by who compares.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from letter_box import LetterBox, box_at
from lying_relays import Answering, Doubling, Impostor, Planted
from mail_people import Correspondent, LateClock, Scene, play

from messenger.core.types import Contact, MessageState, Relation
from messenger.crypto.noise.handshake_state import HandshakeState
from messenger.crypto.noise.keys import KeyPair
from messenger.crypto.padding import pad
from messenger.engine.commands import GetSafetyNumber, KeepFrozen
from messenger.engine.events import ContactRequested, KeyChanged
from messenger.engine.pasted import read_pasted
from messenger.gui.dialogs.acquaintances import one_name_two_keys, suspicion
from messenger.protocol import veil
from messenger.protocol.card import Card, decode_link, encode_link
from messenger.protocol.cells import CELL_LEN
from messenger.protocol.introduction import PROLOGUE, Asked, Asking
from messenger.protocol.mailbox import Size
from messenger.protocol.replay import hour_of
from messenger.protocol.session import Session
from messenger.protocol.veil import SALT_LEN, Header, Veil

EVE = KeyPair.generate()


@asynccontextmanager
async def eve_as(name: str, folder: Path, clock: LateClock) -> AsyncIterator[Correspondent]:
    """Eve runs Hum under somebody's name, with a key of her own."""
    eve = Correspondent(name, folder, clock, stranger=True)
    try:
        yield eve
    finally:
        await eve.stop()


async def number_of(person: Correspondent) -> str:
    """Return what this person reads out when the two compare."""
    return await person.contacts.safety_number(GetSafetyNumber(person.contact))


async def known(person: Correspondent) -> tuple[Contact, ...]:
    return await person.store.read(lambda reader: reader.contacts())


def test_a_link_exchanged_on_the_way_is_found_by_number_and_by_code(tmp_path: Path) -> None:
    """The one attack that works until somebody looks: Eve between the two from the beginning."""

    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        async with (
            eve_as("Ben", tmp_path / "eve as ben", scene.clock) as to_ada,
            eve_as("Ada", tmp_path / "eve as ada", scene.clock) as to_ben,
        ):
            await ben.start(scene.link)
            await to_ada.start(scene.link)
            await to_ben.start(scene.link)
            await ada.start(scene.link)
            true_link = await ben.link()
            await ada.add(await to_ada.link())  # what Ada was given for Ben's link
            await to_ben.add(true_link)
            await to_ada.until_asked()
            await ben.until_asked()
            await ada.until_agreed()
            await to_ben.until_agreed()
            await ada.write("secret")
            await to_ada.until_got("secret")
            await to_ben.write("secret")
            await ben.until_got("secret")

            assert await number_of(ada) != await number_of(ben)
            assert await number_of(ada) == await number_of(to_ada)
            people = await known(ada)
            card = decode_link(true_link)  # the code on Ben's screen
            assert [c.key for c in people if c.key == card.key] == []
            odd = one_name_two_keys("Ben", card.key, people)
            assert odd is not None
            assert "another key" in odd.text
            assert suspicion(read_pasted(true_link), "", people) == odd
            await ada.add(true_link)
            await ben.until_agreed()
            assert len(await known(ada)) == 2  # beside the other one, in place of nobody

    play(tmp_path, story, strangers=True, limit_s=60.0)


def test_a_letter_exchanged_by_the_relay_shows_another_key(tmp_path: Path) -> None:
    """The host has Ben's link. Ada's key cannot be put under her letter, only another letter."""
    planted = Planted(Impostor)

    async def story(scene: Scene) -> None:
        ada, ben, relay = scene.ada, scene.ben, planted.liar
        await ben.start(scene.link)
        box = await LetterBox.of(ben)
        relay.door, relay.forged = box.door.mailbox, box.letter(EVE, name="Ada")
        relay.awake = True
        await ada.start(scene.link)
        await ada.add(await ben.link())
        asked = await ben.until_asked()
        assert (asked.name, asked.key) == ("Ada", EVE.public)
        assert await number_of(ada) != await number_of(ben)
        (mine,) = await known(ada)
        assert mine.relation is Relation.ASKED  # she is told of no agreement

        relay.awake = False  # Ada asks on another way, or the relay is honest again
        await box.leave(scene.relay, box.letter(ada.own, name="Ada"))
        _, real = await ben.until_requests(2)
        assert real.key == ada.own.public
        odd = one_name_two_keys(real.title, real.key, await known(ben))
        assert odd is not None  # the page of the request says it

    play(tmp_path, story, make_service=planted, strangers=True)


def test_forged_answers_agree_to_nothing(tmp_path: Path) -> None:
    """To a letter of Ada: by another key, of another letter, noise, and her own letter back."""
    planted = Planted(Answering)

    async def story(scene: Scene) -> None:
        ada, ben, relay = scene.ada, scene.ben, planted.liar
        box = LetterBox.named_by(await scene.ask_who_is_away(), scene.clock)
        to_eve = box.letter(to=EVE.public)
        relay.answers = [
            _answer(EVE, to_eve),
            bytes(Size.SMALL.length),
            relay.taken[-1][1],  # her own letter
        ]
        boxes = await ada.store.write(lambda tx: tx.relays.all_mailboxes())
        relay.to = next(box.owner.mailbox for box in boxes if box.contact == ada.contact)
        relay.awake = True
        await ada.until_refused(3)
        assert (await known(ada))[0].relation is Relation.ASKED
        await ben.start()
        await ben.until_asked()
        await ada.until_agreed()
        await ada.write("there")
        await ben.until_got("there")

    play(tmp_path, story, make_service=planted, strangers=True)


def _answer(by: KeyPair, envelope: bytes) -> bytes:
    """Return a right answer of somebody else to another letter."""
    asked = Asked.read(by, envelope)
    accepting = asked.accept()
    _, answer = Session.empty().answer(asked.letter.offer, accepting.exporter)
    return accepting.envelope(answer, name="Ben", boxes=(), addresses=(), unix_ms=1)


def test_a_link_with_somebody_elses_letter_box_brings_nothing(tmp_path: Path) -> None:
    """Ben's key with Eve's mailbox: she has the letter and can neither read nor answer it."""

    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        async with eve_as("Eve", tmp_path / "eve", scene.clock) as eve:
            await eve.start(scene.link)
            door = decode_link(await eve.link()).introduction
            await ada.start(scene.link)
            await ada.add(encode_link(Card(ben.own.public, (), "Ben", door)))
            await eve.until_refused(1)
            assert not eve.of(ContactRequested)
            assert (await known(ada))[0].relation is Relation.ASKED

    play(tmp_path, story, strangers=True)


def test_letters_of_older_or_weaker_handshakes_make_no_request(tmp_path: Path) -> None:
    """Downgrade: without ML-KEM, of another version, or under a veil with another number."""

    async def story(scene: Scene) -> None:
        ben = scene.ben
        await ben.start(scene.link)
        box = await LetterBox.of(ben)
        hybrid = "Noise_IKhfs_25519+MLKEM768_ChaChaPoly_SHA256"
        classical = "Noise_IK_25519_ChaChaPoly_SHA256"
        await box.leave(
            scene.relay,
            _weak_letter(box, classical, PROLOGUE),
            _weak_letter(box, classical, b""),
            _weak_letter(box, hybrid, PROLOGUE[:-1] + b"\x00"),
        )
        await ben.until_refused(3)
        assert not ben.of(ContactRequested)
        await box.leave(scene.relay, box.letter())
        await ben.until_asked()  # the right one is read

    play(tmp_path, story, strangers=True)


def _weak_letter(box: LetterBox, protocol: str, prologue: bytes) -> bytes:
    """Return a first flight that is right in everything but the handshake in it."""
    boxes = (box_at(EVE.public),)
    right = Asking.begin(EVE, box.key, name="Eve", boxes=boxes, addresses=(), unix_ms=box.now)
    noise = HandshakeState(protocol, initiator=True, prologue=prologue, s=EVE, rs=box.key)
    cells = Size.SMALL.length // CELL_LEN
    room = veil.message_len(cells) - noise.overhead_len()
    message = noise.write_message(pad(right.secrets.letter, room))
    cover = Veil(box.key, salt=bytes(SALT_LEN), number=1, previous_salt=b"")
    return cover.seal(Header(cells, hour_of(box.now // 1000)), message)


def test_a_later_key_under_the_old_name_changes_no_pin(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.acquaint()
        before = (await known(ada))[0]
        box = await LetterBox.of(ada)
        await box.leave(scene.relay, box.letter(EVE, name="Ben"))
        await ada.until_requests()
        await scene.leave_junk(await ben.mailbox(), 2)
        await ben.write("still me")
        await ada.until_got("still me")
        await ada.until_refused(2)
        after = next(c for c in await known(ada) if c.id == before.id)
        assert (after.key, after.frozen, after.relation) == (
            before.key,
            False,
            Relation.ACCEPTED,
        )
        assert not ada.of(KeyChanged)

    play(tmp_path, story)


def test_while_another_key_is_seen_nothing_goes_by_mail_either(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.acquaint()
        conversation = ada.contacts.conversation(ada.contact)
        await conversation.freeze(EVE.public)  # what a dial does when another key answers
        assert ada.of(KeyChanged)
        await ada.write("for nobody yet")
        await ben.write("meanwhile")
        await ben.until_all(MessageState.AT_RELAY)
        assert [m.state for m in await ada.history()] == [MessageState.WAITING]
        await ada.contacts.keep_frozen(KeepFrozen(ada.contact))
        await ben.until_got("for nobody yet")
        await ada.until_got("meanwhile")

    play(tmp_path, story)


def test_what_was_sealed_before_a_new_epoch_is_of_no_use_behind_it(tmp_path: Path) -> None:
    """The relay keeps every envelope and hands them out again once the two have met."""
    planted = Planted(Doubling)

    async def story(scene: Scene) -> None:
        ada, ben, relay = scene.ada, scene.ben, planted.liar
        await scene.acquaint()
        await scene.talk("once", "and back")
        await ada.until_all(MessageState.DELIVERED)
        await ada.meet()
        await ada.write("in the new epoch")
        await ada.until_all(MessageState.DELIVERED)
        relay.awake = True
        await ben.until_refused(2)
        await ada.write("and on")
        await ada.until_all(MessageState.DELIVERED)
        assert await ben.texts(outgoing=False) == ["once", "in the new epoch", "and on"]

    play(tmp_path, story, make_service=planted)
