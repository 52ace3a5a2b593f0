"""The queue of a conversation."""

import asyncio

from messenger.engine.inbox import MAX_FRAME_COUNT, MAX_FRAMES_LEN, Detached, FrameIn, Inbox


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


def test_what_a_peer_may_let_wait_is_bounded_in_bytes() -> None:
    inbox = Inbox()
    assert inbox.has_room_for(MAX_FRAMES_LEN)
    assert not inbox.has_room_for(MAX_FRAMES_LEN + 1)
    inbox.put(FrameIn(1, 2, bytes(1000)))
    inbox.put(Detached(1))
    inbox.put(FrameIn(1, 2, bytes(24)))
    assert inbox.has_room_for(MAX_FRAMES_LEN - 1024)
    assert not inbox.has_room_for(MAX_FRAMES_LEN - 1023)


def test_what_a_peer_may_let_wait_is_bounded_in_number() -> None:
    inbox = Inbox()
    for _ in range(MAX_FRAME_COUNT - 1):
        inbox.put(FrameIn(1, 2, b""))
    inbox.put(Detached(1))
    assert inbox.has_room_for(0)
    inbox.put(FrameIn(1, 2, b""))
    assert not inbox.has_room_for(0)


def test_what_was_read_makes_room_again() -> None:
    async def story() -> None:
        inbox = Inbox()
        for _ in range(MAX_FRAME_COUNT):
            inbox.put(FrameIn(1, 2, b"12345678"))
        inbox.put(Detached(1))
        await inbox.get()
        assert inbox.has_room_for(0)
        inbox.take_while(lambda i: isinstance(i, FrameIn), MAX_FRAME_COUNT)
        assert await inbox.get() == Detached(1)
        assert inbox.has_room_for(MAX_FRAMES_LEN)
        assert not inbox.has_room_for(MAX_FRAMES_LEN + 1)
        for _ in range(MAX_FRAME_COUNT - 1):
            inbox.put(FrameIn(1, 2, b""))
        assert inbox.has_room_for(0)
        inbox.put(FrameIn(1, 2, b""))
        assert not inbox.has_room_for(0)

    asyncio.run(story())


def test_frames_are_forgotten_with_their_room_and_nothing_else() -> None:
    async def story() -> None:
        inbox = Inbox()
        for item in (FrameIn(1, 2, bytes(MAX_FRAMES_LEN)), Detached(1), FrameIn(1, 2, b"x")):
            inbox.put(item)
        inbox.forget_frames()
        assert inbox.has_room_for(MAX_FRAMES_LEN)
        assert not inbox.has_room_for(MAX_FRAMES_LEN + 1)
        assert await inbox.get() == Detached(1)
        inbox.put(Detached(2))
        assert await inbox.get() == Detached(2)

    asyncio.run(story())
