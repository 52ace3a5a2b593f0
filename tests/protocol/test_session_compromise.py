"""The thief at a random moment of 200 random conversations; old states that come back for ever."""

import os
from collections.abc import Callable
from random import Random

import pytest
from session_pair import Side, exchange
from thief import Oracle, Thief, watch_keys

from messenger.core.errors import DecryptionError
from messenger.crypto import xchacha
from messenger.engine.conversation import HEARTBEAT_S
from messenger.protocol.session import Session

RUN_COUNT = 200
HEALED_S = 120.0  # with a link and nobody writing
TRANSIT_S = 3.0  # at most, of an envelope of one cell with the slowest profile
STEP_COUNT = 10_000


def conversation(random: Random) -> tuple[Side, Side]:
    """Two sides after some envelopes, each delivered."""
    ann, ben = Side(), Side()
    exchange(ann, ben)
    ann.open(ben.seal())
    for _ in range(random.randrange(12)):
        if random.random() < 0.1:
            exchange(*random.sample([ann, ben], 2))
        else:
            sender, receiver = random.sample([ann, ben], 2)
            receiver.open(sender.seal())
    return ann, ben


def overhear(thief: Thief, victim: Side, sender: Side, receiver: Side) -> bool:
    """One envelope that the thief tries too; whether he read it."""
    envelope = sender.seal(b"a word")
    assert receiver.open(envelope) == b"a word"
    heard = thief.hears_from_victim if sender is victim else thief.hears_to_victim
    return heard(envelope) is not None


def test_a_copied_state_reads_nothing_after_one_round_trip() -> None:
    read_before = 0
    for seed in range(RUN_COUNT):
        random = Random(seed)
        ann, ben = conversation(random)
        victim, peer = random.sample([ann, ben], 2)
        thief = Thief(Session.decode(victim.session.encode()))
        read_before += overhear(thief, victim, peer, victim)  # a key of theirs that may be new
        overhear(thief, victim, victim, peer)  # the victim's own new key
        overhear(thief, victim, peer, victim)  # the answer
        for _ in range(random.randrange(2, 8)):
            sender, receiver = random.sample([ann, ben], 2)
            assert not overhear(thief, victim, sender, receiver), f"seed {seed}"
    assert read_before == RUN_COUNT  # the attack is real


def test_heartbeats_alone_lock_him_out_in_two_minutes() -> None:
    """On a clock of its own: each side beats as the engine does, envelopes take their time."""
    for seed in range(RUN_COUNT):
        random = Random(seed)
        ann, ben = conversation(random)
        victim, peer = random.sample([ann, ben], 2)
        thief = Thief(Session.decode(victim.session.encode()))
        last_read_at = 0.0
        # Times of what happens: a beat (envelope None), or an arrival.
        due: list[tuple[float, Side, bytes | None]] = [
            (random.uniform(0, HEARTBEAT_S), side, None) for side in (ann, ben)
        ]
        while due:
            due.sort(key=lambda event: event[0])
            at, side, envelope = due.pop(0)
            if at > 2 * HEALED_S:
                continue
            if envelope is not None:
                side.open(envelope)
                continue
            sealed = side.seal(b"")
            heard = thief.hears_from_victim if side is victim else thief.hears_to_victim
            if heard(sealed) is not None:
                last_read_at = at
            other = peer if side is victim else victim
            due.append((at + random.uniform(0, TRANSIT_S), other, sealed))
            due.append((at + HEARTBEAT_S * random.uniform(0.8, 1.0), side, None))
        assert last_read_at <= HEALED_S, f"seed {seed}"


def test_with_all_of_x25519_broken_one_epoch_locks_him_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    oracle: Oracle = watch_keys(monkeypatch.setattr)
    read_before = 0
    for seed in range(RUN_COUNT):
        random = Random(seed)
        ann, ben = conversation(random)
        victim, peer = random.sample([ann, ben], 2)
        thief = Thief(Session.decode(victim.session.encode()), oracle)
        for sender, receiver in ((peer, victim), (victim, peer), (peer, victim)):
            read_before += overhear(thief, victim, sender, receiver)  # round trips do not help
        exchange(*random.sample([ann, ben], 2))
        for _ in range(4):
            sender, receiver = random.sample([ann, ben], 2)
            assert not overhear(thief, victim, sender, receiver), f"seed {seed}"
    assert read_before == 3 * RUN_COUNT


def watch_nonces(patch: Callable[[object, str, object], None]) -> set[tuple[bytes, bytes]]:
    """Fail as soon as a key meets a nonce a second time."""
    used: set[tuple[bytes, bytes]] = set()
    seal = xchacha.seal

    def watched(key: bytes, nonce: bytes, plaintext: bytes, data: bytes) -> bytes:
        assert (key, nonce) not in used
        used.add((key, nonce))
        return seal(key, nonce, plaintext, data)

    patch(xchacha, "seal", watched)
    return used


def test_states_that_come_back_never_reuse_a_key_with_a_nonce(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """10,000 steps: write, put an old copy back, go on from two copies, restore a backup."""
    used = watch_nonces(monkeypatch.setattr)
    random = Random(11)
    sides = [Side(), Side()]
    exchange(*sides)
    copies: list[tuple[int, bytes]] = []
    wrong = 0
    for _ in range(STEP_COUNT):
        number = random.randrange(2)
        side, other = sides[number], sides[1 - number]
        match random.choices(["say", "copy", "put back", "link", "restore"], (90, 4, 4, 1.8, 0.2))[
            0
        ]:
            case "say" if side.session.can_seal:
                body = os.urandom(4)
                envelope = side.seal(body)
                try:
                    wrong += other.open(envelope) != body
                except DecryptionError:  # the other one says so, and an epoch follows
                    exchange(side, other)
            case "copy":
                copies.append((number, side.session.encode()))
            case "put back" if copies:
                owner, stored = random.choice(copies)
                sides[owner].session = Session.decode(stored)
            case "link":
                exchange(side, other)
            case "restore":
                side.session = Session.empty()
                exchange(side, other)
            case _:
                exchange(side, other)
    assert not wrong  # never a wrong text
    assert len(used) > STEP_COUNT
