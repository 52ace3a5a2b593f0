"""Two installations meet and chat: real processes, real wire, real databases."""

import asyncio
import random
from pathlib import Path

from rpc_nodes import Nodes, befriend, play, texts

from messenger.rpc.client import RpcClient

MESSAGE_COUNT = 200  # each way
ALPHABETS = (
    "abc xyz .,!? 0123456789",
    "😀👩‍👩‍👧‍👦🏳️‍🌈🐝",
    "שלום עולם مرحبا بالعالم \u202e\u2066\u2069",
    "漢字かな交じり文",
    "".join(map(chr, range(32))) + "\x7f\x85\ufeff\ufffe",
)


def some_texts(seed: int) -> list[str]:
    """Texts of 1 to 4,000 characters, with a NUL in the first."""
    chance = random.Random(seed)
    made = [f"\0nul {seed}\0"]
    while len(made) < MESSAGE_COUNT:
        alphabet = chance.choice(ALPHABETS)
        length = chance.choice((1, 2, 10, 50, 200, chance.randint(1, 4000)))
        made.append("".join(chance.choice(alphabet) for _ in range(length)))
    return made


async def send_all(node: RpcClient, contact: str, messages: list[str]) -> None:
    sent = [await node.call("message.send", contact=contact, text=text) for text in messages]
    wanted = {message["message"] for message in sent}

    def delivered() -> bool:
        states = {e["message"]: e["state"] for e in node.events if e["type"] == "message.state"}
        return all(states.get(message) == "delivered" for message in wanted)

    await node.wait_until(delivered)


def test_two_hundred_messages_each_way_arrive_once_and_in_order(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        ben_at_ada, ada_at_ben = await befriend(ada, ben)
        from_ada, from_ben = some_texts(1), some_texts(2)
        await asyncio.gather(
            send_all(ada, ben_at_ada, from_ada), send_all(ben, ada_at_ben, from_ben)
        )
        assert await texts(ben, ada_at_ben, outgoing=False) == from_ada
        assert await texts(ada, ben_at_ada, outgoing=False) == from_ben
        assert [await ada.stop(), await ben.stop()] == [0, 0]

        ada, ben = await asyncio.gather(nodes.start("ada"), nodes.start("ben"))
        assert await texts(ada, ben_at_ada, outgoing=True) == from_ada
        assert await texts(ben, ada_at_ben, outgoing=True) == from_ben
        assert await texts(ben, ada_at_ben, outgoing=False) == from_ada
        await ada.event("contact.online", contact=ben_at_ada)
        await send_all(ada, ben_at_ada, ["and on we go"])

    play(tmp_path, story, shipped=True)


def test_nothing_readable_lies_on_the_disk(tmp_path: Path) -> None:
    planted = ["canary-text-77aa", "canary-name-88bb", "canary-alias-99cc"]

    async def story(nodes: Nodes) -> tuple[list[str], bytes, bytes]:
        ada = await nodes.start("ada", "--verbose")
        ben = await nodes.start("ben")
        await ada.call("node.set_name", name=planted[1])
        added = await ada.call("contact.add", link=ben.ready["link"], name=planted[2])
        request = await ben.event("contact.request")
        await ben.call("contact.accept", contact=request["contact"])
        await ada.event("contact.accepted")
        await send_all(ada, added["contact"], [planted[0]])
        running = nodes.files()  # while the databases are open: -wal and -shm too
        links = [ada.ready["link"][4:60], ben.ready["link"][4:60]]
        fingerprints = [ada.ready["fingerprint"], ben.ready["fingerprint"]]
        keys = [bytes.fromhex(node.ready["id"]) for node in (ada, ben)]
        await ada.stop()
        await ben.stop()
        everything = b"".join(running.values()) + b"".join(nodes.files().values()) + bytes(ada.log)
        return [*links, *fingerprints], everything, b"".join(keys)

    identities, everything, keys = play(tmp_path, story, shipped=True)
    assert len(everything) > 100_000  # there was something to search
    for text in [*planted, *identities]:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert text.encode(encoding) not in everything
        assert text.encode().hex().encode() not in everything
    for key in (keys[:32], keys[32:]):
        assert key not in everything
        assert key.hex().encode() not in everything
