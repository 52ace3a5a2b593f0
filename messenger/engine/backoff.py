"""When to dial again: jittered, capped, and blind to what waits in the outbox."""

from dataclasses import dataclass, field
from random import Random, SystemRandom
from typing import Final

FIRST_DELAY_S: Final = 0.7
FACTOR: Final = 1.7
MAX_DELAY_S: Final = 8.0  # a path that heals is used again within ten seconds
PATIENT_AFTER: Final = 60  # attempts (some eight minutes) until the long delay
PATIENT_DELAY_S: Final = 60.0
JITTER: Final = 0.25  # of the delay, either way


@dataclass(slots=True)
class Backoff:
    """The delays of one contact's dial attempts."""

    chance: Random = field(default_factory=SystemRandom)
    attempts: int = 0

    def next_delay(self) -> float:
        """Seconds to wait before the next attempt."""
        # The exponent is capped: a contact may stay away for months.
        growing = FIRST_DELAY_S * FACTOR ** min(self.attempts, 16)
        base = min(growing, MAX_DELAY_S) if self.attempts < PATIENT_AFTER else PATIENT_DELAY_S
        self.attempts += 1
        return base * self.chance.uniform(1 - JITTER, 1 + JITTER)

    def reset(self) -> None:
        """Start over after a success."""
        self.attempts = 0
