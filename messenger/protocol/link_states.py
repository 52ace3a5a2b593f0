"""Where a link can stand, and what takes it from one state to the next.

Source: docs/protocol.md, section 3.
"""

from enum import Enum, auto
from typing import Final


class State(Enum):
    """Where a link stands."""

    EXPECT_FIRST = auto()  # responder: nothing sent
    EXPECT_SECOND = auto()  # initiator: flight 1 sent
    EXPECT_THIRD = auto()  # responder: flight 2 sent
    EXPECT_ONLY = auto()  # relay: nothing sent; its clients' one flight opens the link
    OPEN = auto()
    REFUSED = auto()  # the handshake failed; what comes is thrown away
    FAILED = auto()  # an open link broke; what comes is thrown away


class Input(Enum):
    """What can happen to a link."""

    FLIGHT = auto()  # a whole flight that holds
    BAD_FLIGHT = auto()
    OTHER_KEY = auto()
    DEADLINE = auto()
    CELL = auto()  # whole cells that open and obey
    BAD_CELL = auto()


# Rule 1: every transition is in this table. Rule 2: whatever is not in it is our own bug, for
# these inputs are our judgement of the bytes, not the bytes.
TRANSITIONS: Final[dict[State, dict[Input, State]]] = {
    State.EXPECT_FIRST: {
        Input.FLIGHT: State.EXPECT_THIRD,
        Input.BAD_FLIGHT: State.REFUSED,
        Input.DEADLINE: State.REFUSED,
    },
    State.EXPECT_SECOND: {
        Input.FLIGHT: State.OPEN,
        Input.BAD_FLIGHT: State.REFUSED,
        Input.OTHER_KEY: State.REFUSED,
        Input.DEADLINE: State.REFUSED,
    },
    State.EXPECT_THIRD: {
        Input.FLIGHT: State.OPEN,
        Input.BAD_FLIGHT: State.REFUSED,
        Input.DEADLINE: State.REFUSED,
    },
    State.EXPECT_ONLY: {
        Input.FLIGHT: State.OPEN,
        Input.BAD_FLIGHT: State.REFUSED,
        Input.DEADLINE: State.REFUSED,
    },
    State.OPEN: {Input.CELL: State.OPEN, Input.BAD_CELL: State.FAILED},
    State.REFUSED: {},
    State.FAILED: {},
}
SHAKING: Final = frozenset(
    (State.EXPECT_FIRST, State.EXPECT_SECOND, State.EXPECT_THIRD, State.EXPECT_ONLY)
)
