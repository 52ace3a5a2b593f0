"""What a relay holds after a thousand messages: its files, its log and its memory name nobody.

A relay of its own process, as a host runs it; two people with real stores and wire processes. Its
memory is read from outside, all of it, twice: while the mail waits, and when it has been fetched.
"""

import base64
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hosted import play
from mail_people import FAST, Correspondent, LateClock, Scene

from bench.relay_crowd import HostedRelay, config_text
from messenger.core.types import Address, MessageState
from messenger.crypto.fingerprint import fingerprint
from messenger.protocol.relay_card import encode_relay_link

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")

CHUNK_LEN = 1 << 20
COUNT = 1_000
MARK = "canary sings its song"


@dataclass
class There:
    """Where the relay is; what a Scene needs of it."""

    address: Address
    key: bytes
    link: str


def memory_of(pid: int) -> bytes:
    """Return everything that a process has in memory, but for files that it only reads.

    Those are programs and libraries, which nobody writes into.
    """
    found = bytearray()
    maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps:
            span, permissions, _, _, inode, *_ = line.split()
            is_file = inode != "0" and "w" not in permissions
            if "r" not in permissions or is_file or "[v" in line:
                continue
            start, end = (int(edge, 16) for edge in span.split("-"))
            while start < end:
                try:
                    memory.seek(start)
                    part = memory.read(min(CHUNK_LEN, end - start))
                except OSError:  # a page that has no content, such as behind the end of a file
                    part = b""
                if not part:
                    break
                found += part
                start += len(part)
            found += bytes(16)  # no word begins in one map and ends in another
    return bytes(found)


def forms_of_text(text: str) -> set[bytes]:
    """Return how a text may be written down."""
    data = text.encode()
    cut = [base64.b64encode(bytes(shift) + data)[4:-4] for shift in range(3)]
    return {data, text.encode("utf-16-le"), text.encode("utf-32-le"), data.hex().encode(), *cut}


def forms_of_key(key: bytes) -> set[bytes]:
    """Return how a key may be written down; half of it would be enough to know whose it is."""
    shown = fingerprint(key)
    written = {
        base64.b32encode(key)[:24],
        key.hex().encode()[:32],
        shown.encode(),
        "".join(c for c in shown if c.isalnum()).encode()[:24],
    }
    as_it_is = {
        key[:16],
        key[16:],
        key[::-1],
        base64.b64encode(key)[:20],
        base64.urlsafe_b64encode(key)[:20],
        str(list(key))[1:40].encode(),
    }
    return as_it_is | {form.lower() for form in written} | {form.upper() for form in written}


def held(relay: HostedRelay, memory: bytes) -> dict[str, bytes]:
    """Return what somebody with full power over the relay's machine would find."""
    files = {path.name: path.read_bytes() for path in relay.folder.path.iterdir()}
    log = relay.folder.path.with_name(relay.folder.path.name + ".log")
    return {"memory": memory, "log": log.read_bytes(), **files}


def found_in(places: dict[str, bytes], words: set[bytes]) -> list[tuple[str, bytes]]:
    return [(name, word) for name, data in places.items() for word in words if word in data]


def test_a_thousand_messages_leave_nobody_s_name_key_or_text_anywhere(tmp_path: Path) -> None:
    async def story() -> None:
        relay = await HostedRelay.start(
            tmp_path / "relay", "serve", "--verbose", config=config_text(FAST)
        )
        assert relay.process.pid
        try:
            memory_of(relay.process.pid)
        except PermissionError:
            await relay.stop()
            pytest.skip("this system does not let a parent read its child's memory")
        clock, card = LateClock(), relay.card
        ada = Correspondent("Adelheid Quastenflosser", tmp_path / "ada", clock)
        ben = Correspondent("Benedikt Wolkenschieber", tmp_path / "ben", clock)
        ada.peer, ben.peer = ben, ada
        scene = Scene(ada, ben, There(card.address, card.key, encode_relay_link(card)), clock)
        try:
            await scene.acquaint()
            texts = [f"{MARK} {number} {number * 7919}" for number in range(COUNT)]
            await ben.stop()
            await ada.write_all(texts[: COUNT // 2])
            await ada.until_all(MessageState.AT_RELAY)
            waiting = held(relay, memory_of(relay.process.pid))
            await ben.start()
            await ada.write_all(texts[COUNT // 2 :])
            await ben.until_got(*texts)
            await ada.until_all(MessageState.DELIVERED)
            done = held(relay, memory_of(relay.process.pid))
            ids = [message.id for message in await ada.history()]
            boxes = await ada.store.write(lambda tx: tx.relays.all_mailboxes())
        finally:
            await ada.stop()
            await ben.stop()
            await relay.stop()
        persons = set[bytes]()
        for person in (ada, ben):
            persons |= forms_of_text(person.name) | forms_of_text(person.name.split()[1])
            persons |= forms_of_key(person.own.public) | forms_of_key(person.own.private)
        words = forms_of_text(MARK) | set(ids[:: COUNT // 10]) | persons
        for places in (waiting, done):
            assert found_in(places, words) == []
            # What is there is found: the search does look.
            assert found_in(places, {relay.card.key})
            assert {name for name, _ in found_in(places, {boxes[0].owner.mailbox})} & {
                "memory",
                "relay.db",
                "relay.db-wal",
            }
        assert len(waiting["memory"]) > 5_000_000
        assert sum(len(d) for n, d in waiting.items() if n.startswith("relay.db")) > 50_000

    play(story, limit_s=110)
