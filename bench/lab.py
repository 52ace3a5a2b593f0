"""The laboratory beside Hum itself: timings, and the old chat's cover beside Hum's wire.

    python -m bench lab             # a short table
    python -m bench.lab docs/lab    # all experiments; writes results.md and its plots (minutes)

This is where the two meet: but for one experiment the laboratory never imports Hum's own
cryptography.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from bench.machine import machine, today
from bench.report import Row
from messenger.core.types import COVER_PROFILES
from messenger.crypto import xchacha
from messenger.crypto.noise.cipher_state import CipherState
from messenger.crypto.noise.functions import CHACHAPOLY
from messenger.lab.old_cipher import Sent, encrypt, session
from messenger.lab.old_cipher_attack import fakes_found, separation
from messenger.lab.results import (
    SEED,
    Section,
    Sizes,
    cipher_section,
    document,
    healing_section,
    signature_section,
    timing_section,
    train_pair,
    tuning_section,
)
from messenger.lab.results_pad import CHOSEN, FRESH, pad_section
from messenger.lab.results_trees import trees_section
from messenger.lab.shared_state import Shared, save_shared
from messenger.lab.stream import Address, FrameStream
from messenger.lab.supervisor import lab_command
from messenger.lab.timing import SECRECY, Contender, contenders, measure
from messenger.lab.tree_parity import Shape, synchronise
from messenger.lab.tree_session import TreeSession, converse
from messenger.lab.trio import Pair
from messenger.protocol.cells import COVER_PLAINTEXT, CellSealer, CellWriter
from messenger.protocol.schedule import Schedule

TEXTS: Final = 1000  # over sockets
SESSIONS: Final = 100  # with a key of the machines mixed in
_LINES: Final = 600  # of the recorded chats
_SECONDS: Final = 1800.0
_QUICK_ROUNDS: Final = 50
_TOY: Final = "neural cipher, blocks alone"


def run() -> list[Row]:
    """Time the toy against Fernet, and a thousand synchronisations against the row's bound."""
    shared = _untrained()
    ways = [way for way in contenders(shared) if way.name in {_TOY, "Fernet"}]  # others need Bob
    timed = {one.name: one.median_us for one in measure(ways, _QUICK_ROUNDS)}
    started = time.perf_counter()
    synchronise(Shape(), "random walk", 1000, SEED)
    trees = time.perf_counter() - started
    return [
        Row(
            "neural cipher, a page of 4,096 bytes",
            "Fernet",
            timed[_TOY],
            timed["Fernet"],
            "µs",
        ),
        Row("1,000 tree parity machines, L = 3", "limit", trees, 10.0, "s", goal=1.0),
    ]


def hum_cover(seed: int) -> list[Sent]:
    """Record Hum's cells with a chat in them, as the old chat is recorded."""
    draw = random.Random(seed)
    asked = sorted(draw.uniform(0, _SECONDS) for _ in range(_LINES))
    schedule = Schedule(COVER_PROFILES["balanced"], 0.0, draw)
    sealer = CellSealer(CipherState(CHACHAPOLY, draw.randbytes(32)))
    sent: list[Sent] = []
    while schedule.next_at < _SECONDS:
        at = schedule.next_at
        real = bool(asked) and asked[0] <= at
        writer = CellWriter()
        if real:
            asked.pop(0)
            writer.add(2, draw.randbytes(draw.randint(60, 300)))
        plaintext = writer.plaintext() if real else COVER_PLAINTEXT
        sent.append(Sent(at, sealer.seal(plaintext), fake=not real))
        sealer.cell_left()
        schedule.advance(at)
    return sent


def museum_section() -> Section:
    """The old chat and Hum's wire before the same attackers."""
    lines = [f"{word} you there" for word in _words(_LINES)]
    recordings = {"the old chat": session(lines, _SECONDS, SEED), "Hum's cells": hum_cover(SEED)}
    rows = [
        "| wire | fakes found | messages spared | AUC of a trained attacker |",
        "|---|---:|---:|---:|",
    ]
    for name, sent in recordings.items():
        found, spared = fakes_found(sent)
        rows.append(f"| {name} | {found:.1%} | {spared:.1%} | {separation(sent):.3f} |")
    text = (
        f"Seed {SEED}, half an hour of chat with {_LINES} lines. The untrained attacker takes "
        "whatever begins as most messages do for a fake; the trained one sees sizes, gaps, bytes "
        "and beginnings of the first half and is judged on the second: 1.0 tells all apart, 0.5 "
        "guesses. Hum's row is its schedule and cells on a simulated clock. What it has above 0.5 "
        "is no leak but arithmetic: after a longer gap something waits more often, and the gaps "
        "were drawn without looking.\n\n"
        + "\n".join(rows)
        + f"\n\nThe cipher: `{encrypt('attack at dawn')}` is *attack at dawn* for everybody, "
        "for ever; the hill-climber of `hum lab museum` reads 2,000 letters without the key."
    )
    return Section("The old cipher and the naive cover", text)


def sockets_section(shared: Shared, folder: Path) -> Section:
    """A thousand texts between two processes."""
    pair = folder / "pair.hum-lab"
    save_shared(shared, pair)
    draw = random.Random(SEED)
    texts = [_unicode(draw, draw.randint(1, 500)) for _ in range(TEXTS)]
    started = time.perf_counter()
    heard, told = folder / "bob.json", folder / "alice.json"
    with heard.open("w") as out:
        bob = subprocess.Popen([*lab_command("bob", "--pair", str(pair)), "--json"], stdout=out)
    while not (lines := heard.read_text().splitlines()):
        time.sleep(0.1)
    at = json.loads(lines[0])["address"]
    call = [*lab_command("alice", "--pair", str(pair), "--connect", at), "--json"]
    with told.open("w") as out:
        subprocess.run(call, input="\n".join(texts), text=True, check=True, stdout=out)
    bob.terminate()
    bob.wait()
    got, sent = (
        [json.loads(line) for line in path.read_text().splitlines()] for path in (heard, told)
    )
    read = [one["text"] for one in got if one["event"] == "text"]
    resent = sum(one.get("resends", 0) for one in sent)
    exact = sum(one == two for one, two in zip(read, texts, strict=False))
    for path in (pair, heard, told):
        path.unlink()
    text = (
        f"Seed {SEED}: {exact} of {TEXTS} random UTF-8 texts of 1 to 500 characters exact between "
        f"two processes over TCP, {resent} blocks sent again, "
        f"{time.perf_counter() - started:.0f} s in all."
    )
    return Section("Texts over sockets", text)


def write(folder: Path, sizes: Sizes) -> None:
    """Run everything and write ``results.md`` with its files."""
    folder.mkdir(parents=True, exist_ok=True)
    started = time.process_time()
    trained = train_pair(sizes)
    trained_s = time.process_time() - started
    shared = Shared.issue(trained.pair, np.random.default_rng(SEED))
    works: list[Callable[[], Section]] = [
        lambda: cipher_section(trained, sizes),
        lambda: tuning_section(sizes),
        lambda: sockets_section(shared, folder),
        lambda: signature_section(shared, sizes),
        lambda: healing_section(trained, shared, sizes),
        lambda: trees_section(sizes),
        mixing_section,
        lambda: pad_section(CHOSEN, FRESH),
        museum_section,
        lambda: timing_section(shared, sizes, [_xchacha()]),
    ]
    sections = []
    for work in works:
        sections.append(work())
        for name, content in sections[-1].files.items():
            (folder / name).write_text(content, encoding="utf-8")
            if name == "timing.svg":
                as_png(folder / name)
        print(f"{sections[-1].title}: {time.process_time() - started:.0f} s", file=sys.stderr)
    head = (
        "Written by `make lab-tables`. Nothing here protects anything real, and Hum uses none of "
        f"it.\n\n{machine()}, {today()}, numpy {np.__version__}, one thread; the training took "
        f"{trained_s:.0f} s of one core, everything {time.process_time() - started:.0f} s."
    )
    (folder / "results.md").write_text(document(sections, head), encoding="utf-8")


def as_png(svg: Path) -> None:
    """Turn a drawing into a picture beside it, at twice its size."""
    application = QGuiApplication.instance() or QGuiApplication(["bench", "-platform", "offscreen"])
    renderer = QSvgRenderer(str(svg))
    picture = QImage(renderer.defaultSize() * 2, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    renderer.render(painter)
    painter.end()
    picture.save(str(svg.with_suffix(".png")))
    svg.unlink()
    del application


def mixing_section() -> Section:
    """The machines' key inside a session of Hum, many times over real sockets."""
    same = sum(asyncio.run(_mixed()) for _ in range(SESSIONS))
    text = (
        f"K = 3, N = 100, L = 3, fresh keys each time: in {same} of {SESSIONS} sessions over TCP "
        "both ends had the same key, mixed it into their next epoch, and held the same epoch "
        "afterwards. A flipped bit of the key, or a machine that falls silent, leaves an epoch "
        "without it, and a line that was written meanwhile is not delayed (tests/lab). It adds "
        "a secret that the attackers of the table above have too: it protects nothing, and the "
        "way it is mixed in sees to it that it harms nothing."
    )
    return Section("A key of the machines inside a session", text)


async def _mixed() -> bool:
    """Run one session between two ends; whether both mixed the same key."""
    accepted: asyncio.Queue[FrameStream] = asyncio.Queue()
    server = await asyncio.start_server(
        lambda reader, writer: accepted.put_nowait(FrameStream(reader, writer)), "127.0.0.1", 0
    )
    async with server:
        address = Address(*server.sockets[0].getsockname()[:2])
        ends = [await FrameStream.connect(address, 5.0), await accepted.get()]
        sides = [
            TreeSession(end, initiator=not place, shape=Shape(), on_line=lambda text: None)
            for place, end in enumerate(ends)
        ]
        mixed = await asyncio.gather(*map(_one_side, sides))
        for end in ends:
            await end.close()
    return all(mixed) and sides[0].key == sides[1].key and sides[0].epoch == sides[1].epoch


async def _one_side(side: TreeSession) -> bool:
    mixed: list[bool] = []

    async def story() -> None:
        await side.first_epoch()
        await side.run_machine()
        mixed.append(await side.next_epoch())

    await converse(side, story)
    return mixed[0]


def _untrained() -> Shared:
    """A pair nobody trained: it takes as long as any other."""
    draw = np.random.default_rng(SEED)
    return Shared.issue(Pair.first(draw), draw)


def _xchacha() -> Contender:
    key = os.urandom(xchacha.KEY_LEN)

    def work(text: bytes) -> object:
        nonce = os.urandom(xchacha.NONCE_LEN)
        return xchacha.open_or_none(key, nonce, xchacha.seal(key, nonce, text, b""), b"")

    return Contender("XChaCha20-Poly1305, as in Hum's envelopes", SECRECY, work)


def _words(count: int) -> list[str]:
    draw = random.Random(SEED)
    letters = "etaoinshrdlucmfwypvbgkqjxz"
    return ["".join(draw.choices(letters, k=draw.randint(2, 12))) for _ in range(count)]


def _unicode(draw: random.Random, length: int) -> str:
    ranges = [(0x20, 0x7E), (0xA1, 0x17F), (0x410, 0x44F), (0x4E00, 0x9FA5), (0x1F600, 0x1F64F)]
    return "".join(chr(draw.randint(*draw.choice(ranges))) for _ in range(length))


if __name__ == "__main__":
    write(Path(sys.argv[1]), Sizes())
