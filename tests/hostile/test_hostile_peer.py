"""Mallory against a real node over a real socket, while an honest contact goes on talking."""

import asyncio
import os
from collections.abc import Callable

from hostile_house import STILL_HERE, House, OpenHouse
from mallory import Mallory, hello, text
from misdeeds import ENDING, FOREIGN, IGNORED, LATEST_MS, strange_hellos
from rpc_nodes import texts

from messenger.core.types import MAX_TEXT_LEN, Fork
from messenger.crypto.noise import KeyPair
from messenger.engine.inbox import MAX_FRAME_COUNT
from messenger.engine.twins import MAX_TWIN_WORDS
from messenger.protocol import bodies
from messenger.protocol.channels import Channel
from messenger.protocol.control import Forked, Lineage
from messenger.protocol.message_channel import encode_envelope, encode_epoch

MIB = 1 << 20
DAY_S = 24 * 3_600
FLOOD_COUNT = 2 * MAX_FRAME_COUNT


def test_what_no_honest_peer_can_say_ends_the_link_and_nothing_else(house: OpenHouse) -> None:
    async def story(home: House) -> None:
        before = home.database_len()
        for name, misdeed in ENDING.items():
            await home.back()
            misdeed(home.mallory)
            try:
                await asyncio.wait_for(home.mallory.ended.wait(), 20)
            except TimeoutError:
                raise AssertionError(f"the link stands after {name}") from None
        await home.is_heard("an honest word at last")
        await _clocks_are_believed_for_two_days(home)
        assert home.ada.errors == []
        assert home.database_len() - before < 4 * MIB

    house.play(story)


async def _clocks_are_believed_for_two_days(home: House) -> None:
    """Whoever says that it is another day gets no byte; a clock that is wrong may still call."""
    link = home.ada.ready["link"]
    for days in (-3, 3):
        liar = Mallory(home.mallory.key)
        await liar.call(link, clock_s=days * DAY_S)
        await home.is_heard(f"a word behind a call of another day: {days}")
        assert (liar.received_len, liar.ended.is_set()) == (0, False)
        await liar.hang_up()
        await home.mallory.again(link, clock_s=days * DAY_S / 2)
        await home.is_heard(f"a word by a wrong clock: {days}")


def test_what_could_be_a_mistake_is_left_and_the_link_stands(house: OpenHouse) -> None:
    async def half_open(home: House) -> int:
        return int((await home.ada.call("wire.stats"))["half_open"])

    async def story(home: House) -> None:
        before = await half_open(home)
        for name, misdeed in IGNORED.items():
            misdeed(home.mallory)
            home.mallory.write(text(f"after {name}"))
            await home.mallory.drained()
        for misdeed in strange_hellos():
            misdeed(home.mallory)
        await home.is_heard("behind all of it")
        assert home.count("contact.offline") == 0
        heard = await texts(home.ada, home.mallory_at_ada, outgoing=False)
        assert heard.count("said once") == 1
        assert {f"after {name}" for name in IGNORED} <= set(heard)
        assert await half_open(home) <= before  # nobody led the node to call itself

    house.play(story)


async def _foreign_ids(home: House) -> tuple[bytes, bytes]:
    """A message of Ada's to Mallory, and one that Ben wrote to Ada."""
    own = await home.ada.call("message.send", contact=home.mallory_at_ada, text="dear Mallory")
    bens = await home.ada.event("message.added", contact=home.ben_at_ada, outgoing=False)
    return bytes.fromhex(own["message"]), bytes.fromhex(bens["message"])


def test_what_is_not_theirs_stays_as_it_is(house: OpenHouse) -> None:
    async def story(home: House) -> None:
        for target in await _foreign_ids(home):
            home.mallory.write(
                bodies.Edit(os.urandom(16), target, "changed by Mallory", LATEST_MS),
                bodies.Delete(os.urandom(16), target, LATEST_MS),
                *(bodies.FileStep(os.urandom(16), target, step) for step in _STEPS),
                bodies.Receipt(os.urandom(16), (target,)),
                bodies.Text(target, "under a number that is taken", 1),
                bodies.React(os.urandom(16), FOREIGN, "x", 1),
            )
        await home.is_heard("so that all of it is there")
        theirs = (await home.ada.call("message.list", contact=home.mallory_at_ada))["messages"]
        bens = (await home.ada.call("message.list", contact=home.ben_at_ada))["messages"]
        (own,) = (m for m in theirs if m["outgoing"])
        for message in (own, *bens):
            assert (message["edited_at"], message["deleted_at"], message["file"]) == (None,) * 3
            assert message["text"] in {"dear Mallory", STILL_HERE, *home.written}
            assert message["reactions"] == {"own": None, "peer": None}

    house.play(story)


_STEPS: tuple[bodies.StepWord, ...] = (
    *("accepted", "paused", "resumed", "done", "cancelled", "failed", "refused"),
)


def test_a_flood_of_messages_costs_at_most_the_flooder(house: OpenHouse) -> None:
    """As many as the socket takes: the node keeps up, or ends the link and loses no one else's."""

    async def story(home: House) -> None:
        before = home.database_len()
        flood = [text(f"flood {number}") for number in range(FLOOD_COUNT)]
        frames = [encode_envelope(home.mallory.sealed(bodies.encode_body(each))) for each in flood]
        for frame in frames:
            home.mallory.frame(Channel.MESSAGE, frame)
        ids = {each.id for each in flood}
        await home.mallory.until(
            lambda: home.mallory.ended.is_set() or ids <= home.mallory.acknowledged
        )
        said = home.mallory.acknowledged
        await home.is_heard("a word")
        stored = await texts(home.ada, home.mallory_at_ada, outgoing=False)
        acknowledged = {each.text for each in flood if each.id in said}
        assert acknowledged <= set(stored)  # whatever was acknowledged is there
        assert len(stored) == len(set(stored))
        assert home.database_len() - before < 16 * MIB

    house.play(story)


def test_storms_come_to_little(house: OpenHouse) -> None:
    """The same thing a thousand times: what people see of it, and what is kept, is bounded."""
    count = 500

    async def story(home: House) -> None:
        await home.is_heard("before the storms")
        before = home.database_len()
        for name, storm in _storms(count).items():
            await home.back()
            storm(home)
            if name in _TOO_MUCH:
                await home.mallory.ended.wait()
            await home.is_heard(f"behind {name}")
        assert home.count("contact.forked") <= MAX_TWIN_WORDS
        assert home.count("contact.changed") < 2 * count + 100
        listed = await texts(home.ada, home.mallory_at_ada, outgoing=False)
        assert len(listed) < 1_000 + count
        assert home.database_len() - before < 8 * MIB

    house.play(story)


_TOO_MUCH = frozenset({"twins"})  # whoever says that so often loses the link


def _storms(count: int) -> dict[str, Callable[[House], None]]:
    def many(
        make: Callable[[int], bodies.KnownBody], count: int = count
    ) -> Callable[[House], None]:
        return lambda home: home.mallory.write(*(make(n) for n in range(1, count + 1)))

    def offers(n: int) -> bodies.KnownBody:
        return bodies.FileOffer(
            os.urandom(16), f"{n}.jpg", n << 20, "image/jpeg", bytes(32), os.urandom(32), n
        )

    def twins(home: House) -> None:
        runs = os.urandom(16), os.urandom(16)
        for n in range(count):
            home.mallory.say(Lineage(runs[n % 2], None, None, 0))
            home.mallory.say(Forked(Fork.IN_USE, own=n % 2 == 0))

    def epochs(home: House) -> None:
        for _ in range(count):
            _, offer = home.mallory.session.offer(None)
            home.mallory.frame(Channel.EPOCH, encode_epoch(offer))

    def profiles(home: House) -> None:
        for n in range(count):
            home.mallory.say(hello(f"Mallory {n}"))
            home.mallory.write(bodies.Heartbeat())
        home.mallory.say(hello())

    def long_texts(home: House) -> None:
        length = MAX_TEXT_LEN // 3
        text = "".join(chr(0x4E00 + n) for n in range(length))  # every word is another one
        ids = [os.urandom(16) for _ in range(16)]
        home.mallory.write(*(bodies.Text(message, text, 1) for message in ids))
        home.mallory.write(*(bodies.Edit(os.urandom(16), m, text[::-1], 2) for m in ids))
        home.mallory.write(*(bodies.Delete(os.urandom(16), m, 3) for m in ids))

    return {
        "long texts": long_texts,
        "offers": many(offers, 1_000),
        "timers": many(lambda n: bodies.SetTimer(os.urandom(16), n, LATEST_MS - 2 * count + n)),
        "no timer": lambda home: home.mallory.write(bodies.SetTimer(os.urandom(16), 0, LATEST_MS)),
        "mailboxes": many(
            lambda n: bodies.Mailboxes(
                os.urandom(16),
                (bodies.Mailbox("192.0.2.1", n, os.urandom(32), bytes(24), bytes(32), True),),
                n,
            )
        ),
        "changes of nothing": many(
            lambda n: bodies.Edit(os.urandom(16), os.urandom(16), "x" * 1_000, n)
        ),
        "twins": twins,
        "profiles": profiles,
        "epochs": epochs,
        "keys": many(lambda n: bodies.NewKey(os.urandom(16), KeyPair.generate().public, n)),
    }
