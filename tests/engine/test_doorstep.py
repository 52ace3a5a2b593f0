"""Strangers who proved a key: heard until their first hello."""

import asyncio
from collections.abc import Callable

import pytest

from messenger.engine.doorstep import MAX_KEPT_COUNT, Doorstep
from messenger.engine.links import Links
from messenger.protocol.channels import Channel
from messenger.protocol.control import Ack, Hello, encode_control
from messenger.wire.messages import LinkUp

UP = LinkUp(2, False, False, b"k" * 32, b"e" * 32, b"h" * 32, "198.51.100.7", 50_000, 0.5, "frames")
HELLO = encode_control(Hello(1, "Mallory", True, (), 0, ()))


class SomeLinks(Links):
    """Remembers what was closed."""

    def __init__(self) -> None:
        self.closed: list[int] = []

    def own(self, link: int, owner: object) -> None: ...

    def close(self, link: int) -> None:
        self.closed.append(link)


class Porch:
    """A doorstep and what it called."""

    def __init__(self) -> None:
        self.links = SomeLinks()
        self.heard: list[Doorstep] = []
        self.ended: list[Doorstep] = []
        self.doorstep = Doorstep(self.links, UP, self.heard.append, self.ended.append)


class Owner:
    """Takes over a link."""

    def __init__(self) -> None:
        self.frames: list[tuple[int, int, bytes]] = []

    def on_frame(self, link: int, channel: int, body: bytes) -> None:
        self.frames.append((link, channel, body))

    def on_left(self, link: int, frame: int) -> None: ...

    def on_down(self, link: int) -> None: ...


def on_porch(story: Callable[[Porch], None]) -> None:
    async def run() -> None:
        porch = Porch()
        story(porch)
        porch.doorstep.on_down(2)

    asyncio.run(run())


def test_a_hello_is_told_and_handed_over_with_what_follows() -> None:
    def story(porch: Porch) -> None:
        porch.doorstep.on_frame(2, Channel.CONTROL, HELLO)
        porch.doorstep.on_frame(2, Channel.MESSAGE, b"\0envelope")
        assert porch.heard == [porch.doorstep]
        assert porch.doorstep.name == "Mallory"
        owner = Owner()
        porch.doorstep.hand_over(owner)
        assert [body for _, _, body in owner.frames] == [HELLO, b"\0envelope"]

    on_porch(story)


@pytest.mark.parametrize(
    ("channel", "body"),
    [
        (Channel.CONTROL, b"garbage"),
        (Channel.CONTROL, encode_control(Ack((b"i" * 16,)))),
        (Channel.MESSAGE, HELLO),
        (Channel.BULK, b"x"),
    ],
)
def test_anything_but_a_hello_ends_it(channel: Channel, body: bytes) -> None:
    def story(porch: Porch) -> None:
        porch.doorstep.on_frame(2, channel, body)
        assert (porch.links.closed, porch.heard) == ([2], [])
        assert porch.ended == [porch.doorstep]

    on_porch(story)


def test_a_stranger_cannot_fill_the_memory() -> None:
    def story(porch: Porch) -> None:
        porch.doorstep.on_frame(2, Channel.CONTROL, HELLO)
        for _ in range(MAX_KEPT_COUNT):
            porch.doorstep.on_frame(2, Channel.MESSAGE, b"\0" * 1000)
        assert porch.links.closed == [2]

    on_porch(story)
