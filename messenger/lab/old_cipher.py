"""The museum piece: the cipher and the cover of the chat that Hum descends from.

One monoalphabetic key for everybody, known for years; and fakes, sent by the host only, that are a
marker word and five to ten random letters after gaps uniform in [0, 1) s. Both are rebuilt from
their description. The attackers are in :mod:`messenger.lab.old_cipher_attack`.
"""

from dataclasses import dataclass
from random import Random
from typing import Final

KEY: Final = "poiuytrewqlkjhgfdsamnbvcxz"
ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
MARKER: Final = "fakemessage"  # the receiver drops what begins with it; any constant word would do
FAKE_LETTERS: Final = (5, 10)
MAX_GAP_S: Final = 1.0

_TO: Final = str.maketrans(ALPHABET, KEY)
_FROM: Final = str.maketrans(KEY, ALPHABET)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message or cell as it crossed a wire, with the truth that only the experimenter knows."""

    at: float  # seconds
    wire: bytes
    fake: bool


def encrypt(text: str) -> str:
    """Replace every letter by its letter of the key; the rest stays as it is."""
    return text.lower().translate(_TO)


def decrypt(cipher: str) -> str:
    """Undo :func:`encrypt`, but for capitals."""
    return cipher.translate(_FROM)


def fake(random: Random) -> str:
    """Make a fake, not yet encrypted."""
    count = random.randint(*FAKE_LETTERS)
    return MARKER + "".join(random.choice(ALPHABET) for _ in range(count))


def session(lines: list[str], seconds: float, seed: int) -> list[Sent]:
    """Record a host that chats ``lines`` at random times among its fakes."""
    random = Random(seed)  # noqa: S311  it has to repeat
    sent = []
    at = random.uniform(0, MAX_GAP_S)
    while at < seconds:
        sent.append(Sent(at, encrypt(fake(random)).encode(), fake=True))
        at += random.uniform(0, MAX_GAP_S)
    sent += [Sent(random.uniform(0, seconds), encrypt(line).encode(), fake=False) for line in lines]
    return sorted(sent, key=lambda one: one.at)
