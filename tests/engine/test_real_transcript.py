"""What two whole engines say to each other over two real links verifies as a transcript.

The engines are those of ``two_people.py``; here their cable is a pair of links, cell by cell.
"""

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from two_people import Person, connect, play, settled, until

from messenger.engine import traffic
from messenger.engine.inbound import Inbound
from messenger.engine.outbound import Outbound
from messenger.engine.traffic import Traffic
from messenger.protocol.channels import Channel
from messenger.protocol.link import Established, FrameReceived, Link
from messenger.protocol.replay import ReplayCache
from messenger.protocol.session import Session
from messenger.protocol.transcript import (
    Answered,
    Drawn,
    Heard,
    Offered,
    Passed,
    Said,
    Secrets,
    Step,
    Transcript,
    check,
)
from messenger.wire import messages
from tests.drawn_keys import drawn_by

UNIX_S = 1_780_000_000


class LinkedPair:
    """Two links between two engines, with everything that Ada, who dialled, could show."""

    def __init__(self, ada: Person, ben: Person) -> None:
        self._people = (ada, ben)
        peer = ben.own.public
        dialler = Link.dial(ada.own, peer, now=0.0, unix_s=UNIX_S)
        other = Link.accept(
            ben.own,
            now=0.0,
            unix_s=UNIX_S,
            admits_strangers=lambda: False,
            replay=ReplayCache(),
        )
        self._links = (dialler, other)
        self._secrets = Secrets(ada.own.private, drawn_by(dialler), ())
        self._flights = tuple(self._flight(*pair) for pair in ((0, 1), (1, 0), (0, 1)))
        self._cells: list[Passed] = []
        self.steps: list[Step] = []
        self._crossed = [0, 0]  # envelopes and halves of exchanges, of Ada and of Ben
        for side, person in enumerate(self._people):
            person.end.inject = partial(self._send, side)
        exporters = {event.exporter for link in self._links for event in told(link, Established)}
        connect(ada, ben, exporters.pop())
        assert not exporters

    def transcript(self) -> Transcript:
        first, second, third = self._flights
        return Transcript(
            self._people[1].own.public,
            self._secrets,
            (first, second, third),
            tuple(self._cells),
            tuple(self.steps),
        )

    async def all_noted(self) -> bool:
        """Whether each envelope and half of an exchange that was made has crossed, and was read."""
        own = sum(isinstance(step, Offered | Said) for step in self.steps)
        return self._crossed == [own, len(self.steps) - own]

    def _flight(self, sender: int, receiver: int) -> bytes:
        flight = self._links[sender].data_to_send()
        self._links[receiver].receive_data(flight, 0.1)
        return flight

    def _send(self, side: int, channel: int, body: bytes) -> None:
        self._links[side].enqueue(channel, body)
        asyncio.get_running_loop().call_soon(self._let_cells_cross)

    def _let_cells_cross(self) -> None:
        while any(link.queued_len for link in self._links):
            for side in (0, 1):
                cell = self._links[side].next_cell()
                self._links[side].cell_left()
                self._cells.append(Passed(side == 0, cell))
                self._links[1 - side].receive_data(cell, 1.0)
                end = self._people[1 - side].end
                for event in told(self._links[1 - side], FrameReceived):
                    self._crossed[side] += event.channel in (Channel.MESSAGE, Channel.EPOCH)
                    end.deliver(messages.FrameReceived(end.link, event.channel, event.body))


def told(link: Link, kind: type) -> list[Any]:
    events = []
    while (event := link.next_event()) is not None:
        if isinstance(event, kind):
            events.append(event)
    return events


def write_down(patch: pytest.MonkeyPatch, ada: Person, steps: list[Step]) -> None:
    """Note what Ada's engine does with her session, in the order in which it does it."""
    seal, receive = Outbound._seal, Inbound.receive
    offer, commit = Traffic._offer, Traffic._commit_epoch

    def sealing(self: Any, session: Session, plaintext: bytes) -> Any:
        after, envelope = seal(self, session, plaintext)
        if self._context is ada.context:
            known = {epoch.ratchet.own_key for epoch in session.held}
            new = [e.ratchet.own_key for e in after.held if e.ratchet.own_key not in known]
            steps.append(Said(plaintext, new[0].private if new and new[0] else None))
        return after, envelope

    async def receiving(self: Any, envelopes: list[bytes]) -> Any:
        count = len(envelopes)
        received = await receive(self, envelopes)
        assert not received.unreadable_count
        if self._context is ada.context:
            steps.extend([Heard()] * count)
        return received

    def offering(self: Any, link: Any, base: bytes | None) -> None:
        offer(self, link, base)
        steps.append(Offered(Drawn(link.offer.ratchet_private, link.offer.kem.seed())))

    async def committing(self: Any, link: Any, session: Session, *, fresh: bool) -> None:
        await commit(self, link, session, fresh=fresh)
        if self._context is ada.context:
            steps.append(Answered())

    patch.setattr(Outbound, "_seal", sealing)
    patch.setattr(Inbound, "receive", receiving)
    patch.setattr(Traffic, "_offer", offering)
    patch.setattr(Traffic, "_commit_epoch", committing)


def test_what_two_engines_say_verifies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic, "EPOCH_ENVELOPE_COUNT", 6)
    shown: list[Transcript] = []

    async def story(ada: Person, ben: Person) -> None:
        pair = LinkedPair(ada, ben)
        write_down(monkeypatch, ada, pair.steps)
        for turn in range(4):
            await ada.write(f"Do you remember {turn}?")
            await ben.write(f"I said nothing, {turn} times. " + "🐝" * 300)
            await settled(ada, ben)
            await ben.write(f"And {turn} again.")
            await settled(ada, ben)
        await until(pair.all_noted)
        shown.append(pair.transcript())

    play(tmp_path, story, linked=False)
    said = check(shown[0])
    assert sorted(line.text for line in said if line.mine) == [
        f"Do you remember {turn}?" for turn in range(4)
    ]
    assert [line.text for line in said if not line.mine][1::2] == [
        f"And {turn} again." for turn in range(4)
    ]
    assert sum(isinstance(step, Answered) for step in shown[0].steps) > 1
