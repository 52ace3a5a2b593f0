"""The machines' key inside a real session: mixed in alike, never in the way of anybody."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from lab_processes import lab

from messenger.core.errors import RemoteProtocolError
from messenger.lab import tree_session
from messenger.lab.frames import Carried, Frame, Hello
from messenger.lab.stream import Address, FrameStream
from messenger.lab.tree_parity import Shape
from messenger.lab.tree_session import TreeSession, converse

QUICK = Shape(limit=2)  # some hundred and fifty steps


@dataclass
class Ended:
    """What is left of one run, by side."""

    sides: list[TreeSession] = field(default_factory=list)
    mixed: list[bool] = field(default_factory=list)
    heard: list[list[str]] = field(default_factory=lambda: [[], []])


class LateStream(FrameStream):
    """One packet in a hundred is late, by more than many others take."""

    chance = random.Random(5)

    async def send(self, frame: Frame) -> None:
        if self.chance.random() < 0.01:
            await asyncio.sleep(self.chance.uniform(0.01, 0.05))
        await super().send(frame)


def _run(
    stream: type[FrameStream] = FrameStream,
    meddle: Callable[[TreeSession], None] = lambda side: None,
    withhold_after: int | None = None,
) -> Ended:
    """Two sides over TCP; each says a line before, beside and behind the machines."""
    ended = Ended()

    async def one(place: int, streams: FrameStream) -> None:
        side = TreeSession(
            streams,
            initiator=place == 0,
            shape=QUICK,
            on_line=ended.heard[place].append,
            withhold_after=withhold_after if place == 0 else None,
        )
        ended.sides.append(side)

        async def story() -> None:
            await side.first_epoch()
            await side.say("before")
            machine = asyncio.create_task(side.run_machine())
            await side.say("beside")
            await machine
            if place == 0:
                meddle(side)
            ended.mixed.append(await side.next_epoch())
            await side.say("behind")
            while len(ended.heard[place]) < 3:  # noqa: ASYNC110 - a line tells nobody but the list
                await asyncio.sleep(0.005)

        await converse(side, story)

    async def both() -> None:
        accepted: asyncio.Queue[FrameStream] = asyncio.Queue()
        server = await asyncio.start_server(
            lambda reader, writer: accepted.put_nowait(stream(reader, writer)), "127.0.0.1", 0
        )
        async with server:
            address = Address(*server.sockets[0].getsockname()[:2])
            ends = [await stream.connect(address, 5.0), await accepted.get()]
            sides = [asyncio.create_task(one(place, end)) for place, end in enumerate(ends)]
            try:
                await asyncio.gather(*sides)
            finally:
                for end in ends:
                    await end.close()
                await asyncio.gather(*sides, return_exceptions=True)

    asyncio.run(both())
    return ended


def test_both_ends_mix_the_same_key_every_time() -> None:
    for _ in range(8):
        ended = _run()
        first, second = ended.sides
        assert first.key is not None
        assert first.key == second.key
        assert first.epoch == second.epoch
        assert ended.mixed == [True, True]
        assert ended.heard == [["before", "beside", "behind"]] * 2


def test_late_packets_change_nothing() -> None:
    ended = _run(LateStream)
    assert ended.mixed == [True, True]
    assert ended.heard == [["before", "beside", "behind"]] * 2


def test_a_flipped_key_is_noticed_and_left_out() -> None:
    def flip(side: TreeSession) -> None:
        assert side.key is not None
        side.key = bytes([side.key[0] ^ 1]) + side.key[1:]

    ended = _run(meddle=flip)
    assert ended.mixed == [False, False]
    assert ended.sides[0].epoch == ended.sides[1].epoch
    assert ended.heard == [["before", "beside", "behind"]] * 2


def test_a_machine_that_falls_silent_blocks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_session, "PATIENCE_S", 0.2)
    ended = _run(withhold_after=20)
    assert ended.mixed == [False, False]
    assert ended.sides[0].key is ended.sides[1].key is None
    assert [side.steps for side in ended.sides] == [20, 20]
    assert ended.heard == [["before", "beside", "behind"]] * 2


def test_a_stranger_who_speaks_otherwise_is_refused() -> None:
    class Rude(FrameStream):
        async def next(self, wait_s: float | None = None) -> Frame:
            frame = await super().next(wait_s)
            return Hello(1, bytes(16)) if isinstance(frame, Carried) else frame

    with pytest.raises(RemoteProtocolError, match="Hello"):
        _run(Rude)


def test_two_processes_talk_while_their_machines_agree() -> None:
    with lab("session", "--listen", "127.0.0.1:0", "--limit", 2) as listener:
        address = listener.wait_for("listening")["address"]
        with lab("session", "--connect", address, "--limit", 2) as caller:
            caller.say("good morning")
            assert listener.wait_for("line")["text"] == "good morning"
            told = caller.wait_for("epoch")
            assert told == listener.wait_for("epoch")
            assert told["mixed"]
            caller.say("and on")
            assert listener.wait_for("line")["text"] == "and on"
            assert caller.finish() == 0
            assert listener.wait_for("left") == {"event": "left"}  # which is no failure
