"""A mailbox that is full, lost or expired; a relay that is gone, exchanged, or another one now.

What somebody sees of it is the way to the contact and the state of each message; the words for
both are tested in tests/gui/test_mail_words.py. Nothing is lost, and everything is shown once.
"""

import sys
from pathlib import Path

import pytest
from mail_people import Scene, play
from relay_pair import Terms

from messenger.core.types import MailTrouble, MessageState, Relation, RelayState
from messenger.crypto.noise.keys import KeyPair
from messenger.engine import relays, wire_client
from messenger.engine.commands import AddRelay, RemoveRelay
from messenger.engine.events import MessageChanged
from messenger.protocol.mailbox import LIFETIME_S
from messenger.relay import sqlite_store
from messenger.store import mail

THREE_WEEKS_S = LIFETIME_S + 3_600.0


# A wire process that gives up sooner on who takes its call and says nothing.
HASTY_WIRE = """
from messenger.protocol import link
link.HANDSHAKE_S = 2.0
from messenger.wire.process import main
raise SystemExit(main())
"""


def test_a_full_mailbox_keeps_mail_here_until_it_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_store, "MAX_ENVELOPES", 4)

    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.acquaint()
        await ben.stop()
        await scene.leave_junk(await ada.mailbox(), 4)
        for text in ("one", "two"):
            await ada.write(text)
        await ada.until_way(trouble=MailTrouble.FULL)
        await ada.until_all(MessageState.WAITING)
        await ben.start()
        await ben.until_got("one", "two")
        await ada.until_way()
        await ada.until_all(MessageState.DELIVERED)

    play(tmp_path, story)


def test_what_a_relay_lost_with_its_disk_is_put_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "SEAL_AGAIN_MS", 0)

    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.leave_mail("before")
        await scene.relay.stop()
        scene.start_relay(tmp_path / "new", like=scene.relay)
        await ada.write("after")
        await ada.until_way(trouble=MailTrouble.DENIED)
        assert [m.state for m in await ada.history()].count(MessageState.WAITING) == 1
        await ben.start()  # and finds its mailbox gone
        await ada.until_all(MessageState.DELIVERED)
        assert sorted(await ben.texts(outgoing=False)) == ["after", "before"]
        await ada.until_way()

    play(tmp_path, story)


def test_what_nobody_fetched_for_three_weeks_is_put_again(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.leave_mail("patience")
        scene.clock.later_s = THREE_WEEKS_S
        assert await scene.relay.store.expire() > 0
        await ben.start()
        await ben.until_got("patience")
        await ada.until_all(MessageState.DELIVERED)

    play(tmp_path, story)


def test_what_a_relay_has_forgotten_waits_here_although_the_relay_is_gone(tmp_path: Path) -> None:
    """Under way for 22 days, and the program was closed most of them."""

    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.leave_mail("patience")
        await ada.stop()
        await scene.relay.stop()
        scene.clock.later_s = 22 * 24 * 3_600.0
        await ada.start()
        (message,) = await ada.history()
        assert (message.state, message.relay) == (MessageState.WAITING, None)
        assert ada.of(MessageChanged)[-1].message == message
        await ada.stop()
        scene.start_relay(tmp_path / "new", like=scene.relay)
        scene.clock.later_s += 24 * 3_600.0
        await ada.start()
        await ben.start()
        await ben.until_got("patience")
        await ada.until_all(MessageState.DELIVERED)

    play(tmp_path, story)


def test_a_letter_that_nobody_fetched_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "SETTLE_S", 0.2)

    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.ask_who_is_away("hello")
        scene.clock.later_s = THREE_WEEKS_S
        assert await scene.relay.store.expire() == 1
        await ben.start()
        await ben.until_asked()
        await ben.until_got("hello")
        await ada.until_all(MessageState.DELIVERED)

    play(tmp_path, story, strangers=True)


def test_an_answer_to_the_first_letter_is_read_after_the_second_was_written(
    tmp_path: Path,
) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.ask_who_is_away()
        await ada.stop()
        scene.clock.later_s = THREE_WEEKS_S - 7_200.0
        await ben.start()
        await ben.until_asked()
        await ben.until_put()
        await ben.stop()
        scene.clock.later_s = THREE_WEEKS_S
        await ada.start()  # writes again, and then fetches
        await ada.until_agreed()
        await ben.start()
        await scene.talk("hello", "and you")

    play(tmp_path, story, strangers=True)


def test_a_relay_that_is_gone_keeps_mail_here_until_it_is_back(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.acquaint()
        await scene.relay.stop()
        await ada.until_way(RelayState.UNREACHABLE)
        await ada.write("for later")
        await ada.until_all(MessageState.WAITING)
        scene.start_relay(tmp_path, like=scene.relay)
        await ben.until_got("for later")
        await ada.until_all(MessageState.DELIVERED)
        await ada.until_way()

    play(tmp_path, story)


def test_a_relay_that_is_gone_for_good_is_not_needed(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.leave_mail("it had this")
        await scene.relay.stop()
        await ada.until_way(RelayState.UNREACHABLE)
        await ada.write("and not this")
        await ben.start()
        await ada.meet()
        await ben.until_got("it had this", "and not this")
        await ada.until_all(MessageState.DELIVERED)

    play(tmp_path, story)


def test_another_relay_in_its_place_is_told_from_it_and_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sits between us and the relay, or exchanged it, has another key."""
    monkeypatch.setattr(wire_client, "wire_command", lambda: (sys.executable, "-c", HASTY_WIRE))

    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.acquaint()
        await scene.relay.stop()
        eve = scene.start_relay(tmp_path / "eve", Terms(own=KeyPair.generate()), like=scene.relay)
        await ada.until_way(RelayState.SILENT)
        await ada.write("not for Eve")
        await ada.until_all(MessageState.WAITING)
        assert eve.flights == []  # she understood nobody
        await eve.stop()
        scene.start_relay(tmp_path, like=scene.relay)
        await ben.until_got("not for Eve")
        await ada.until_all(MessageState.DELIVERED)

    play(tmp_path, story)


def test_mail_follows_a_contact_to_another_relay(tmp_path: Path) -> None:
    """Ben's relay dies with Ada's mail in it; he takes another one and tells her at her own."""

    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        first, second = (scene.start_relay(tmp_path / name) for name in ("first", "second"))
        await ada.start(scene.link)
        await ben.start(first.link)
        await scene.exchange_mailboxes()
        await ben.stop()
        await scene.write_to_relay("died with the relay")
        await first.stop()
        await ada.write("waits for the next")
        await ben.start()
        await ben.relays.add(AddRelay(second.link))
        (gone, _) = (await ben.relays.overview()).own
        await ben.relays.remove(RemoveRelay(gone.id))
        await ada.until_all(MessageState.DELIVERED)
        assert await ben.texts(outgoing=False) == ["died with the relay", "waits for the next"]
        way = await ada.way()
        assert way is not None
        assert way.address == second.address
        contact = await ada.store.write(lambda tx: tx.contact(ada.contact))
        assert contact.relation is Relation.ACCEPTED

    play(tmp_path, story, limit_s=60.0)
