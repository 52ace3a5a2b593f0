"""The queue of a conversation."""

import asyncio

from messenger.engine.inbox import Detached, FrameIn, Inbox


def test_inputs_come_out_in_order_and_runs_together() -> None:
    async def story() -> None:
        inbox = Inbox()
        frames = [FrameIn(1, 2, bytes([n])) for n in range(5)]
        for item in (*frames[:3], Detached(1), *frames[3:]):
            inbox.put(item)
        assert await inbox.get() == frames[0]
        assert inbox.take_while(lambda i: isinstance(i, FrameIn), 10) == frames[1:3]
        assert await inbox.get() == Detached(1)
        assert inbox.take_while(lambda i: isinstance(i, FrameIn), 1) == [frames[3]]
        assert await inbox.get() == frames[4]

    asyncio.run(story())


def test_a_reader_waits_for_what_comes_later() -> None:
    async def story() -> None:
        inbox = Inbox()
        waiting = asyncio.create_task(inbox.get())
        await asyncio.sleep(0)
        assert not waiting.done()
        inbox.put(Detached(7))
        assert await waiting == Detached(7)

    asyncio.run(story())


def test_plaintext_frames_hide_from_repr() -> None:
    assert "secret" not in repr(FrameIn(1, 2, b"secret"))
