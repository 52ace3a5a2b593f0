"""People write to each other through a relay: real stores, real wire processes, a real relay."""

from pathlib import Path

from mail_people import Scene, play, until

from messenger.core.types import MessageState, TimelineStep
from messenger.crypto.fingerprint import fingerprint
from messenger.engine.commands import GetTimeline, RemoveRelay


def test_what_was_written_while_nobody_met_arrives_in_order(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        texts = [f"letter {number}" for number in range(20)]
        await scene.leave_mail(*texts)
        written = (await ada.history())[-1]
        assert written.relay == "127.0.0.1"
        steps = [step for step, _ in await ada.messages.timeline(GetTimeline(written.row))]
        assert steps == [TimelineStep.WRITTEN, TimelineStep.AT_RELAY]
        await ada.stop()
        await ben.start()
        await ben.until_got(*texts)
        await ben.write("all here")
        await ben.until_all(MessageState.AT_RELAY)
        await ada.start()
        await ada.until_got("all here")
        await ada.until_all(MessageState.DELIVERED)
        await ben.until_all(MessageState.DELIVERED)

    play(tmp_path, story)


def test_two_who_cannot_reach_each_other_talk_in_long_and_short_texts(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.acquaint()
        long = "".join(chr(0x4E00 + number % 5_000) for number in range(21_000))  # 63,000 bytes
        await ada.write("short")
        await ada.write(long)
        await ada.write("behind it")
        await ben.until_got("short", long, "behind it")
        await ben.write("and back")
        await ada.until_got("and back")
        await ada.until_all(MessageState.DELIVERED)
        await ben.until_all(MessageState.DELIVERED)

    play(tmp_path, story)


def test_a_thousand_messages_leave_no_name_key_or_text_at_the_relay(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.acquaint()
        await ben.stop()
        texts = [f"canary sings song {number}" for number in range(1_000)]
        await ada.write_all(texts)
        await ada.until_all(MessageState.AT_RELAY)
        names = [person.name.encode() + end for person in (ada, ben) for end in (b"\0", b" ")]
        keys = [person.own.public for person in (ada, ben)]
        hidden = [b"canary", b"sings song", *names, *keys, *(k.hex().encode() for k in keys)]
        hidden += [fingerprint(key).encode() for key in keys]
        files = [path for path in tmp_path.iterdir() if path.name.startswith("relay.db")]
        stored = b"".join(path.read_bytes() for path in files)
        assert len(stored) > 90_000  # the texts alone have that many bytes
        assert [word for word in hidden if word in stored] == []
        await ben.start()
        await ben.until_got(*texts)
        await ada.until_all(MessageState.DELIVERED)

    play(tmp_path, story)


def test_a_link_overtakes_the_relay_and_nothing_is_shown_twice(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await scene.leave_mail("by mail")
        await ben.start()
        await ada.meet()
        await ada.write("by link")
        await ada.until_all(MessageState.DELIVERED)
        await ben.until_got("by mail", "by link")
        await ada.part()
        await ada.write("by mail again")
        await ben.until_got("by mail", "by link", "by mail again")
        await ada.until_all(MessageState.DELIVERED)

    play(tmp_path, story)


def test_who_is_there_is_told_at_once_that_a_relay_is_left(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await ada.start(scene.link)
        await ben.start()
        await ada.meet()
        await scene.until_mailboxes(1)
        (own,) = (await ada.relays.overview()).own
        await ada.relays.remove(RemoveRelay(own.id))
        await scene.until_mailboxes(0)  # nobody writes, and the link stays

    play(tmp_path, story)


def test_one_relay_serves_two_people(tmp_path: Path) -> None:
    async def story(scene: Scene) -> None:
        ada, ben = scene.ada, scene.ben
        await ada.start(scene.link)
        await ben.start()
        await scene.exchange_mailboxes()
        await scene.talk("there", "and back")
        (own,) = (await ada.relays.overview()).own
        assert not (await ben.relays.overview()).own
        await ada.relays.remove(RemoveRelay(own.id))
        await ada.meet()
        await scene.until_mailboxes(0)

        async def deleted() -> bool:
            left = [
                await person.store.write(lambda tx: tx.relays.all_mailboxes())
                for person in (ada, ben)
            ]
            return left == [(), ()] and not ada.relays.link_count and not ben.relays.link_count

        await until(deleted)

    play(tmp_path, story)
