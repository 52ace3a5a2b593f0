"""``hum demo``: two people meet and chat on this machine, with a watcher in the middle.

Two real ``hum rpc`` processes with fresh profiles, each with its own database and wire process; a
tap between them keeps what crosses the wire.
"""

import asyncio
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Final

from messenger.rpc.client import RpcClient
from messenger.rpc.tap import CELL_LEN, Direction, Tap

LINES: Final = (
    ("Ada", "Can you hear the hum?"),
    ("Ben", "All the time. It never changes when you write."),
    ("Ada", "That is the point: whoever watches sees the same cells either way. 🐝"),
    ("Ben", "نعم، وبالعربية أيضًا"),
    ("Ada", "And nothing of it is readable on the disk."),
)
LISTEN_S: Final = 4.0  # seconds of silence that are watched before and after the chat


def run_demo(cover: str) -> int:
    """Play the demo; 0 if every message arrived and nothing of it was seen on the wire."""
    with tempfile.TemporaryDirectory(prefix="hum-demo-") as folder:
        try:
            return asyncio.run(_play(Path(folder), cover))
        except ConnectionError as error:  # a node that ended says why in one line
            print(error, file=sys.stderr)
            return 1


async def _play(folder: Path, cover: str) -> int:
    print("Two fresh profiles, each with its own key, database and wire process …")
    ada, ben = await asyncio.gather(
        _start(folder / "ada", "Ada", cover), _start(folder / "ben", "Ben", cover)
    )
    tap = Tap(*ben.ready["listen"])
    await tap.start()
    try:
        await _meet(ada, ben, tap)
        await _chat(ada, ben, tap)
        return _verdict(tap, folder)
    finally:
        await asyncio.gather(ada.stop(), ben.stop())
        await tap.stop()


async def _start(folder: Path, name: str, cover: str) -> RpcClient:
    passphrase = _new_passphrase_file(folder)
    client = await RpcClient.start(
        "--data-dir",
        folder,
        "--name",
        name,
        "--listen",
        "127.0.0.1:0",
        "--passphrase-file",
        passphrase,
        "--cover",
        cover,
    )
    print(f"  {name} is {client.ready['fingerprint'][:24]}…")
    return client


def _new_passphrase_file(folder: Path) -> Path:
    folder.mkdir()
    file = folder.with_suffix(".passphrase")
    file.write_text(secrets.token_urlsafe(24))
    return file


async def _meet(ada: RpcClient, ben: RpcClient, tap: Tap) -> None:
    print("Ada adds Ben by his fingerprint, and dials him past the watcher …")
    await ada.call(
        "contact.add", fingerprint=ben.ready["fingerprint"], host="127.0.0.1", port=tap.port
    )
    request = await ben.event("contact.request")
    print(f"  Ben is asked by “{request['name']}” and accepts")
    await ben.call("contact.accept", contact=request["contact"])
    accepted = await ada.event("contact.accepted")
    ours, theirs = await asyncio.gather(
        ada.call("contact.safety_number", contact=accepted["contact"]),
        ben.call("contact.safety_number", contact=request["contact"]),
    )
    same = ours["safety_number"] == theirs["safety_number"]
    print(f"  safety number on both sides: {'the same' if same else 'DIFFERENT'}")
    print(f"    {ours['safety_number']}")


async def _chat(ada: RpcClient, ben: RpcClient, tap: Tap) -> None:
    print(f"{LISTEN_S:.0f} seconds of silence …")
    before = await _count(tap, LISTEN_S)
    print(f"  the watcher counts {before} bytes, {before / LISTEN_S:.0f} a second")
    people = {"Ada": (ada, ben), "Ben": (ben, ada)}
    started = asyncio.get_running_loop().time()
    seen = tap.forward.length + tap.backward.length
    for name, text in LINES:
        sender, receiver = people[name]
        contact = (await sender.call("contact.list"))["contacts"][0]["contact"]
        sent = await sender.call("message.send", contact=contact, text=text)
        await receiver.event("message.added", message=sent["message"], text=text)
        await sender.event("message.state", message=sent["message"], state="delivered")
        print(f"  {name}: {text}  ✓✓")
    took = asyncio.get_running_loop().time() - started
    during = tap.forward.length + tap.backward.length - seen
    print(f"  the watcher counts {during} bytes, {during / took:.0f} a second while they write")


async def _count(tap: Tap, seconds: float) -> int:
    before = tap.forward.length + tap.backward.length
    await asyncio.sleep(seconds)
    return tap.forward.length + tap.backward.length - before


def _verdict(tap: Tap, folder: Path) -> int:
    print("What crossed the wire:")
    for name, way in (("Ada to Ben", tap.forward), ("Ben to Ada", tap.backward)):
        print(
            f"  {name}: {way.length} bytes, {way.length / CELL_LEN:g} cells of {CELL_LEN}, "
            f"{way.entropy():.3f} bits per byte"
        )
    on_wire = _found(bytes(tap.forward.kept) + bytes(tap.backward.kept))
    on_disk = sum(_found(path.read_bytes()) for path in folder.rglob("*") if path.is_file())
    print(f"  texts found on the wire: {on_wire}, in the files of both profiles: {on_disk}")
    whole = all(_whole_cells(way) for way in (tap.forward, tap.backward))
    good = whole and not on_wire and not on_disk
    print("Good." if good else "NOT good: see above.")
    return 0 if good else 1


def _found(data: bytes) -> int:
    return sum(text.encode() in data for _, text in LINES)


def _whole_cells(way: Direction) -> bool:
    return way.length > 0 and way.length % CELL_LEN == 0
