"""What time does to a profile, also when the disk does not play along."""

from pathlib import Path

import pytest
from two_people import Person, play, settled, until

from messenger.core.errors import FolderNotWritableError
from messenger.engine import commands as c
from messenger.engine.events import ClockJumped, Failure, MessageRemoved
from messenger.store.database import Store


async def mortal(ada: Person, ben: Person) -> None:
    """A message of one minute, delivered."""
    await ada.changes.set_timer(c.SetTimer(ada.contact, 60))
    await settled(ada)
    await ada.conversation.call(ada.conversation.refresh)
    await ada.write("canary")
    await settled(ada)
    assert (await ada.history())[-1].expires_at is not None


def test_the_task_ends_a_lifetime_by_itself(tmp_path: Path) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await mortal(ada, ben)
        ada.clock.advance(60)
        ada.context.wake_upkeep()  # as a look at the clock would, within a minute

        async def removed() -> bool:
            return bool(ada.of(MessageRemoved))

        await until(removed)
        assert await ada.texts() == []

    play(tmp_path, story)


@pytest.mark.parametrize("moved_s", [-7200.0, 301.0])
def test_a_clock_that_is_set_is_told(tmp_path: Path, moved_s: float) -> None:
    async def story(ada: Person, ben: Person) -> None:
        ada.clock.advance(86_400)  # time that passes is no jump
        ada.clock.epoch_ms += round(moved_s * 1000)
        ada.context.wake_upkeep()

        async def told() -> bool:
            return bool(ada.of(ClockJumped))

        await until(told)
        ada.clock.epoch_ms += 299_000
        ada.context.wake_upkeep()
        assert [round(event.seconds) for event in ada.of(ClockJumped)] == [moved_s]

    play(tmp_path, story)


def test_a_disk_that_refuses_is_said_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(ada: Person, ben: Person) -> None:
        await mortal(ada, ben)
        ada.clock.advance(60)

        async def refuse(*_: object) -> None:
            raise FolderNotWritableError("full")

        with monkeypatch.context() as patch:
            patch.setattr(Store, "write", refuse)
            await ada.upkeep._try_to_look()
        assert ada.of(Failure)
        assert await ada.texts() == ["canary"]
        await ada.upkeep._try_to_look()
        assert await ada.texts() == []

    play(tmp_path, story)
