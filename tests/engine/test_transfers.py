"""Two engines send each other files over a cable that tests cut, damage and watch."""

import asyncio
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from two_people import Person, connect, play, settled, until

from messenger.core.errors import FolderNotWritableError, InputError, NotAllowedError, QuotaError
from messenger.core.types import FileState, Message
from messenger.engine import commands as c
from messenger.engine import file_steps
from messenger.engine.events import Failure, FileProgress, FileSaved
from messenger.engine.transfers import _check_offers, transfer_s
from messenger.protocol.channels import Channel
from messenger.protocol.file_chunks import CHUNK_LEN, Have, Want, chunk_count, encode_bulk
from messenger.wire.messages import SendFrame

CONTENT = os.urandom(5 * CHUNK_LEN + 77)


def written(folder: Path, content: bytes = CONTENT, name: str = "plan.pdf") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


async def offered(ada: Person, ben: Person, path: Path, **more: Any) -> tuple[Message, Message]:
    """Let Ada offer a file; return the message as each of them has it."""
    sent = await ada.transfers.send(c.SendFile(ada.contact, path, **more))

    async def arrived() -> bool:
        return any(m.id == sent.id for m in await ben.history())

    await until(arrived)
    return sent, next(m for m in await ben.history() if m.id == sent.id)


async def in_state(person: Person, row: int, state: FileState) -> Message:
    async def there() -> bool:
        message = await person.store.read(lambda r: r.message(row))
        return message.file is not None and message.file.state is state

    await until(there)
    return await person.store.read(lambda r: r.message(row))


def stored(person: Person) -> list[Path]:
    return list((person.folder / "files").glob("*"))


def hold_chunks_after(person: Person, count: int) -> None:
    """Let the cable lose all chunks behind the first few."""
    seen = 0

    def gate(frame: SendFrame) -> SendFrame | None:
        nonlocal seen
        if frame.channel == Channel.BULK and len(frame.body) > 100:
            seen += 1
            return frame if seen <= count else None
        return frame

    person.end.filter = gate


def test_a_file_arrives_whole_under_its_name_and_nothing_is_left_at_the_sender(
    tmp_path: Path,
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        sent, got = await offered(ada, ben, written(tmp_path))
        assert got.file is not None
        assert (got.text, got.file.size, got.file.kind) == (
            "plan.pdf",
            len(CONTENT),
            "application/pdf",
        )
        target = tmp_path / "saved"
        target.mkdir()
        await ben.transfers.accept(c.AcceptFile(got.row, target))
        await in_state(ada, sent.row, FileState.DONE)
        await until_saved(ben)
        assert (target / "plan.pdf").read_bytes() == CONTENT
        assert (target / "plan.pdf").stat().st_mode & 0o777 == 0o600
        assert stored(ada) == []
        assert ada.of(FileProgress)[-1].done == len(CONTENT)
        assert [f.done for f in await ben.transfers.list(c.ListFiles())] == [len(CONTENT)]

    play(tmp_path, story)


async def until_saved(person: Person, count: int = 1) -> None:
    async def saved() -> bool:
        return len(person.of(FileSaved)) >= count

    await until(saved)


def test_an_empty_file_arrives_too(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        sent, got = await offered(ada, ben, written(tmp_path, b""))
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "empty"))
        await in_state(ada, sent.row, FileState.DONE)
        await until_saved(ben)
        assert (tmp_path / "empty").read_bytes() == b""

    play(tmp_path, story)


def test_nothing_that_lies_there_is_replaced(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        _, got = await offered(ada, ben, written(tmp_path))
        (tmp_path / "there.pdf").symlink_to(tmp_path / "nowhere")
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "there.pdf"))
        await until_saved(ben)
        assert ben.of(FileSaved)[0].path == tmp_path / "there (2).pdf"
        assert not (tmp_path / "nowhere").exists()
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "there.pdf"))
        assert (tmp_path / "there (3).pdf").read_bytes() == CONTENT

    play(tmp_path, story)


@pytest.mark.parametrize("who", ["sender", "receiver"])
def test_a_cut_link_and_a_restart_go_on_where_it_was(tmp_path: Path, who: str) -> None:
    async def story(ada: Person, ben: Person) -> None:
        path = written(tmp_path)
        hold_chunks_after(ada, 2)
        sent, got = await offered(ada, ben, path)
        path.unlink()
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "out"))

        async def two_chunks() -> bool:
            found = await ben.transfers.list(c.ListFiles())
            return found[0].done == 2 * CHUNK_LEN

        await until(two_chunks)
        again = ada if who == "sender" else ben
        await again.stop()
        await again.start()
        ada.end.filter = lambda frame: frame
        before = len(ada.end.sent)
        connect(ada, ben)
        await in_state(ada, sent.row, FileState.DONE)
        await until_saved(ben)
        assert (tmp_path / "out").read_bytes() == CONTENT
        chunks = [f for f in ada.end.sent[before:] if f.channel == Channel.BULK]
        assert len([f for f in chunks if len(f.body) > 100]) <= 4

    play(tmp_path, story)


def test_each_side_pauses_for_itself(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        hold_chunks_after(ada, 1)
        sent, got = await offered(ada, ben, written(tmp_path))
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "out"))
        await in_state(ada, sent.row, FileState.RUNNING)
        await ada.transfers.pause(c.PauseFile(sent.row))
        await in_state(ben, got.row, FileState.PAUSED)
        paused = await ben.transfers.pause(c.PauseFile(got.row))
        assert paused.file is not None
        assert paused.file.note == "both"
        await settled(ada, ben)
        ada.end.filter = lambda frame: frame
        with pytest.raises(NotAllowedError):
            await ada.transfers.pause(c.PauseFile(sent.row))
        still = await ada.transfers.resume(c.ResumeFile(sent.row))
        assert still.file is not None
        assert (still.file.state, still.file.note) == (FileState.PAUSED, "peer")
        await ben.transfers.resume(c.ResumeFile(got.row))
        await in_state(ada, sent.row, FileState.DONE)
        await until_saved(ben)
        assert (tmp_path / "out").read_bytes() == CONTENT

    play(tmp_path, story)


@pytest.mark.parametrize("by_sender", [True, False])
def test_cancelled_by_either_nothing_is_left(tmp_path: Path, by_sender: bool) -> None:
    async def story(ada: Person, ben: Person) -> None:
        hold_chunks_after(ada, 1)
        sent, got = await offered(ada, ben, written(tmp_path))
        await ben.transfers.accept(c.AcceptFile(got.row))
        await in_state(ada, sent.row, FileState.RUNNING)
        if by_sender:
            await ada.transfers.cancel(c.CancelFile(sent.row))
        else:
            await ben.transfers.cancel(c.CancelFile(got.row))
        ended = await in_state(ada, sent.row, FileState.CANCELLED)
        other = await in_state(ben, got.row, FileState.CANCELLED)
        assert ended.file is not None
        assert other.file is not None
        assert {ended.file.note, other.file.note} == {"own", "peer"}
        assert stored(ada) == stored(ben) == []
        with pytest.raises(NotAllowedError):
            await ada.transfers.resume(c.ResumeFile(sent.row))

    play(tmp_path, story)


def test_an_offer_cancelled_in_time_never_leaves(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        sent = await ada.transfers.send(c.SendFile(ada.contact, written(tmp_path)))
        await ada.transfers.cancel(c.CancelFile(sent.row))
        connect(ada, ben)
        await ada.write("after it")
        await settled(ada)
        assert await ben.texts() == ["after it"]
        assert stored(ada) == []

    play(tmp_path, story, linked=False)


@pytest.mark.parametrize("linked", [True, False])
def test_a_program_that_ends_during_the_commit_of_an_offer_keeps_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    began, go_on = threading.Event(), threading.Event()

    def slowly(*given: Any) -> None:
        began.set()
        assert go_on.wait(60)
        _check_offers(*given)

    async def story(ada: Person, ben: Person) -> None:
        monkeypatch.setattr("messenger.engine.transfers._check_offers", slowly)
        sending = asyncio.create_task(
            ada.transfers.send(c.SendFile(ada.contact, written(tmp_path)))
        )
        assert await asyncio.to_thread(began.wait, 60)
        sending.cancel()  # as an engine does with the commands under way when it ends
        await asyncio.wait({sending})
        go_on.set()
        await ada.stop()
        await ada.start()
        assert await ada.texts() == ["plan.pdf"]
        assert len(stored(ada)) == 1
        connect(ada, ben)

        async def arrived() -> bool:
            return bool(await ben.history())

        await until(arrived)
        (got,) = await ben.history()
        await ben.transfers.accept(c.AcceptFile(got.row))
        await in_state(ben, got.row, FileState.DONE)

    play(tmp_path, story, linked=linked)


def test_a_file_comes_behind_what_was_written_before_it(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        async def busy() -> None:
            await until(lambda: asyncio.sleep(0, stored(ada)))
            await asyncio.sleep(0.2)  # so that the file may overtake what waits

        conversation = ada.contacts.conversation(ada.contact)
        await until(lambda: asyncio.sleep(0, conversation.online and conversation._inbox.idle))
        await asyncio.gather(
            ada.write("first"),
            conversation.call(busy),
            ada.write("second"),
            ada.transfers.send(c.SendFile(ada.contact, written(tmp_path))),
        )
        assert await ada.texts() == ["first", "second", "plan.pdf"]

    play(tmp_path, story)


def test_a_damaged_chunk_is_asked_for_again(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        damaged: list[int] = []

        def damage(frame: SendFrame) -> SendFrame:
            if frame.channel != Channel.BULK or len(frame.body) < 100 or len(damaged) == 2:
                return frame
            damaged.append(1)
            body = frame.body[:-1] + bytes([frame.body[-1] ^ 1])
            return SendFrame(frame.link, frame.frame, frame.channel, body)

        ada.end.filter = damage
        sent, got = await offered(ada, ben, written(tmp_path))
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "out"))
        await in_state(ada, sent.row, FileState.DONE)
        await until_saved(ben)
        assert len(damaged) == 2
        assert (tmp_path / "out").read_bytes() == CONTENT

    play(tmp_path, story)


def test_a_file_that_never_comes_right_has_failed_on_both_sides(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        def damage(frame: SendFrame) -> SendFrame:
            if frame.channel == Channel.BULK and len(frame.body) > 100:
                body = frame.body[:-1] + bytes([frame.body[-1] ^ 1])
                return SendFrame(frame.link, frame.frame, frame.channel, body)
            return frame

        ada.end.filter = damage
        sent, got = await offered(ada, ben, written(tmp_path))
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "out"))
        ended = await in_state(ada, sent.row, FileState.FAILED)
        await in_state(ben, got.row, FileState.FAILED)
        assert ended.file is not None
        assert ended.file.note == "damaged"
        assert not (tmp_path / "out").exists()
        assert stored(ada) == stored(ben) == []

    play(tmp_path, story)


@pytest.mark.parametrize("how", ["for_both", "here", "contact"])
def test_what_is_deleted_leaves_no_bytes(tmp_path: Path, how: str) -> None:
    async def story(ada: Person, ben: Person) -> None:
        hold_chunks_after(ada, 1)
        sent, got = await offered(ada, ben, written(tmp_path))
        await ben.transfers.accept(c.AcceptFile(got.row))
        await in_state(ada, sent.row, FileState.RUNNING)
        if how == "contact":
            await ben.contacts.remove(c.RemoveContact(ben.contact))
            assert stored(ben) == []
            return
        await ada.changes.delete(c.DeleteMessage(sent.row, for_both=how == "for_both"))

        async def nothing_left() -> bool:
            return stored(ada) == stored(ben) == []

        await until(nothing_left)

    play(tmp_path, story)


def test_a_full_disk_pauses_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(ada: Person, ben: Person) -> None:
        files = ben.store.files
        append = files.append

        def full(*_: object) -> None:
            raise FolderNotWritableError("The disk is full. Make room, then resume.")

        sent, got = await offered(ada, ben, written(tmp_path))
        monkeypatch.setattr(files, "append", full)
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "out"))
        paused = await in_state(ben, got.row, FileState.PAUSED)
        assert paused.file is not None
        assert paused.file.note == "disk_full"
        assert "disk is full" in str(ben.of(Failure)[0].error)
        await in_state(ada, sent.row, FileState.PAUSED)
        monkeypatch.setattr(files, "append", append)
        await ben.transfers.resume(c.ResumeFile(got.row))
        await until_saved(ben)
        assert (tmp_path / "out").read_bytes() == CONTENT

    play(tmp_path, story)


def test_more_offers_than_the_limit_are_refused_politely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_steps, "MAX_OPEN_COUNT", 1)

    async def story(ada: Person, ben: Person) -> None:
        await offered(ada, ben, written(tmp_path))
        sent, got = await offered(ada, ben, written(tmp_path, b"second"))
        assert got.file is not None
        assert (got.file.state, got.file.note) == (FileState.FAILED, "too_many")
        ended = await in_state(ada, sent.row, FileState.FAILED)
        assert ended.file is not None
        assert ended.file.note == "too_many"

    play(tmp_path, story)


def test_what_cannot_be_sent_or_saved_is_said_at_once(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        for path in (tmp_path, tmp_path / "missing", Path("/dev/null")):
            with pytest.raises(InputError):
                await ada.transfers.send(c.SendFile(ada.contact, path))
        plain = written(tmp_path)
        with pytest.raises(InputError, match="no picture"):
            await ada.transfers.send(c.SendFile(ada.contact, plain, strip_metadata=True))
        _, got = await offered(ada, ben, written(tmp_path))
        with pytest.raises(InputError, match="folder that exists"):
            await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "no" / "folder" / "x"))
        with pytest.raises(NotAllowedError):
            await ben.changes.edit(c.EditMessage(got.row, "evil.exe"))
        assert len(stored(ada)) == 1

    play(tmp_path, story)


def test_a_disk_without_room_takes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(ada: Person, ben: Person) -> None:
        _, got = await offered(ada, ben, written(tmp_path))
        monkeypatch.setattr("messenger.store.sealed_files.FREE_MIN_LEN", 1 << 60)
        with pytest.raises(QuotaError, match="stay free"):
            await ben.transfers.accept(c.AcceptFile(got.row))
        with pytest.raises(QuotaError):
            await ada.transfers.send(c.SendFile(ada.contact, written(tmp_path)))

    play(tmp_path, story)


def test_names_and_contents_cannot_be_read_in_the_folder(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        path = written(tmp_path, b"canary-content " * 4_000, "canary-name.txt")
        hold_chunks_after(ada, 2)
        _, got = await offered(ada, ben, path)
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "canary-target"))

        async def some() -> bool:
            return (await ben.transfers.list(c.ListFiles()))[0].done > 0

        await until(some)
        for person in (ada, ben):
            assert stored(person)
            for file in person.folder.rglob("*"):
                assert "canary" not in file.name
                assert not file.is_file() or b"canary" not in file.read_bytes()

    play(tmp_path, story)


def test_orphans_are_swept_at_the_start_and_nothing_else(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await ada.transfers.send(c.SendFile(ada.contact, written(tmp_path)))
        await ada.stop()
        (kept,) = stored(ada)
        (ada.folder / "files" / ("ab" * 16)).write_bytes(b"left by a killed process")
        (ada.folder / "files" / "note.txt").write_bytes(b"somebody else's")
        await ada.start()
        assert {path.name for path in stored(ada)} == {kept.name, "note.txt"}

    play(tmp_path, story, linked=False)


def test_the_estimate_grows_with_size_and_interval(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        by_path = await ada.transfers.estimate(c.EstimateFile(ada.contact, written(tmp_path)))
        by_size = await ada.transfers.estimate(c.EstimateFile(ada.contact, size=len(CONTENT)))
        assert by_path == by_size
        assert by_path.seconds == transfer_s(len(CONTENT), 0.5)
        assert transfer_s(1 << 20, 0.5) == 4 * transfer_s(1 << 20, 0.125)
        with pytest.raises(InputError):
            await ada.transfers.estimate(c.EstimateFile(ada.contact))
        await asyncio.sleep(0)

    play(tmp_path, story, linked=False)


def test_a_file_swapped_for_a_pipe_is_refused_and_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        os.mkfifo(tmp_path / "pipe")
        monkeypatch.setattr("messenger.engine.transfers._size_of", lambda path: 5)
        with pytest.raises(InputError):
            await ada.transfers.send(c.SendFile(ada.contact, tmp_path / "pipe"))

    play(tmp_path, story, linked=False)


def test_a_file_saved_without_a_note_of_it_is_not_saved_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        _, got = await offered(ada, ben, written(tmp_path))
        (tmp_path / "saved").mkdir()
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "saved"))
        await until_saved(ben)
        # As if the program had been killed between the file's name and the note of it.
        place = str(tmp_path / "saved")
        await ben.store.write(lambda tx: tx.files.set_save_to(got.row, place))
        await ben.stop()
        await ben.start()
        await until_saved(ben, 2)
        assert [path.name for path in (tmp_path / "saved").iterdir()] == ["plan.pdf"]
        # A person may want it once more, and gets it.
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "saved"))
        assert len(list((tmp_path / "saved").iterdir())) == 2

    play(tmp_path, story)


def test_a_file_that_could_not_be_saved_stops_no_start_when_its_sender_was_declined(
    tmp_path: Path,
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        place = tmp_path / "gone"
        place.mkdir()
        _, got = await offered(ada, ben, written(tmp_path))
        hold_chunks_after(ada, 2)
        await ben.transfers.accept(c.AcceptFile(got.row, place / "plan.pdf"))
        ada.end.cut()
        place.rmdir()
        ada.end.filter = lambda frame: frame
        connect(ada, ben)
        await in_state(ben, got.row, FileState.DONE)

        async def failed() -> bool:
            return bool(ben.of(Failure))

        await until(failed)
        ada.end.cut()
        for blocked in (True, False):
            await ben.contacts.block(c.BlockContact(ben.contact, blocked=blocked))
        await ben.contacts.decline(c.DeclineContact(ben.contact))  # nobody is there to hear it
        await ben.stop()
        await ben.start()

    play(tmp_path, story)


def test_somebody_who_comes_and_goes_has_a_file_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        sent, got = await offered(ada, ben, written(tmp_path))
        files, read = ben.store.files, list[str]()
        verify = files.verify

        def noted(name: str, cipher: Any) -> Any:
            read.append(name)
            return verify(name, cipher)

        monkeypatch.setattr(files, "verify", noted)
        hold_chunks_after(ada, 3)
        await ben.transfers.accept(c.AcceptFile(got.row, tmp_path / "out"))

        async def some_came() -> bool:
            (file,) = await ben.transfers.list(c.ListFiles())
            return file.done == 3 * CHUNK_LEN

        await until(some_came)
        for _ in range(5):
            ada.end.cut()
            wanted = len(wants(ben))
            connect(ada, ben)
            await until(lambda wanted=wanted: more_than(wanted, wants, ben))
            for transfers in (ada.transfers.pause, ada.transfers.resume):  # nor so
                command = c.PauseFile if transfers == ada.transfers.pause else c.ResumeFile
                await transfers(command(sent.row))
                await settled(ada, ben)
        assert len(read) == 1
        ada.end.filter = lambda frame: frame
        ada.end.cut()
        connect(ada, ben)
        await until_saved(ben)
        assert (tmp_path / "out").read_bytes() == CONTENT

    play(tmp_path, story)


def wants(person: Person) -> list[bytes]:
    return [f.body for f in person.end.sent if f.channel == Channel.BULK and f.body[0] == 1]


async def more_than(count: int, what: Any, person: Person) -> bool:
    return len(what(person)) > count


def test_a_flood_of_wants_and_haves_costs_one_look_and_tells_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        sent, _ = await offered(ada, ben, written(tmp_path))
        writes, write = 0, ada.store.write

        async def counted(work: Any) -> Any:
            nonlocal writes
            writes += 1
            return await write(work)

        monkeypatch.setattr(ada.store, "write", counted)
        foreign = [encode_bulk(Want(os.urandom(16), 0)) for _ in range(500)]
        count = chunk_count(len(CONTENT))
        flood = [encode_bulk(Have(sent.id, count)), encode_bulk(Want(sent.id, 1))] * 500
        traffic = ada.conversation.files
        for _ in range(3):
            await traffic.on_frames(foreign + flood)
        assert writes <= 10  # acknowledgements are among them; 4,500 frames were said
        assert len([e for e in ada.of(FileProgress) if e.done == len(CONTENT)]) == 1

    play(tmp_path, story)


def test_a_file_goes_on_when_its_sender_is_accepted_again_on_the_link_that_stands(
    tmp_path: Path,
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        _, got = await offered(ada, ben, written(tmp_path))
        ben.end.cut()
        await ben.transfers.accept(c.AcceptFile(got.row, None))
        await ben.contacts.block(c.BlockContact(ben.contact, blocked=True))
        await ben.contacts.block(c.BlockContact(ben.contact, blocked=False))
        connect(ada, ben)

        async def greeted() -> bool:
            return ben.conversation.online

        await until(greeted)
        await ben.contacts.accept(c.AcceptContact(ben.contact))
        await in_state(ben, got.row, FileState.DONE)

    play(tmp_path, story)
