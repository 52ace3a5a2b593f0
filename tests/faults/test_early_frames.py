"""What the wire says of a link before its owner has had its turn is not lost.

Found by the sweep: on a busy machine a dial's answer and the peer's hello come in one read of the
pipe. The hello was dropped; one side then waited for it for ever, the other believed it was online.
"""

import asyncio
from collections.abc import Callable

import pytest

from messenger.core.types import COVER_PROFILES, Address
from messenger.engine.links import Links
from messenger.wire.messages import FrameReceived, FromWire, Left, LinkDown, LinkUp

COVER = COVER_PROFILES["lively"]


class SilentWire:
    """Takes every wish and does nothing."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def send(self, message: object) -> None:
        self.told.append(message)


class Owner:
    """Notes what it hears."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def on_frame(self, link: int, channel: int, body: bytes) -> None:
        self.heard.append(body)

    def on_left(self, link: int, frame: int) -> None:
        self.heard.append(frame)

    def on_down(self, link: int) -> None:
        self.heard.append("down")


async def dialled(*behind: Callable[[int], FromWire]) -> tuple[Links, int]:
    """A dial whose answer and what follows it arrive before the dialler's next step."""
    links = Links(SilentWire(), lambda up: None)
    dial = asyncio.create_task(links.dial(Address("127.0.0.1", 9), COVER, peer_key=b"k" * 32))
    await asyncio.sleep(0)
    number = 1
    key, secret, digest = (letter * 32 for letter in (b"k", b"e", b"h"))
    links.on_message(
        LinkUp(number, True, False, key, secret, digest, "127.0.0.1", 9, 0.5, "frames")
    )
    for make in behind:
        links.on_message(make(number))
    assert (await dial).link == number
    return links, number


def test_frames_in_the_same_breath_as_the_link_reach_its_owner_in_order() -> None:
    async def story() -> None:
        links, number = await dialled(
            lambda link: FrameReceived(link, 1, b"hello"), lambda link: Left(link, 7)
        )
        owner = Owner()
        links.own(number, owner)
        links.on_message(FrameReceived(number, 1, b"again"))
        assert owner.heard == [b"hello", 7, b"again"]

    asyncio.run(story())


@pytest.mark.parametrize("wire_dies", [False, True])
def test_a_link_that_ends_before_it_is_owned_ends_for_its_owner(wire_dies: bool) -> None:
    async def story() -> None:
        links, number = await dialled(lambda link: FrameReceived(link, 1, b"hello"))
        if wire_dies:
            links.on_wire_restart()
        else:
            links.on_message(LinkDown(number, "lost"))
        owner = Owner()
        links.own(number, owner)
        assert owner.heard == [b"hello", "down"]

    asyncio.run(story())


def test_nothing_is_kept_for_a_link_that_was_closed() -> None:
    async def story() -> None:
        links, number = await dialled(lambda link: FrameReceived(link, 1, b"hello"))
        links.close(number)
        owner = Owner()
        links.own(number, owner)
        assert owner.heard == []

    asyncio.run(story())
