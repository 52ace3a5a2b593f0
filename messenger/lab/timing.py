"""How long the toy takes and how long real cryptography takes, for the same texts.

Medians of one call, contenders in turns, on the machine and at the moment it runs: figures to
compare with each other, never with another machine's.
"""

import csv
import io
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from messenger.lab.charts import Axis, Series, line_chart
from messenger.lab.exchange import Receiver, Sender
from messenger.lab.frames import Missing
from messenger.lab.hidden_signature import HiddenSigner
from messenger.lab.shared_state import Shared

SCENARIOS: Final = {
    "one word, 8 bytes": 8,
    "a line of chat, 100 bytes": 100,
    "a page, 4,096 bytes": 4096,
}
SECRECY: Final = "encrypt and decrypt"
ORIGIN: Final = "sign and verify"


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do a kind of work; ``run`` does all of it once for a text."""

    name: str
    work: str
    run: Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Timed:
    """Median microseconds of one contender in one scenario."""

    scenario: str
    work: str
    name: str
    median_us: float
    rounds: int


def contenders(shared: Shared) -> list[Contender]:
    """Return the toy and its peers."""
    return [
        Contender("neural cipher, corrected", SECRECY, _neural(shared)),
        Contender("neural cipher, blocks alone", SECRECY, _neural_blocks(shared)),
        Contender("Fernet", SECRECY, _fernet()),
        Contender("ChaCha20-Poly1305, as in Hum's cells", SECRECY, _aead()),
        Contender("hidden states (no signature)", ORIGIN, _hidden(shared)),
        Contender("HMAC-SHA256", ORIGIN, _hmac()),
        Contender("Ed25519", ORIGIN, _ed25519()),
    ]


def measure(ways: Sequence[Contender], rounds: int) -> list[Timed]:
    """Time every contender in every scenario, in turns."""
    timed = []
    for scenario, length in SCENARIOS.items():
        text = (b"the quick brown fox jumps over the lazy dog. " * (length // 45 + 1))[:length]
        times: dict[str, list[float]] = {way.name: [] for way in ways}
        for _ in range(rounds):
            for way in ways:
                started = time.perf_counter_ns()
                way.run(text)
                times[way.name].append((time.perf_counter_ns() - started) / 1000)
        timed += [
            Timed(scenario, way.work, way.name, statistics.median(times[way.name]), rounds)
            for way in ways
        ]
    return timed


def timing_table(timed: Sequence[Timed]) -> str:
    """Lay the medians out as Markdown, with how many times slower than the quickest each is."""
    lines = [
        "| scenario | work | by | median, µs | times the quickest |",
        "|---|---|---|---:|---:|",
    ]
    for one in timed:
        rivals = [t for t in timed if (t.scenario, t.work) == (one.scenario, one.work)]
        ratio = one.median_us / min(rival.median_us for rival in rivals)
        lines.append(
            f"| {one.scenario} | {one.work} | {one.name} | {one.median_us:,.1f} | {ratio:,.1f} |"
        )
    return "\n".join(lines)


def timing_csv(timed: Sequence[Timed]) -> str:
    """Write the medians as comma-separated values."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["scenario", "work", "by", "median_us", "rounds"])
    for one in timed:
        writer.writerow([one.scenario, one.work, one.name, f"{one.median_us:.2f}", one.rounds])
    return text.getvalue()


def timing_chart(timed: Sequence[Timed]) -> str:
    """Draw the medians over the length of the text, both in powers of ten, as SVG."""
    names = dict.fromkeys(one.name for one in timed)
    lines = [
        Series(
            name.replace(", as in Hum's", ","),
            [(SCENARIOS[one.scenario], one.median_us) for one in timed if one.name == name],
        )
        for name in names
    ]
    return line_chart(
        "Median of one call", Axis("bytes", logarithmic=True), Axis("µs", logarithmic=True), lines
    )


def _neural(shared: Shared) -> Callable[[bytes], object]:
    """Texts as they cross the sockets: code, encrypt, decrypt, correct, send again, check."""

    def run(text: bytes) -> object:
        sender, receiver = Sender(shared, b"timing"), Receiver(shared, b"timing")
        answer = receiver.receive(sender.send(text.decode(), bytes(8)))
        while isinstance(answer, Missing):
            answer = receiver.receive(sender.again(answer))
        return answer

    return run


def _neural_blocks(shared: Shared) -> Callable[[bytes], object]:
    """Only the two networks, two bytes a block; errors stay."""

    def run(text: bytes) -> object:
        count = -(-len(text) // 2)
        keys = shared.keys(b"timing", count)
        return shared.pair.decrypt(shared.pair.encrypt(keys[::-1], keys), keys)

    return run


def _fernet() -> Callable[[bytes], object]:
    fernet = Fernet(Fernet.generate_key())
    return lambda text: fernet.decrypt(fernet.encrypt(text))


def _aead() -> Callable[[bytes], object]:
    cipher, counter = ChaCha20Poly1305(os.urandom(32)), iter(range(2**62))

    def run(text: bytes) -> object:
        nonce = next(counter).to_bytes(12, "little")
        return cipher.decrypt(nonce, cipher.encrypt(nonce, text, b""), b"")

    return run


def _hidden(shared: Shared) -> Callable[[bytes], object]:
    signer = HiddenSigner(shared)
    return lambda text: signer.verify(text, signer.sign(text))


def _hmac() -> Callable[[bytes], object]:
    key = os.urandom(32)

    def run(text: bytes) -> None:
        signing, verifying = HMAC(key, SHA256()), HMAC(key, SHA256())
        signing.update(text)
        verifying.update(text)
        verifying.verify(signing.finalize())

    return run


def _ed25519() -> Callable[[bytes], object]:
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    return lambda text: public.verify(private.sign(text), text)
