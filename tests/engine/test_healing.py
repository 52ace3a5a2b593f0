"""Healing without anybody writing: what a copy of one side's session can open, and when not."""

from pathlib import Path

import pytest
from two_people import Person, play, settled, until

from messenger.core.errors import DecryptionError
from messenger.engine import conversation
from messenger.protocol import message_channel
from messenger.protocol.channels import Channel
from messenger.protocol.session import Session


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


def test_heartbeats_turn_the_ratchet_and_close_a_stolen_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "HEARTBEAT_S", 0.02)

    async def story(ada: Person, ben: Person) -> None:
        await ada.write("hello")
        await settled(ada)
        stolen = await ben.store.write(lambda tx: tx.sessions.load(ben.contact))
        assert stolen is not None
        loot, at = Session.decode(stolen), len(envelopes(ada))

        async def closed() -> bool:
            later = envelopes(ada)[at:]
            return bool(later) and not opens(loot, ben, later[-1])

        await until(closed)  # nobody wrote a word
        assert opens(loot, ben, envelopes(ada)[at])  # the attack was real
        assert len(await ben.texts()) == 1

    play(tmp_path, story)
