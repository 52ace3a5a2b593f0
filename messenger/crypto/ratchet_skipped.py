"""Message keys kept for envelopes that may still come: MKSKIPPED, bounded.

Keys are grouped by the header key that recognises them, so that an envelope costs one trial
decryption for each group and not for each key. Oldest first is both the order and the order of
eviction.

Source: The Double Ratchet Algorithm, "Double Ratchet with header encryption".
"""

from typing import Annotated, Final

from msgspec import Meta

from messenger.crypto.ratchet_chain import Hidden, Key, Number

MAX_SKIPPED_KEYS: Final = 2000  # of one session; design section 6
MAX_SKIPPED_CHAINS: Final = 256  # groups; bounds trial decryption to about 0.3 ms an envelope


class SkippedKey(Hidden, frozen=True):
    """One message key, and when its message was found missing."""

    number: Number
    message_key: Key
    stamp: Annotated[int, Meta(ge=0)]  # as the caller of open() gave it, for a later expiry


class SkippedChain(Hidden, frozen=True):
    """The missing messages of one receiving chain, in order of their numbers."""

    header_key: Key
    keys: Annotated[tuple[SkippedKey, ...], Meta(min_length=1)]

    def find(self, number: int) -> SkippedKey | None:
        """Return the key of a message, if it is still missing."""
        return next((key for key in self.keys if key.number == number), None)


class Skipped(Hidden, frozen=True):
    """All missing messages of a session, chains oldest first."""

    chains: Annotated[tuple[SkippedChain, ...], Meta(max_length=MAX_SKIPPED_CHAINS)] = ()

    @property
    def count(self) -> int:
        """How many message keys are kept."""
        return sum(len(chain.keys) for chain in self.chains)

    def chain(self, header_key: bytes) -> SkippedChain | None:
        """Return the group of a header key."""
        return next((chain for chain in self.chains if chain.header_key == header_key), None)

    def with_keys(self, header_key: bytes, keys: tuple[SkippedKey, ...]) -> "Skipped":
        """Add the keys of one jump in a chain and evict the oldest beyond the limits."""
        if not keys:
            return self
        earlier = self.chain(header_key)
        others = tuple(chain for chain in self.chains if chain is not earlier)
        together = keys if earlier is None else earlier.keys + keys
        chains = (*others, SkippedChain(header_key, together))
        return Skipped(chains[-MAX_SKIPPED_CHAINS:]).trimmed(MAX_SKIPPED_KEYS)

    def without(self, chain: SkippedChain, key: SkippedKey) -> "Skipped":
        """Remove a key whose message has come."""
        return self._replaced(chain, tuple(other for other in chain.keys if other is not key))

    def trimmed(self, count: int) -> "Skipped":
        """Keep at most ``count`` keys, the newest."""
        chains, surplus = self.chains, self.count - count
        while surplus > 0:
            oldest = chains[0]
            rest = oldest.keys[surplus:]
            surplus -= len(oldest.keys)
            chains = ((SkippedChain(oldest.header_key, rest),) if rest else ()) + chains[1:]
        return self if chains is self.chains else Skipped(chains)

    def without_older(self, stamp: int) -> "Skipped":
        """Forget keys with a smaller stamp: their messages are given up."""
        kept = self
        for chain in self.chains:
            keys = tuple(key for key in chain.keys if key.stamp >= stamp)
            if len(keys) < len(chain.keys):
                kept = kept._replaced(chain, keys)
        return kept

    def _replaced(self, chain: SkippedChain, keys: tuple[SkippedKey, ...]) -> "Skipped":
        changed = (SkippedChain(chain.header_key, keys),) if keys else ()
        at = self.chains.index(chain)
        return Skipped(self.chains[:at] + changed + self.chains[at + 1 :])


NOTHING_SKIPPED: Final = Skipped()
