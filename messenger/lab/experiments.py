"""What each command of ``hum lab`` does; :mod:`messenger.lab.command` declares them."""

import argparse
import asyncio
import functools
import sys
import threading
from collections.abc import AsyncIterator
from pydoc_data.topics import topics

import numpy as np
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from messenger.core.errors import ConnectionLostError, RemoteProtocolError
from messenger.lab.alice import Alice
from messenger.lab.attackers import Effort, fresh_eve, linear_eve, reused_key
from messenger.lab.bob import Bob
from messenger.lab.checkpoint import resume_training, save_training
from messenger.lab.checks import check
from messenger.lab.eve import Eve
from messenger.lab.hidden_signature import Forger, HiddenSigner
from messenger.lab.old_cipher import encrypt, session
from messenger.lab.old_cipher_attack import fakes_found, read_substitution
from messenger.lab.reporter import Reporter
from messenger.lab.serving import serve
from messenger.lab.shared_state import Shared, load_eve, load_shared, save_eve, save_shared
from messenger.lab.stream import Address, FrameStream
from messenger.lab.supervisor import supervise
from messenger.lab.timing import contenders, measure
from messenger.lab.training import Point, Settings, Training, train, without_bars
from messenger.lab.tree_agreement import agree
from messenger.lab.tree_attackers import KINDS, attack
from messenger.lab.tree_parity import RULES, Shape, synchronise
from messenger.lab.tree_session import TreeSession, converse

PAIR_FILE, EVE_FILE, CHECKPOINT_FILE = "pair.hum-lab", "eve.hum-lab", "training.hum-lab"
_FORGER_SEES = 64  # pairs of text and signature
_FORGERIES = 1000
_MUSEUM_TEXT = " ".join(topics["strings"].split()[:400])  # English the attacker has read before


def run_train(options: argparse.Namespace) -> int:
    """Train, judge by attackers who come afterwards, and write the files of both sides."""
    reporter = Reporter(as_json=options.json)
    if options.watched:
        arguments = [word for word in sys.argv[2:] if word != "--watched"]
        try:
            return asyncio.run(supervise(arguments, reporter))
        except asyncio.CancelledError:
            return 143  # the exit code of a program that was asked to end
    settings = Settings(
        seed=options.seed,
        steps=options.steps,
        batch=options.batch,
        rate=options.rate,
        optimizer=options.optimizer,
        objective=options.objective,
        every=options.every,
    )
    settings = without_bars(settings) if options.any else settings
    checkpoint = options.out / CHECKPOINT_FILE
    resumed = resume_training(settings, checkpoint)
    reporter.tell("training", seed=settings.seed, resumed_at=resumed.step if resumed else 0)

    def on_point(training: Training, point: Point) -> None:
        save_training(training, checkpoint)
        reporter.tell("point", start=point.start, step=point.step, bob=point.bob, eve=point.eve)

    trained = train(settings, on_point, resumed)
    save_shared(
        Shared.issue(trained.pair, np.random.default_rng(settings.seed)), options.out / PAIR_FILE
    )
    save_eve(trained.eve, options.out / EVE_FILE)
    checkpoint.unlink(missing_ok=True)
    found = check(trained.pair, settings.seed)
    reporter.tell(
        "trained",
        starts=trained.starts,
        bob=found.right_key,
        wrong_key=found.wrong_key,
        identity=found.identity,
        is_cipher=found.is_cipher,
    )
    effort = Effort(tries=1, steps=min(2000, settings.steps))
    reporter.tell(
        "attacked",
        fresh_eve=fresh_eve(trained.pair, settings.seed, effort),
        least_squares=linear_eve(trained.pair, settings.seed),
        reused_key=reused_key(trained.pair, settings.seed),
        guessing=8.0,
    )
    return 0


def run_alice(options: argparse.Namespace) -> int:
    """Send the lines of standard input."""
    shared, address = load_shared(options.pair), Address.parse(options.connect)
    alice = Alice(shared, address, Reporter(as_json=options.json), options.patience)
    asyncio.run(alice.run(_lines()))
    return 0


def run_bob(options: argparse.Namespace) -> int:
    """Listen until interrupted."""
    bob = Bob(load_shared(options.pair), Reporter(as_json=options.json))
    asyncio.run(bob.serve(Address.parse(options.listen)))
    return 0


def run_eve(options: argparse.Namespace) -> int:
    """Stand in the middle until interrupted."""
    referee = load_shared(options.referee) if options.referee else None
    bob = Address.parse(options.connect)
    eve = Eve(load_eve(options.eve), bob, Reporter(as_json=options.json), referee)
    asyncio.run(eve.serve(Address.parse(options.listen)))
    return 0


def run_agree(options: argparse.Namespace) -> int:
    """Agree on one key as the caller, or with every caller."""
    reporter, shape = Reporter(as_json=options.json), Shape(limit=options.limit)

    async def answer(stream: FrameStream) -> None:
        key, steps = await agree(stream, shape)
        reporter.tell("agreed", steps=steps, key=key.hex())

    async def call() -> None:
        stream = await FrameStream.connect(Address.parse(options.connect), patience_s=10.0)
        try:
            await answer(stream)
        finally:
            await stream.close()

    if options.connect:
        asyncio.run(call())
    else:
        asyncio.run(serve(Address.parse(options.listen), answer, reporter))
    return 0


def run_session(options: argparse.Namespace) -> int:
    """Talk in a session of Hum while two machines agree on a secret that is mixed into it."""
    reporter, shape = Reporter(as_json=options.json), Shape(limit=options.limit)

    async def talk(stream: FrameStream, lines: AsyncIterator[str] | None) -> None:
        side = TreeSession(
            stream,
            initiator=lines is not None,
            shape=shape,
            on_line=lambda text: reporter.tell("line", text=text),
            withhold_after=options.withhold,
        )

        done = asyncio.Event()

        async def mix() -> None:
            await side.run_machine()
            reporter.tell("machines", agreed=side.key is not None, steps=side.steps)
            reporter.tell("epoch", mixed=await side.next_epoch(), epoch=side.epoch.hex())
            done.set()

        async def story() -> None:
            await side.first_epoch()
            reporter.tell("session", epoch=side.epoch.hex())
            mixing = asyncio.create_task(mix())
            if lines is None:
                await mixing
                await asyncio.Event().wait()  # until the caller leaves
            else:
                async for text in lines:
                    await side.say(text)
                await mixing

        try:
            await converse(side, story)
        except ConnectionLostError:
            if lines is not None or not done.is_set():
                raise
            reporter.tell("left")  # a caller who has what they came for may go

    async def call() -> None:
        stream = await FrameStream.connect(Address.parse(options.connect), patience_s=10.0)
        try:
            await talk(stream, _lines())
        finally:
            await stream.close()

    if options.connect:
        asyncio.run(call())
    else:
        answer = functools.partial(talk, lines=None)
        asyncio.run(serve(Address.parse(options.listen), answer, reporter))
    return 0


def run_trees(options: argparse.Namespace) -> int:
    """Print how long tree parity machines take, and who else has the key at the end."""
    reporter = Reporter(as_json=options.json)
    for limit in (3, 4, 5):
        for rule in RULES:
            if rule == "anti-hebbian" and limit > 3:
                continue  # its finite-size effect makes it many times longer
            found = synchronise(Shape(limit=limit), rule, options.runs, seed=1)
            reporter.tell(
                "steps",
                limit=limit,
                rule=rule,
                mean=found.mean,
                error=found.error,
                per_square=found.mean / limit**2,
            )
        for kind in KINDS:
            many = 1 if kind != "majority" else 50
            runs = options.runs if kind != "majority" else max(options.runs // 20, 1)
            won = attack(Shape(limit=limit), kind, runs, many, seed=1)
            reporter.tell("attacker", limit=limit, kind=kind, attackers=many, succeeds=won.any)
    return 0


def run_forge(options: argparse.Namespace) -> int:
    """Show who can sign by hidden states: everybody who has seen some signatures."""
    reporter = Reporter(as_json=options.json)
    signer = HiddenSigner(load_shared(options.pair))
    random = np.random.default_rng(6)
    seen = [random.bytes(40) for _ in range(_FORGER_SEES)]
    fresh = [random.bytes(40) for _ in range(_FORGERIES)]
    forger = Forger.learn([(text, signer.sign(text)) for text in seen])
    reporter.tell(
        "forged",
        what="hidden states: NOT a signature",
        seen=_FORGER_SEES,
        accepted=sum(accepts(signer, text, forger.sign(text)) for text in fresh) / _FORGERIES,
    )
    key = Ed25519PrivateKey.generate()
    reporter.tell(
        "forged",
        what="Ed25519, by the same forger",
        seen=_FORGER_SEES,
        accepted=ed25519_forgeries(key, seen, fresh) / _FORGERIES,
    )
    return 0


def ed25519_forgeries(key: Ed25519PrivateKey, seen: list[bytes], fresh: list[bytes]) -> int:
    """Count how many signatures the forger makes for Ed25519, which has 64 bytes of them."""
    halves = [
        Forger.learn([(text, _numbers(key.sign(text)[part])) for text in seen])
        for part in (slice(0, 32), slice(32, 64))
    ]
    public, made = key.public_key(), 0
    for text in fresh:
        guess = b"".join(_bytes(half.sign(text)) for half in halves)
        try:
            public.verify(guess, text)
        except InvalidSignature:
            continue
        made += 1
    return made


def run_timing(options: argparse.Namespace) -> int:
    """Time everything that encrypts or signs."""
    reporter = Reporter(as_json=options.json)
    for one in measure(contenders(load_shared(options.pair)), options.rounds):
        reporter.tell(
            "timed", scenario=one.scenario, work=one.work, by=one.name, median_us=one.median_us
        )
    return 0


def run_museum(options: argparse.Namespace) -> int:
    """Let two attackers loose on the old chat."""
    reporter = Reporter(as_json=options.json)
    lines = [f"{word} {number}, as we said" for number, word in enumerate(_MUSEUM_TEXT.split())]
    found, spared = fakes_found(session(lines, seconds=600, seed=1))
    reporter.tell("cover", fakes_found=found, messages_spared=spared)
    cipher = encrypt(_MUSEUM_TEXT)
    reporter.tell("read", cipher=cipher[:60], plain=read_substitution(cipher, seed=1)[:60])
    return 0


def accepts(signer: HiddenSigner, text: bytes, signature: bytes) -> bool:
    """Whether a signature is taken for that of a text."""
    try:
        signer.verify(text, signature)
    except RemoteProtocolError:
        return False
    return True


def _numbers(half: bytes) -> bytes:
    """Spread 32 bytes over as many float32, as the forger reads them."""
    return np.frombuffer(half, np.uint8).astype("<f4").tobytes()


def _bytes(guess: bytes) -> bytes:
    numbers = np.clip(np.frombuffer(guess, "<f4").round(), 0, 255)
    return bytes(numbers.astype(np.uint8))


async def _lines() -> AsyncIterator[str]:
    """Yield the lines of standard input as they come.

    They are read in a daemon thread, because a read of a terminal cannot be cancelled.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.rstrip("\n"))
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    while (line := await lines.get()) is not None:
        yield line
