"""How people write: heavy-tailed pauses inside a conversation, texts of 50 to 400 characters."""

from random import Random
from typing import Final

WORDS: Final = (
    "and", "but", "the", "train", "tomorrow", "really", "yes", "no", "perhaps", "dinner", "late",
    "window", "you", "remember", "letter", "garden", "because", "finally", "rain", "music",
)  # fmt: skip
MIN_TEXT_LEN: Final = 50  # characters
MAX_TEXT_LEN: Final = 400
PAUSE_ALPHA: Final = 1.5  # of the Pareto law of pauses: finite mean, infinite variance
PAUSE_MIN_INTERVALS: Final = 3.0
PAUSE_MIN_S: Final = 0.06  # a node commits, seals and stores what it sends
PAUSE_MAX_FACTOR: Final = 12.0  # times the shortest


def text(random: Random) -> str:
    """Return something to say."""
    length = int(MIN_TEXT_LEN * (MAX_TEXT_LEN / MIN_TEXT_LEN) ** random.random())
    words: list[str] = []
    while len(" ".join(words)) < length:
        words.append(random.choice(WORDS))
    return " ".join(words)[:length]


def pause_s(random: Random, interval_s: float) -> float:
    """Return the seconds until the same person writes again."""
    least = max(PAUSE_MIN_S, PAUSE_MIN_INTERVALS * interval_s)
    return least * min(PAUSE_MAX_FACTOR, random.paretovariate(PAUSE_ALPHA))
