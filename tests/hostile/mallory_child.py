"""Mallory in a process of her own, so that she takes no time of whom she plays with.

``python tests/hostile/mallory_child.py`` reads lines: first a link, then the names of storms. She
prints "friends" once she was accepted, and the name of each storm when the socket has taken all of
it or the other side has closed the link.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from mallory import Mallory, hello, text

from messenger.protocol import bodies
from messenger.protocol.channels import Channel
from messenger.protocol.control import encode_control
from messenger.protocol.message_channel import encode_envelope

COUNT: Final = 4_000  # what the other side keeps of a flood before it ends the link
Storm = Callable[[Mallory], list[tuple[Channel, bytes]]]


def enveloped(m: Mallory, made: list[bodies.KnownBody]) -> list[tuple[Channel, bytes]]:
    """Seal everything beforehand, so that it can leave at once."""
    sealed = (m.sealed(bodies.encode_body(body)) for body in made)
    return [(Channel.MESSAGE, encode_envelope(each)) for each in sealed]


def messages(m: Mallory) -> list[tuple[Channel, bytes]]:
    return enveloped(m, [text(f"flood {number} " + "x" * 40) for number in range(COUNT)])


def long_messages(m: Mallory) -> list[tuple[Channel, bytes]]:
    words = "long " * 13_000
    return enveloped(m, [text(f"{number} {words}") for number in range(120)])


def lines(m: Mallory) -> list[tuple[Channel, bytes]]:
    words = "\n" * 60_000
    return enveloped(m, [text(f"{number}{words}") for number in range(120)])


def edits(m: Mallory) -> list[tuple[Channel, bytes]]:
    first = text("edited")
    changes = [bodies.Edit(os.urandom(16), first.id, f"edit {n}", n + 1) for n in range(COUNT)]
    return enveloped(m, [first, *changes])


def reactions(m: Mallory) -> list[tuple[Channel, bytes]]:
    first = text("reacted to")
    faces = ("\N{GRINNING FACE}", "")
    return enveloped(
        m,
        [
            first,
            *(bodies.React(os.urandom(16), first.id, faces[n % 2], n + 1) for n in range(COUNT)),
        ],
    )


def timers(m: Mallory) -> list[tuple[Channel, bytes]]:
    stay = bodies.SetTimer(os.urandom(16), 0, COUNT + 2)
    return enveloped(
        m, [*(bodies.SetTimer(os.urandom(16), n, n + 1) for n in range(1, COUNT)), stay]
    )


def offers(m: Mallory) -> list[tuple[Channel, bytes]]:
    return enveloped(
        m,
        [
            bodies.FileOffer(
                os.urandom(16), f"{n}.jpg", 1 << 20, "image/jpeg", bytes(32), os.urandom(32), n
            )
            for n in range(1_000)
        ],
    )


def profiles(m: Mallory) -> list[tuple[Channel, bytes]]:
    return [
        frame
        for n in range(COUNT // 2)
        for frame in (
            (Channel.CONTROL, encode_control(hello(f"Mallory {n}"))),
            *enveloped(m, [bodies.Heartbeat()]),
        )
    ]


def gone_at_once(m: Mallory) -> list[tuple[Channel, bytes]]:
    """Messages that disappear one after the other."""
    return enveloped(m, [text(f"short {n}", lifetime_s=1 + n % 4) for n in range(2_000)])


def nothing(_: Mallory) -> list[tuple[Channel, bytes]]:
    return []


STORMS: Final[dict[str, Storm]] = {
    "none": nothing,
    "messages": messages,
    "messages of 64 KiB": long_messages,
    "messages of 60,000 lines": lines,
    "edits": edits,
    "reactions": reactions,
    "timers": timers,
    "offers of files": offers,
    "profile changes": profiles,
    "messages that disappear": gone_at_once,
}


async def main() -> None:
    """Follow the lines."""
    mallory = Mallory()
    link = (await _line()).strip()
    await mallory.befriend(link)
    print("friends", flush=True)
    while name := (await _line()).strip():
        if not mallory.connected:
            await mallory.again(link)
        frames = STORMS[name](mallory)
        print("sealed", flush=True)
        for channel, body in frames:
            mallory.frame(channel, body)
        await mallory.drained()
        print(name, flush=True)
    await mallory.hang_up()


async def _line() -> str:
    return await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(main())
