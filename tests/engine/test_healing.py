"""Healing without anybody writing: what a copy of one side's session can open, and when not."""

from pathlib import Path

import pytest
from two_people import Person, play, settled, until

from messenger.core.errors import DecryptionError
from messenger.engine import conversation, traffic
from messenger.protocol import message_channel
from messenger.protocol.channels import Channel
from messenger.protocol.control import EpochOffer, Unreadable, decode_control
from messenger.protocol.session import MAX_EPOCHS, Session
from messenger.wire.messages import SendFrame


def opens(copy: Session, person: Person, sealed: bytes) -> bool:
    try:
        copy.open(sealed, person.conversation.ratchet.associated_data)
    except DecryptionError:
        return False
    return True


def envelopes(person: Person) -> list[bytes]:
    """What a person has sealed so far, as it crossed."""
    frames = [f.body for f in person.end.sent if f.channel == Channel.MESSAGE]
    decoded = [message_channel.decode(body) for body in frames]
    return [f.sealed for f in decoded if isinstance(f, message_channel.Envelope)]


def control_words(person: Person) -> list[object]:
    """What a person's side has said on the channel CONTROL."""
    return [decode_control(f.body) for f in person.end.sent if f.channel == Channel.CONTROL]


async def nothing() -> None:
    pass


def test_messages_that_overtake_an_exchange_all_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both ways, and however late the halves of the exchange come."""
    monkeypatch.setattr(traffic, "EPOCH_ENVELOPE_COUNT", 4)

    async def story(ada: Person, ben: Person) -> None:
        await ada.write("first")
        await settled(ada, ben)
        held: list[tuple[Person, bytes]] = []

        def hold(person: Person) -> None:
            def epochs_wait(frame: SendFrame) -> SendFrame | None:
                if frame.channel != Channel.EPOCH:
                    return frame
                held.append((person, frame.body))
                return None

            person.end.filter = epochs_wait

        hold(ada)
        hold(ben)
        first = ada.conversation.session_info().epoch
        texts = [f"{number}" for number in range(40)]
        for number, text in enumerate(texts):
            for writer in (ada, ben):
                await writer.write(text)
            if number % 3 == 2:
                await settled(ada, ben)
            if number % 5 == 4 and held:
                sender, body = held.pop(0)
                sender.end.inject(Channel.EPOCH, body)
        await settled(ada, ben)
        for person in (ada, ben):
            got = [m.text for m in await person.history() if not m.outgoing]
            assert got == (["first"] if person is ben else []) + texts
            assert not any(isinstance(word, Unreadable) for word in control_words(person))
        assert ada.conversation.session_info().epoch > first + 1

    play(tmp_path, story)


def test_envelopes_that_come_after_many_exchanges_all_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One side writes fast; what the slow one sealed meanwhile arrives last."""
    monkeypatch.setattr(traffic, "EPOCH_ENVELOPE_COUNT", 4)

    async def story(ada: Person, ben: Person) -> None:
        await ada.write("first")
        await settled(ada)
        held: list[bytes] = []

        def envelopes_wait(frame: SendFrame) -> SendFrame | None:
            if frame.channel != Channel.MESSAGE:
                return frame
            held.append(frame.body)
            return None

        ben.end.filter = envelopes_wait
        texts = [f"{number}" for number in range(12)]
        for text in texts:
            for word in range(5):
                await ada.write(f"{text} {word}")
            await settled(ada)
            await ben.write(text)
            await ben.conversation.call(nothing)
        assert ada.conversation.session_info().epoch >= MAX_EPOCHS
        ben.end.filter = lambda frame: frame
        for body in held:
            ben.end.inject(Channel.MESSAGE, body)
        await settled(ada, ben)
        assert [m.text for m in await ada.history() if not m.outgoing] == texts
        assert not any(isinstance(word, Unreadable) for word in control_words(ada))
        before = ada.conversation.session_info().epoch
        for word in range(6):
            await ada.write(f"once more {word}")

        async def exchanged() -> bool:
            return ada.conversation.session_info().epoch > before

        await until(exchanged)  # there is room again

    play(tmp_path, story)


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        (Channel.MESSAGE, message_channel.encode_epoch(EpochOffer(None, bytes(32), bytes(1184)))),
        (Channel.EPOCH, message_channel.encode_envelope(bytes(97))),
    ],
)
def test_what_is_on_the_channel_of_the_other_ends_the_link(
    tmp_path: Path, channel: Channel, body: bytes
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ada.write("first")
        await settled(ada)
        ada.end.inject(channel, body)

        async def ended() -> bool:
            return ben.conversation.live_link is None

        await until(ended)
        assert len(await ben.texts()) == 1

    play(tmp_path, story)


def test_heartbeats_turn_the_ratchet_and_close_a_stolen_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "HEARTBEAT_S", 0.02)

    async def story(ada: Person, ben: Person) -> None:
        await ada.write("hello")
        await settled(ada)

        async def more() -> bool:
            return len(envelopes(ada)) > at

        while True:  # until the attack is real: theirs may turn before ours is next
            stolen = await ben.store.write(lambda tx: tx.sessions.load(ben.contact))
            assert stolen is not None
            loot, at = Session.decode(stolen), len(envelopes(ada))
            await until(more)
            if opens(loot, ben, envelopes(ada)[at]):
                break

        async def closed() -> bool:
            return not opens(loot, ben, envelopes(ada)[-1])

        await until(closed)
        assert len(await ben.texts()) == 1  # nobody wrote a word

    play(tmp_path, story)
