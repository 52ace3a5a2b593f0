"""Where a file stands, as one side sees it: a value that each step replaces.

Each side has a pause of its own; a file runs while neither has. What comes after the end changes
nothing, but for one crossing: the receiver had it whole before it heard that it was cancelled.

Source: docs/protocol.md, section 11.
"""

from dataclasses import dataclass, replace
from typing import Final, Self

from messenger.core.types import FileState

# How the row of an offer begins, by whether anything of the file is to be kept here.
FIRST: Final = {True: FileState.OFFERED, False: FileState.FAILED}
OVER: Final = frozenset({FileState.DONE, FileState.CANCELLED, FileState.FAILED})
_ACCEPTED: Final = frozenset({FileState.RUNNING, FileState.PAUSED})


@dataclass(frozen=True, slots=True)
class Transfer:
    """State, note and both pauses of one file."""

    state: FileState = FileState.OFFERED
    note: str | None = None
    own_paused: bool = False
    peer_paused: bool = False

    @property
    def over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.state in OVER

    def accept(self) -> Self:
        """Its receiver wants it."""
        if self.state is not FileState.OFFERED:
            return self
        return replace(self, state=FileState.RUNNING)

    def pause(self, *, own: bool, note: str | None = None) -> Self:
        """One side wants it to wait; ``note`` says why, if not because a person said so."""
        return self._paused(own=own, paused=True, note=note)

    def resume(self, *, own: bool) -> Self:
        """One side does not want it to wait any more."""
        return self._paused(own=own, paused=False)

    def end(self, state: FileState, note: str | None = None) -> Self:
        """It is over, one way or another."""
        crossed = self.state is FileState.CANCELLED and state is FileState.DONE
        if self.over and not crossed:
            return self
        return type(self)(state, note)

    def _paused(self, *, own: bool, paused: bool, note: str | None = None) -> Self:
        if self.state not in _ACCEPTED:
            return self
        own_paused = paused if own else self.own_paused
        peer_paused = self.peer_paused if own else paused
        if not (own_paused or peer_paused):
            return type(self)(FileState.RUNNING)
        words = {(True, False): "own", (False, True): "peer", (True, True): "both"}
        word = note or words[own_paused, peer_paused]
        return type(self)(FileState.PAUSED, word, own_paused, peer_paused)
