"""Two sessions under everything that can happen to two computers and the network between them.

The machine loses, repeats, reorders and damages frames, crashes either side before and after each
commit, restarts it from its stored form, restores old states, and begins anew on a second
computer. It knows for each envelope whether it must open, and after every story the two must find
together again.
"""

import os
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from session_pair import Side, exchange

from messenger.core.errors import DecryptionError, HandshakeError
from messenger.crypto import xchacha
from messenger.crypto.ratchet_skipped import MAX_SKIPPED_KEYS
from messenger.protocol.control import EpochAnswer, EpochOffer
from messenger.protocol.epoch import PendingOffer
from messenger.protocol.session import MAX_EPOCHS, Session

sides = st.sampled_from([0, 1])
picks = st.integers(min_value=0, max_value=1_000)


@dataclass
class Sent:
    """An envelope on its way."""

    receiver: int
    envelope: bytes
    body: bytes
    epoch: bytes  # in which it was sealed
    opened: list[bool] = field(default_factory=list)  # shared by all copies


@dataclass
class Offered:
    """An offer or its answer on its way."""

    offerer: int
    pending: PendingOffer
    offer: EpochOffer
    answer: EpochAnswer | None = None


class TwoSessions(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.sides = (Side(), Side())
        self.hellos: list[tuple[bytes, ...]] = [(), ()]  # what each heard from the other
        self.exporter = os.urandom(32)
        self.envelopes: list[Sent] = []
        self.exchanges: list[Offered] = []
        self.snapshots: list[tuple[int, Session]] = []
        self.rolled_back = False  # since the last time they found together
        self.count = 0
        self.used: set[tuple[bytes, bytes]] = set()
        self._watch_nonces()

    def _watch_nonces(self) -> None:
        seal = xchacha.seal
        self.patch = pytest.MonkeyPatch()

        def watched(key: bytes, nonce: bytes, plaintext: bytes, data: bytes) -> bytes:
            assert (key, nonce) not in self.used
            self.used.add((key, nonce))
            return seal(key, nonce, plaintext, data)

        self.patch.setattr(xchacha, "seal", watched)

    # -- envelopes --------------------------------------------------------------------------------

    @rule(sender=sides)
    def send(self, sender: int) -> None:
        side = self.sides[sender]
        if not side.session.can_seal:
            return
        self.count += 1
        body = b"body %d" % self.count
        at = side.session._sealing()
        assert at is not None
        epoch = side.session.held[at].id
        self.envelopes.append(Sent(1 - sender, side.seal(body), body, epoch))

    @rule(pick=picks, keep=st.booleans())
    @precondition(lambda self: self.envelopes)
    def deliver(self, pick: int, keep: bool) -> None:
        sent = self.envelopes[pick % len(self.envelopes)]
        if not keep:  # otherwise a copy comes again later
            self.envelopes.remove(sent)
        side = self.sides[sent.receiver]
        before = side.session
        must = not self.rolled_back and not sent.opened and sent.epoch in before.epochs
        try:
            assert side.open(sent.envelope) == sent.body
        except DecryptionError:
            assert not must
            assert side.session == before
        else:
            assert must or self.rolled_back
            assert sent.epoch in before.epochs
            sent.opened.append(True)

    @rule(pick=picks)
    @precondition(lambda self: self.envelopes)
    def lose(self, pick: int) -> None:
        self.envelopes.pop(pick % len(self.envelopes))

    @rule(pick=picks, bit=picks)
    @precondition(lambda self: self.envelopes)
    def damage(self, pick: int, bit: int) -> None:
        sent = self.envelopes[pick % len(self.envelopes)]
        damaged = bytearray(sent.envelope)
        damaged[bit % len(damaged)] ^= 1 << bit % 8
        side = self.sides[sent.receiver]
        before = side.session
        with pytest.raises(DecryptionError):
            side.open(bytes(damaged))
        assert side.session == before

    # -- epochs -----------------------------------------------------------------------------------

    @rule(speaker=sides)
    def hello(self, speaker: int) -> None:
        self.hellos[1 - speaker] = self.sides[speaker].session.epochs

    @rule(offerer=sides, fresh=st.sampled_from([False, False, False, True]))
    def offer(self, offerer: int, fresh: bool) -> None:
        session = self.sides[offerer].session
        base = None if fresh else session.choose_base(self.hellos[offerer])
        self.exchanges.append(Offered(offerer, *session.offer(base)))

    @rule(pick=picks, crash=st.booleans())
    @precondition(lambda self: self.exchanges)
    def answer(self, pick: int, crash: bool) -> None:
        offered = self.exchanges[pick % len(self.exchanges)]
        side = self.sides[1 - offered.offerer]
        base = offered.offer.base
        if base is not None and base not in side.session.epochs:
            with pytest.raises(HandshakeError):
                side.session.answer(offered.offer, self.exporter)
            return
        session, answer = side.session.answer(offered.offer, self.exporter)
        if crash:  # before the commit, so nothing was said either
            side.restart()
            return
        side.session = session
        self.exchanges.append(
            Offered(offered.offerer, offered.pending, offered.offer, answer)
        )  # the offer stays: it may be answered twice, and the answer may get lost

    @rule(pick=picks, crash=st.booleans())
    @precondition(lambda self: any(offered.answer for offered in self.exchanges))
    def accept(self, pick: int, crash: bool) -> None:
        answered = [offered for offered in self.exchanges if offered.answer]
        offered = answered[pick % len(answered)]
        self.exchanges.remove(offered)
        assert offered.answer is not None
        side = self.sides[offered.offerer]
        before, base = side.session, offered.offer.base
        possible = base is None or base in before.epochs
        if not possible or offered.answer.epoch in before.epochs:
            with pytest.raises(HandshakeError):
                side.session.accept(offered.pending, offered.answer, self.exporter)
            return
        session = side.session.accept(offered.pending, offered.answer, self.exporter)
        assert session.can_seal
        if crash:
            side.restart()
        else:
            side.session = session

    @rule()
    def link_ends(self) -> None:
        self.exchanges.clear()
        self.exporter = os.urandom(32)

    # -- what happens to computers ----------------------------------------------------------------

    @rule(side=sides)
    def restart(self, side: int) -> None:
        before = self.sides[side].session
        self.sides[side].restart()
        assert self.sides[side].session == before

    @rule(side=sides)
    def back_up(self, side: int) -> None:
        self.snapshots.append((side, self.sides[side].session))

    @rule(pick=picks)
    @precondition(lambda self: self.snapshots)
    def restore(self, pick: int) -> None:
        side, session = self.snapshots[pick % len(self.snapshots)]
        if self.sides[side].session == session:
            return
        self.sides[side].session = session
        self.exchanges.clear()  # it went down for that
        self.rolled_back = True

    @rule(side=sides)
    def second_machine(self, side: int) -> None:
        """A backup is restored elsewhere: pins and history come along, the session does not."""
        self.sides[side].session = Session.empty()
        self.exchanges.clear()
        self.rolled_back = True

    @rule(dialer=sides)
    def find_together(self, dialer: int) -> None:
        """A new link, on which nothing gets lost: from wherever the two are, they can talk."""
        self.link_ends()
        self.envelopes.clear()
        first, second = self.sides[dialer], self.sides[1 - dialer]
        self.answerer_writes_at_once(first, second)
        exchange(first, second)
        for number in range(3):
            assert first.open(second.seal(b"a %d" % number)) == b"a %d" % number
            assert second.open(first.seal(b"b %d" % number)) == b"b %d" % number
        assert first.session.epochs == second.session.epochs
        assert len(first.session.epochs) == 1
        self.hellos = [second.session.epochs, first.session.epochs]
        if dialer:
            self.hellos.reverse()
        self.rolled_back = False

    def answerer_writes_at_once(self, first: Side, second: Side) -> None:
        """Behind its answer one seals in what the offerer can open, or waits."""
        _, offer = first.session.offer(first.session.choose_base(second.session.epochs))
        second.session, _ = second.session.answer(offer, self.exporter)
        if second.session.can_seal and not self.rolled_back:
            assert first.open(second.seal(b"at once")) == b"at once"

    # -- what holds at all times ------------------------------------------------------------------

    @invariant()
    def limits_hold(self) -> None:
        for side in self.sides:
            assert len(side.session.held) <= MAX_EPOCHS
            assert len(set(side.session.epochs)) == len(side.session.epochs)
            assert side.session.info.skipped_count <= MAX_SKIPPED_KEYS
            assert sum(epoch.confirmed for epoch in side.session.held) <= 1

    def teardown(self) -> None:
        self.find_together(0)
        self.patch.undo()


TestTwoSessions = TwoSessions.TestCase
TestTwoSessions.settings = settings(
    max_examples=max(100, settings.default.max_examples), stateful_step_count=50
)
