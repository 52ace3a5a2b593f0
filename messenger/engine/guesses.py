"""How fast wrong passphrases may follow each other."""

from typing import Final

from messenger.core.clock import Clock
from messenger.core.errors import TooManyGuessesError

FREE_COUNT: Final = 3  # wrong ones without a wait: a slip, another layout, the old passphrase
FIRST_WAIT_S: Final = 2.0  # then twice as long each time
LONGEST_WAIT_S: Final = 60.0  # its owner must not be locked out by whoever plays with the keys


class Guesses:
    """Counts wrong ones since the last right one. In memory: each costs Argon2id anyway."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wrong_count = 0
        self._not_before = clock.now()

    def check(self) -> None:
        """Raise TooManyGuessesError if the next one comes too soon."""
        left = self._not_before - self._clock.now()
        if left > 0:
            raise TooManyGuessesError("Try again in {count} seconds.", count=int(left) + 1)

    def wrong(self) -> None:
        """Count one that was wrong."""
        self._wrong_count += 1
        over = self._wrong_count - FREE_COUNT
        if over >= 0:
            wait = min(FIRST_WAIT_S * 2 ** min(over, 10), LONGEST_WAIT_S)
            self._not_before = self._clock.now() + wait

    def right(self) -> None:
        """Forget the wrong ones."""
        self._wrong_count = 0
